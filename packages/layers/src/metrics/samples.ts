import {
  broadcastTo,
  cast,
  type DType,
  type mean,
  mul,
  type sum,
  type Tensor,
  type TensorLike,
} from "@strata/core";
import { maskOf } from "../layer/masks.ts";
import { alignSampleWeight, matchRanks } from "../utilities/ranks.ts";
import { toTensor } from "../utilities/tensors.ts";

/** How the values of one sample become one. */
export type SampleReduction = typeof mean | typeof sum;

/** A value for each sample, times its weight if there are weights. */
export interface Samples {
  readonly values: Tensor;
  /** The weights; null if all count the same. */
  readonly weights: Tensor | null;
}

/**
 * Reduces values to one for each sample. Values of more dimensions than their weights are reduced over those first.
 *
 * @param given The values, [batch, ...].
 * @param sampleWeight Their weights, of the same shape or of its first dimensions; null or undefined for none.
 * @param reduce The mean or the sum.
 * @param dtype The dtype of the results.
 */
export function perSample(
  given: Tensor,
  sampleWeight: TensorLike | null | undefined,
  reduce: SampleReduction,
  dtype: DType,
): Samples {
  const numbers = cast(given, dtype);
  if (sampleWeight == null) return { values: reduceFrom(numbers, 1, reduce), weights: null };
  const masked = maskedWeight(cast(toTensor(sampleWeight), dtype), maskOf(given)) ?? sampleWeight;
  const [values, weight] = matchRanks(numbers, toTensor(masked));
  const reduced = values.rank > weight.rank ? reduceFrom(values, weight.rank, reduce) : values;
  const factors = broadcastTo(alignSampleWeight(weight, reduced.shape), reduced.shape);
  return {
    values: reduceFrom(mul(reduced, factors), 1, reduce),
    weights: reduceFrom(factors, 1, reduce),
  };
}

/** Weights that are 0 where a mask leaves out; null if there is neither. */
export function maskedWeight(weight: Tensor | null, mask: Tensor | null): Tensor | null {
  if (mask === null) return weight;
  if (weight === null) return cast(mask, "float32");
  const [left, right] = matchRanks(cast(mask, weight.dtype), weight);
  return mul(left, right.rank > left.rank ? right : alignSampleWeight(right, left.shape));
}

/** The reduction of the axes from `first` on. */
function reduceFrom(values: Tensor, first: number, reduce: SampleReduction): Tensor {
  if (values.rank <= first) return values;
  return reduce(
    values,
    Array.from({ length: values.rank - first }, (_, index) => first + index),
  );
}
