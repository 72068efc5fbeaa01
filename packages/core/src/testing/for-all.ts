import fc from "fast-check";

/** The seed of all drawn tests: they draw the same in every run, so that a failure can be seen again. */
const seed = 1;

/**
 * Draws values and checks each. `check` says what is wrong, or null; the failing value is made as small as it can
 * be and still fail.
 */
export function forAll<T>(
  values: fc.Arbitrary<T>,
  numRuns: number,
  check: (value: T) => string | null,
): void {
  const property = fc.property(values, (value) => {
    const wrong = check(value);
    if (wrong !== null) throw new Error(wrong);
  });
  fc.assert(property, { seed, numRuns, includeErrorInReport: true });
}
