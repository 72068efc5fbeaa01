/** x^y with the special cases of IEEE 754, C and NumPy: where JavaScript gives NaN, 1^y and (−1)^±∞ are 1. */
export function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
}
