import { expandDims, reshape, type Shape, ShapeError, squeeze, type Tensor } from "@strata/core";
import { fitsShape, formatShape, type SymbolicShape } from "./shapes.ts";

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

/** Throws a ShapeError unless targets of a shape can be compared, element by element, with outputs of another. */
export function checkComparable(
  operation: string,
  loss: string,
  shape: Shape,
  outputShape: SymbolicShape,
): void {
  const sample = shape.slice(1);
  const output = outputShape.slice(1);
  const withAxis = [...sample, 1];
  const withoutAxis = sample[sample.length - 1] === 1 ? sample.slice(0, -1) : sample;
  const known = [sample, withAxis, withoutAxis];
  if (known.some((candidate) => fitsShape(candidate, output))) return;
  const broadcasts =
    sample.length === output.length &&
    sample.every(
      (size, axis) => size === 1 || output[axis] === null || output[axis] === 1 || size === output[axis],
    );
  if (broadcasts) return;
  throw new ShapeError(
    `${operation}: y has the shape ${formatShape(shape)}; for ${loss} and outputs of the shape ` +
      `${formatShape(outputShape)} it must be ${formatShape([shape[0], ...output])}`,
  );
}

/** Weights of samples, with axes of size 1 added at the end (or dropped) so that they broadcast with the values. */
export function alignSampleWeight(weight: Tensor, shape: Shape): Tensor {
  const rank = shape.length;
  let aligned = weight;
  while (aligned.rank > rank && aligned.shape[aligned.rank - 1] === 1) aligned = squeeze(aligned, -1);
  if (aligned.rank > 0 && aligned.rank < rank) {
    aligned = reshape(aligned, [...aligned.shape, ...new Array<number>(rank - aligned.rank).fill(1)]);
  }
  const fits = aligned.rank === 0 || aligned.shape.every((size, axis) => size === 1 || size === shape[axis]);
  if (aligned.rank <= rank && fits) return aligned;
  throw new ShapeError(
    `sampleWeight: has the shape ${formatShape(weight.shape)}, which does not fit values of the shape ${formatShape(shape)}`,
  );
}
