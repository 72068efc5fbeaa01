import type { ArrayValue, Tensor } from "@strata/core";
import { expect } from "vitest";

/** Expects |actual − expected| ≤ absolute + relative·|expected| everywhere, as NumPy's assert_allclose. */
export function expectClose(
  actual: Tensor | ArrayValue,
  expected: ArrayValue,
  { absolute = 1e-6, relative = 1e-6 }: { readonly absolute?: number; readonly relative?: number } = {},
): void {
  const value = typeof actual === "object" && !Array.isArray(actual) ? actual.arraySync() : actual;
  if (Array.isArray(value) && Array.isArray(expected)) {
    expect(value).toHaveLength(expected.length);
    for (const [index, each] of value.entries()) expectClose(each, expected[index], { absolute, relative });
    return;
  }
  const difference = Math.abs(Number(value) - Number(expected));
  const allowed = absolute + relative * Math.abs(Number(expected));
  expect(difference, `${String(value)} against ${String(expected)}`).toBeLessThanOrEqual(allowed);
}
