/** Round numbers along an axis. */

/** An axis: the numbers that stand at it, and its ends. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

/**
 * An axis from a round number to a round number, at distances of 1, 2 or 5 times a power of ten.
 *
 * @param values What it must hold; those that are not finite do not count.
 * @param most The largest number of distances.
 * @param least The shortest distance, as 1 for whole numbers.
 */
export function axisFor(values: readonly number[], most: number, least = 0): Axis {
  const finite = values.filter(Number.isFinite);
  const [lowest, highest] = finite.length === 0 ? [0, 1] : extremes(finite);
  const range = highest > lowest ? highest - lowest : Math.abs(highest) || 1;
  const step = Math.max(least, roundStep(range / most));
  const first = Math.floor(lowest / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(highest / step - 1e-9));
  const isLarge = Math.max(Math.abs(first), Math.abs(last)) * step >= 1e6;
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => {
    const value = (first + index) * step;
    return { value, label: labelOf(value, step, isLarge) };
  });
  return { low: first * step, high: last * step, ticks };
}

/** The least and the largest of some values. */
export function extremes(values: readonly number[]): readonly [number, number] {
  return values.reduce<readonly [number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [values[0], values[0]],
  );
}

/** The least of 1, 2 and 5 times a power of ten that is not below `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5].find((each) => each * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function labelOf(value: number, step: number, isLarge: boolean): string {
  if (value === 0) return "0";
  if (step < 1e-4 || isLarge) return value.toExponential(decimalsOf(step / 10 ** exponentOf(value)));
  return value.toFixed(decimalsOf(step));
}

function exponentOf(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)) + 1e-9);
}

function decimalsOf(step: number): number {
  return Math.min(20, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
}
