/** How far results may be from the oracle's, and a sentence about the first that is farther. */
import { type DType, epsilonOf, type TypedArray } from "../dtype.ts";

const smallestNormals = {
  float32: 2 ** -126,
  float64: 2 ** -1022,
  float16: 2 ** -14,
  bfloat16: 2 ** -126,
  int32: 0,
  uint8: 0,
  bool: 0,
} as const satisfies Record<DType, number>;

/** The distance between neighbouring numbers of the dtype near `value`; 0 for integers. */
export function ulpOf(dtype: DType, value: number): number {
  const magnitude = Math.max(Math.abs(value), smallestNormals[dtype]);
  if (epsilonOf(dtype) === 0 || !Number.isFinite(magnitude)) return 0;
  const exponent = Math.floor(Math.log2(magnitude));
  const power = 2 ** exponent;
  return (power > magnitude ? power / 2 : power) * epsilonOf(dtype);
}

/**
 * The first element that is farther from what is expected than `allowed` says, as text; null where there is none.
 * NaN and infinities must be the same.
 */
export function firstDifference(
  actual: TypedArray,
  expected: TypedArray,
  allowed: (position: number) => number,
): string | null {
  if (actual.length !== expected.length) return `${actual.length} elements, not ${expected.length}`;
  for (let position = 0; position < expected.length; position++) {
    const [got, wanted] = [actual[position], expected[position]];
    if (got === wanted || (Number.isNaN(got) && Number.isNaN(wanted))) continue;
    const bound = allowed(position);
    if (!(Math.abs(got - wanted) <= bound)) {
      return `element ${position}: ${got}, not ${wanted} (allowed are ${bound})`;
    }
  }
  return null;
}
