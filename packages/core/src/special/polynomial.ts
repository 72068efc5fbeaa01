/** c₀ + c₁x + c₂x² + …, by Horner's rule. */
export function polynomial(x: number, coefficients: readonly number[]): number {
  let value = 0;
  for (let power = coefficients.length - 1; power >= 0; power--) value = value * x + coefficients[power];
  return value;
}
