/**
 * Thrown when the shapes of an operation's inputs do not fit together, or do not fit the operation.
 * The message names the op, the shapes received and the rule.
 */
export class ShapeError extends Error {
  /** The name of the class. */
  override readonly name = "ShapeError";
}

/** Thrown when an input has a dtype that the operation does not accept. The message lists those it does. */
export class DTypeError extends TypeError {
  /** The name of the class. */
  override readonly name = "DTypeError";
}

/** Thrown when a value is asked for at a time when there is none, as inside a `jit` trace. */
export class EvaluationError extends Error {
  /** The name of the class. */
  override readonly name = "EvaluationError";
}

/** `["a", "b", "c"]` as `"a", "b" or "c"`, for messages that list what is accepted. */
export function listAlternatives(values: readonly string[]): string {
  const quoted = values.map((value) => `"${value}"`);
  if (quoted.length < 2) return quoted.join("");
  return `${quoted.slice(0, -1).join(", ")} or ${quoted[quoted.length - 1]}`;
}

/** The numbers that do not divide the sizes that errors are about. */
const divisors = new WeakMap<Error, number>();

/** The error, which says that a size cannot be divided by a number, with that number: see {@link divisorOf}. */
export function indivisible<Refusal extends Error>(error: Refusal, divisor: number): Refusal {
  divisors.set(error, divisor);
  return error;
}

/** The number that would have to divide a size, if that is what an error says. */
export function divisorOf(error: unknown): number | undefined {
  return error instanceof Error ? divisors.get(error) : undefined;
}
