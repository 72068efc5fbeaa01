import { cast, type DType, expandDims, max, mul, oneHot, squeeze, sum, type Tensor } from "@strata/core";

/** The form of categories given as whole numbers. */
export interface CategoryCode {
  /**
   * `"int"`: the numbers themselves; `"oneHot"`: a one in the place of each; `"multiHot"`: ones in the places of those that
   * occur in a sample; `"count"`: how often each occurs.
   */
  readonly outputMode: "int" | "oneHot" | "multiHot" | "count";
  /** How many categories there are. */
  readonly depth: number;
  /** The dtype of the result. */
  readonly dtype: DType;
  /** How much each of the numbers counts; in the shape of the numbers. */
  readonly countWeights?: Tensor | null;
}

/**
 * Categories in another form. Samples are the first axis, or a vector is one sample; numbers that are no category become
 * zeros.
 */
export function encodeCategories(
  indices: Tensor,
  { outputMode, depth, dtype, countWeights = null }: CategoryCode,
): Tensor {
  if (outputMode === "int") return cast(indices, dtype);
  const given = indices.rank === 0 ? expandDims(indices, 0) : indices;
  if (outputMode === "oneHot") {
    const isColumn = given.rank > 1 && given.shape[given.rank - 1] === 1;
    return oneHot(isColumn ? squeeze(given, -1) : given, depth, dtype);
  }
  const codes = oneHot(given, depth, dtype);
  const axis = given.rank > 1 ? 1 : 0;
  if (outputMode === "multiHot") return max(codes, axis);
  return cast(sum(countWeights === null ? codes : mul(codes, expandDims(countWeights, -1)), axis), dtype);
}
