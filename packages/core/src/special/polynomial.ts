/** c₀ + c₁x + c₂x² + …, by Horner's rule. */
export function polynomial(x: number, coefficients: readonly number[]): number {
  let value = coefficients[coefficients.length - 1];
  for (let power = coefficients.length - 2; power >= 0; power--) value = value * x + coefficients[power];
  return value;
}
