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

/**
 * An error about a name that nothing has, with the names that there are, and the one that was meant if one is near:
 * `batch_size`, `batchSiz` and `bs` are all near `batchSize`.
 *
 * @param owner Who was given it.
 * @param kind What it should name: `"option"`.
 */
export function unknownName(
  owner: string,
  name: string,
  kind: string,
  accepted: readonly string[],
): RangeError {
  const near = nearestName(name, accepted);
  return new RangeError(
    `${owner}: ${JSON.stringify(name)} is an unknown ${kind}${near === undefined ? "" : ` (did you mean "${near}"?)`}; accepted ` +
      `are ${listAlternatives(accepted)}`,
  );
}

function nearestName(name: string, accepted: readonly string[]): string | undefined {
  const letters = lettersOf(name);
  const distances = accepted.map((each) =>
    initialsOf(each) === letters ? 0 : editDistance(letters, lettersOf(each)),
  );
  const least = Math.min(...distances);
  return least <= letters.length / 4 ? accepted[distances.indexOf(least)] : undefined;
}

function lettersOf(name: string): string {
  return name.replace(/[^a-z0-9]/gi, "").toLowerCase();
}

function initialsOf(name: string): string {
  return name.replace(/(?<!^)[^A-Z]/g, "").toLowerCase();
}

/** Levenshtein's distance: how many letters have to be added, dropped or replaced. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (let column = 0; column < other.length; column++) {
      const replaced = row[column] + (letter === other[column] ? 0 : 1);
      next.push(Math.min(replaced, row[column + 1] + 1, next[column] + 1));
    }
    row = next;
  }
  return row[other.length];
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
