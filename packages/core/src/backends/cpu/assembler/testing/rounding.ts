/** Rounds to the nearest integer, halves to the even one, as IEEE 754 does by default. */
export function toEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  const rounded = rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
  return rounded === 0 && (value < 0 || Object.is(value, -0)) ? -0 : rounded;
}

/** The nearest integer in [low, high] on the way to zero; 0 for NaN: the meaning of trunc_sat. */
export function saturate(value: number, low: number, high: number): number {
  return Number.isNaN(value) ? 0 : Math.min(Math.max(Math.trunc(value), low), high) + 0;
}
