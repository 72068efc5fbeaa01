/** Roundings and divisions that JavaScript's operators do otherwise. */

/** The nearest integer, halves to the even one, as in IEEE 754 and NumPy; −0 stays. */
export function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const excess = x - below;
  if (excess === 0 || Number.isNaN(excess)) return x;
  const takesUpper = excess === 0.5 ? below % 2 !== 0 : excess > 0.5;
  const nearest = takesUpper ? below + 1 : below;
  return nearest === 0 && x < 0 ? -0 : nearest;
}

/** x − y·⌊x/y⌋, exact up to its last rounding, with the sign of y, also where it is 0. Source: NumPy, npy_divmod. */
export function floorMod(x: number, y: number): number {
  const remainder = x % y;
  if (remainder === 0) return y < 0 ? -0 : 0;
  return remainder < 0 !== y < 0 ? remainder + y : remainder;
}

/** ⌊x/y⌋ of the exact quotient, which x/y may round up to the next integer; x/0 as it is. Source: NumPy, npy_divmod. */
export function floorDivide(x: number, y: number): number {
  if (y === 0) return x / y;
  const remainder = x % y;
  const divided = (x - remainder) / y;
  const quotient = remainder !== 0 && remainder < 0 !== y < 0 ? divided - 1 : divided;
  if (quotient === 0) return x / y < 0 || Object.is(x / y, -0) ? -0 : 0;
  return roundHalfToEven(quotient);
}
