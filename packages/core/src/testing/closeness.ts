/** How far results may be from the oracle's, and a sentence about the first that is farther. */
import type { DType, TypedArray } from "../dtype.ts";

/** The distance from 1 to the next number. */
const epsilons = {
  float32: 2 ** -23,
  float64: 2 ** -52,
  int32: 0,
  uint8: 0,
  bool: 0,
} as const satisfies Record<DType, number>;

export function epsilonOf(dtype: DType): number {
  return epsilons[dtype];
}

const smallestNormals = {
  float32: 2 ** -126,
  float64: 2 ** -1022,
  int32: 0,
  uint8: 0,
  bool: 0,
} as const satisfies Record<DType, number>;

/** The distance between neighbouring numbers of the dtype near `value`; 0 for integers. */
export function ulpOf(dtype: DType, value: number): number {
  const magnitude = Math.max(Math.abs(value), smallestNormals[dtype]);
  if (epsilons[dtype] === 0 || !Number.isFinite(magnitude)) return 0;
  const exponent = Math.floor(Math.log2(magnitude));
  const power = 2 ** exponent;
  return (power > magnitude ? power / 2 : power) * epsilons[dtype];
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
