/**
 * The words through which threads agree on work, in memory that all of them see.
 *
 * The thread that runs a program offers one step at a time. A step is cut into units, and each thread has a range of
 * them as its own: the same part of every step, so that it finds in its cache what it wrote itself the step before. It
 * claims some units of its range, computes them, and claims more; then it does the same in the ranges of the others,
 * so that nobody waits for a thread that is late or not there at all.
 *
 * Each range has a ticket, which holds the number of the offer (its upper half) and the first unit that nobody has
 * claimed (its lower half). Claiming moves the lower half by one compare-and-exchange of the whole, which fails where
 * the offer has become another one. The tickets take the number of a new offer before its description is written, and
 * the number is told only after that: so who claims a unit with success has read the description of that very offer.
 *
 * A thread that helps says so while it does. When an exception ends a program in the middle of an offer, nothing can be
 * claimed of it any more once its tickets are withdrawn, and when nobody says that it helps, nobody computes for it.
 */

/** Byte offsets in the control block. */
export const offsets = {
  /** The number of the latest offer. */
  offer: 0,
  // The description of the offer.
  program: 4,
  step: 8,
  units: 12,
  /** How many units are claimed at a time. */
  portion: 16,
  /** How many threads sleep until there is another offer. */
  sleepers: 20,
  /** How many messages have been sent to all threads. */
  messages: 24,
  /** Whether the thread that runs programs is to offer nothing. */
  alone: 28,
  /** How many units of the offer are done. */
  done: 64,
  /** The tickets, i64, one in each cache line. */
  tickets: 128,
  /** The task of each thread, behind its ticket. */
  states: 136,
} as const;

/** From one ticket to the next. */
export const ticketBytes = 64;

/** The lower half of a ticket of which nothing can be claimed: no step has so many units. */
export const nothingLeft = 0x7fff_ffff;

/** The tasks of a thread that helps. */
export const states = { idle: 0, helping: 1, failed: 2 } as const;

export function controlBlockBytes(threads: number): number {
  return offsets.tickets + threads * ticketBytes;
}
