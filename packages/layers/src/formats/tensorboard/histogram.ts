import type { Bucket } from "./events.ts";

/** As many as TensorFlow makes. */
const bucketCount = 30;

/**
 * How often values lie in 30 ranges of one width from the least to the largest, as TensorFlow counts for TensorBoard; where
 * all are equal, in one range around it. Values that are not finite do not count.
 */
export function histogramOf(values: ArrayLike<number>): readonly Bucket[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let finite = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (!Number.isFinite(value)) continue;
    finite++;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (finite === 0) return [];
  if (low === high) return [[low - 0.5, high + 0.5, finite]];
  const width = high / bucketCount - low / bucketCount;
  const counts = new Float64Array(bucketCount);
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (!Number.isFinite(value)) continue;
    counts[Math.min(bucketCount - 1, Math.floor(value / width - low / width))]++;
  }
  const edge = (index: number): number => (index === bucketCount ? high : low + index * width);
  return Array.from(counts, (count, index): Bucket => [edge(index), edge(index + 1), count]);
}
