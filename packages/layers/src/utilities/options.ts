import { describeValue } from "@strata/core/internal";

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
