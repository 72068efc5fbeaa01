import { type Shape, ShapeError } from "@strata/core";
import { broadcastsTo } from "../utilities/ranks.ts";
import { fitsShape, formatShape, type SymbolicShape } from "../utilities/shapes.ts";

/** Targets at hand: what a loss can check before training begins. */
export interface Targets {
  /** Their values, row-major. */
  readonly values: ArrayLike<number>;
  /** Their shape, with the number of samples first. */
  readonly shape: Shape;
}

/** The operands of a loss. */
export interface TargetCheck {
  /** Who asks, for the message. */
  readonly operation: string;
  /** The name of the loss. */
  readonly loss: string;
  /** All targets. */
  readonly targets: Targets;
  /** The shape of the model's output, with null for the batch dimension. */
  readonly outputShape: SymbolicShape;
}

/** Targets that can be compared with outputs element by element. */
export function comparableTargets({ operation, loss, targets: { shape }, outputShape }: TargetCheck): void {
  if (broadcastsTo(shape, outputShape)) return;
  throw new ShapeError(
    `${operation}: y has the shape ${formatShape(shape)}; for ${loss} and outputs of the shape ` +
      `${formatShape(outputShape)} it must be ${formatShape([shape[0], ...outputShape.slice(1)])}`,
  );
}

/** Targets that have the shape of the outputs: one-hot vectors most often. */
export function oneHotTargets({ operation, loss, targets: { shape }, outputShape }: TargetCheck): void {
  if (fitsShape(shape.slice(1), outputShape.slice(1)) && shape.length === outputShape.length) return;
  throw new ShapeError(
    `${operation}: y has the shape ${formatShape(shape)}; for ${loss} and outputs of the shape ` +
      `${formatShape(outputShape)} it must be ${formatShape([shape[0], ...outputShape.slice(1)])} ` +
      "(integer labels are for sparseCategoricalCrossentropy, or for toCategorical)",
  );
}

/** Labels of the classes that an axis of the outputs stands for; also the one that is ignored. */
export function labelTargets(
  { operation, loss, targets: { values, shape }, outputShape }: TargetCheck,
  axis: number,
  ignoreClass: number | null,
): void {
  const at = axis < 0 ? outputShape.length + axis : axis;
  const expected = outputShape.filter((_, index) => index > 0 && index !== at);
  const sample = shape.slice(1);
  const withAxis = outputShape.map((size, index) => (index === at ? 1 : size)).slice(1);
  if (!fitsShape(sample, expected) && !fitsShape(sample, withAxis)) {
    throw new ShapeError(
      `${operation}: y has the shape ${formatShape(shape)}; for ${loss} and outputs of the ` +
        `shape ${formatShape(outputShape)} it must be ${formatShape([shape[0], ...expected])} ` +
        (sample.length < expected.length
          ? "(one label a sample needs outputs [batch, classes]: a Flatten layer or a pooling joins the other axes)"
          : "(one-hot vectors are for categoricalCrossentropy)"),
    );
  }
  const classes = outputShape[at];
  if (classes === null) return;
  for (let index = 0; index < values.length; index++) {
    const label = values[index];
    if ((label >= 0 && label < classes && Number.isInteger(label)) || label === ignoreClass) continue;
    throw new RangeError(
      `${operation}: y holds the label ${label} at position ${index}; for ${classes} classes the labels are the ` +
        `integers 0 to ${classes - 1}`,
    );
  }
}
