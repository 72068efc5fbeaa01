import { Tensor } from "@strata/core";
import type { AnyLayer } from "../layer/any-layer.ts";
import { isShape, type SymbolicShape } from "../utilities/shapes.ts";

/** The output of a model that has one. */
export function oneTensor(output: unknown): Tensor {
  if (output instanceof Tensor) return output;
  throw new RangeError("the model has several outputs; fit, evaluate and predict take models of one");
}

/** The shape of the output of a model that has one. */
export function outputShapeOf(model: AnyLayer, inputShape: SymbolicShape): SymbolicShape {
  const shape = model.computeOutputShape(inputShape);
  if (isShape(shape)) return shape;
  throw new RangeError(
    `${model.name}: the model has several outputs; fit, evaluate and predict take models of one`,
  );
}

/** Makes the weights for batches of inputs of a shape. */
export function buildFor(model: AnyLayer, inputShape: SymbolicShape): void {
  model.buildFor(inputShape);
}
