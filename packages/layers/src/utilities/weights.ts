import { ShapeError, Tensor, type TensorLike, tensor, Variable } from "@strata/core";
import { formatShape } from "./shapes.ts";

/** Assigns a value to each weight; throws a ShapeError before anything is changed if they do not fit. */
export function assignWeights(
  owner: string,
  weights: readonly Variable[],
  values: readonly TensorLike[],
): void {
  if (values.length !== weights.length) {
    const shapes = weights.map((weight) => `${weight.name} ${formatShape(weight.shape)}`).join(", ");
    throw new ShapeError(
      `setWeights: ${values.length} values were given for the ${weights.length} weights of ` +
        `${JSON.stringify(owner)}${weights.length > 0 ? `: ${shapes}` : ""}`,
    );
  }
  const tensors = values.map((value, index) => valueFor(weights[index], value));
  weights.forEach((weight, index) => {
    weight.assign(tensors[index]);
  });
}

function valueFor(weight: Variable, value: TensorLike): Tensor {
  const given = value instanceof Tensor || value instanceof Variable ? value : tensor(value);
  const isSame =
    given.shape.length === weight.shape.length &&
    given.shape.every((size, axis) => size === weight.shape[axis]);
  if (!isSame) {
    throw new ShapeError(
      `setWeights: ${JSON.stringify(weight.name)} has the shape ${formatShape(weight.shape)}, ` +
        `the value ${formatShape(given.shape)}; they must be the same`,
    );
  }
  const values = given instanceof Variable ? given.value : given;
  return values.dtype === weight.dtype ? values : values.cast(weight.dtype);
}
