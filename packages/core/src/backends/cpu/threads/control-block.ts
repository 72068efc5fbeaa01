/**
 * The words through which threads agree on work, in memory that all of them see.
 *
 * The thread that runs a program offers one step at a time. A step is cut into units; whoever is there claims some of
 * them, computes them, and claims more, so that nobody waits for a thread that is late or not there at all.
 *
 * The ticket holds the number of the offer (its upper half) and the first unit that nobody has claimed (its lower
 * half). Claiming moves the lower half by one compare-and-exchange of the whole, which fails where the offer has become
 * another one. While the offer's number is odd there is none: its description may change only then, so that who claims
 * a unit with success has read the description of that very offer.
 */

/** Byte offsets in the control block. */
export const offsets = {
  /** i64. */
  ticket: 0,
  /** The ticket's upper half. */
  offer: 4,
  /** How many units of the offer are done. */
  done: 8,
  /** How many threads sleep until there is another offer. */
  sleepers: 12,
  /** How many messages have been sent to each thread. */
  messages: 16,
  // The description of the offer.
  program: 20,
  step: 24,
  units: 28,
  /** How many units are claimed at a time. */
  portion: 32,
} as const;

export const controlBlockBytes = 64;
