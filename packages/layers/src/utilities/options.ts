import { describeValue, listAlternatives } from "@strata/core/internal";

/** Throws a RangeError in `operation`'s name if `options` has a name that is not accepted, or is no object. */
export function checkOptionNames(operation: string, options: object, accepted: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (accepted.includes(name)) continue;
    throw new RangeError(
      `${operation}: there is no option ${JSON.stringify(name)}; accepted are ${listAlternatives(accepted)}`,
    );
  }
}

/** Throws a RangeError unless the value is an integer of at least `lowest`. */
export function checkInteger(
  operation: string,
  name: string,
  value: unknown,
  lowest: number,
): asserts value is number {
  if (Number.isInteger(value) && Number(value) >= lowest) return;
  const accepted = lowest === 1 ? "a positive integer" : `an integer of at least ${lowest}`;
  throw new RangeError(`${operation}: ${name} is ${describeValue(value)}; it must be ${accepted}`);
}
