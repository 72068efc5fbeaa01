import {
  cast,
  expandDims,
  reshape,
  type Shape,
  ShapeError,
  squeeze,
  type Tensor,
  type TensorLike,
} from "@strata/core";
import { fitsShape, formatShape, type SymbolicShape } from "./shapes.ts";
import { toFloatTensor, toTensor } from "./tensors.ts";

/**
 * Targets and predictions of one rank: where one has an axis more, and that is the last and of size 1, it is dropped
 * or added to the other. [n] and [n, 1] become [n, 1] and [n, 1].
 */
export function matchRanks(yTrue: Tensor, yPred: Tensor): [Tensor, Tensor] {
  if (yTrue.rank === yPred.rank + 1 && yTrue.shape[yTrue.rank - 1] === 1) {
    return yPred.rank === 1 ? [yTrue, expandDims(yPred, -1)] : [squeeze(yTrue, -1), yPred];
  }
  if (yPred.rank === yTrue.rank + 1 && yPred.shape[yPred.rank - 1] === 1) {
    return yTrue.rank === 1 ? [expandDims(yTrue, -1), yPred] : [yTrue, squeeze(yPred, -1)];
  }
  return [yTrue, yPred];
}

/** Targets and predictions as tensors of one rank and one dtype, that of the predictions. */
export function comparable(yTrue: TensorLike, yPred: TensorLike): [Tensor, Tensor] {
  const prediction = toFloatTensor(yPred);
  return matchRanks(cast(toTensor(yTrue), prediction.dtype), prediction);
}

/** Whether targets of a shape can be compared, element by element, with outputs of another. */
export function broadcastsTo(shape: Shape, outputShape: SymbolicShape): boolean {
  const sample = shape.slice(1);
  const output = outputShape.slice(1);
  const withAxis = [...sample, 1];
  const withoutAxis = sample[sample.length - 1] === 1 ? sample.slice(0, -1) : sample;
  if ([sample, withAxis, withoutAxis].some((candidate) => fitsShape(candidate, output))) return true;
  return (
    sample.length === output.length &&
    sample.every(
      (size, axis) => size === 1 || output[axis] === null || output[axis] === 1 || size === output[axis],
    )
  );
}

/**
 * Weights of samples that broadcast with values of a shape: axes of size 1 are added at the end, or dropped there.
 *
 * @throws ShapeError if they do not fit.
 */
export function alignSampleWeight(weight: Tensor, shape: Shape): Tensor {
  const rank = shape.length;
  let aligned = weight;
  while (aligned.rank > rank && aligned.shape[aligned.rank - 1] === 1) aligned = squeeze(aligned, -1);
  if (aligned.rank > 0 && aligned.rank < rank) {
    aligned = reshape(aligned, [...aligned.shape, ...new Array<number>(rank - aligned.rank).fill(1)]);
  }
  const fits = aligned.shape.every((size, axis) => size === 1 || shape[axis] === 1 || size === shape[axis]);
  if (aligned.rank === 0 || rank === 0 || (aligned.rank === rank && fits)) return aligned;
  throw new ShapeError(
    `sampleWeight: has the shape ${formatShape(weight.shape)}, which does not fit values of the shape ${formatShape(shape)}`,
  );
}
