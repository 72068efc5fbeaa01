/** A summary of the distribution of numbers that fits in little memory, from which quantiles are read. */
export interface Summary {
  /** Numbers in ascending order. */
  readonly values: Float32Array;
  /** How many numbers each of them stands for. */
  readonly weights: Float32Array;
}

/** A summary of no numbers. */
export const emptySummary: Summary = { values: new Float32Array(0), weights: new Float32Array(0) };

/** A summary of numbers, with an error of quantiles of at most `epsilon`. */
export function summarize(numbers: ArrayLike<number>, epsilon: number): Summary {
  const sorted = Float32Array.from(numbers).sort();
  const step = Math.max(sorted.length * epsilon, 1);
  const values = sorted.filter((_, index) => {
    const place = index - Math.trunc(step - 1);
    return place >= 0 && place % Math.trunc(step) === 0;
  });
  return { values, weights: values.map(() => step) };
}

/** The summary of the numbers of both. */
export function mergeSummaries(one: Summary, other: Summary, epsilon: number): Summary {
  const pairs = [one, other].flatMap(({ values, weights }) =>
    Array.from(values, (value, index) => [value, weights[index]] as const),
  );
  pairs.sort(([first], [second]) => first - second);
  const values = Float32Array.from(pairs, ([value]) => value);
  return compressed({ values, weights: Float32Array.from(pairs, ([, weight]) => weight) }, epsilon);
}

/** The numbers between which so many bins are equally frequent. */
export function boundariesOf(summary: Summary, bins: number): number[] {
  return Array.from(compressed(summary, 1 / bins).values.slice(0, -1));
}

/** A summary of 1 / epsilon numbers, if it has more. */
function compressed({ values, weights }: Summary, epsilon: number): Summary {
  if (values.length * epsilon < 1) return { values, weights };
  let total = 0;
  const sums = weights.map((weight) => {
    total = Math.fround(total + weight);
    return total;
  });
  const shares = sums.map((sum) => sum / total);
  const wanted = Array.from({ length: Math.ceil(1 / epsilon) }, (_, index) => epsilon + index * epsilon);
  const reached = wanted.map((share) => interpolated(share, shares, sums));
  return {
    values: Float32Array.from(wanted, (share) => interpolated(share, shares, values)),
    weights: Float32Array.from(reached, (sum, index) => sum - (reached[index - 1] ?? 0)),
  };
}

/** The value at x of the lines between points, which go on level at both ends. */
function interpolated(x: number, xs: Float32Array, ys: Float32Array): number {
  const after = xs.findIndex((each) => each > x);
  if (after === -1) return ys[ys.length - 1];
  if (after === 0) return ys[0];
  const slope = (ys[after] - ys[after - 1]) / (xs[after] - xs[after - 1]);
  return ys[after - 1] + slope * (x - xs[after - 1]);
}
