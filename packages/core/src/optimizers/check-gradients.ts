import { arithmeticDType, floatDTypes, isFloat } from "../dtype.ts";
import { DTypeError, listAlternatives, ShapeError } from "../errors.ts";
import { cast } from "../ops/arithmetic.ts";
import { formatShape, sameShape } from "../shape.ts";
import { nodeOf, Tensor, type TensorLike } from "../tensor.ts";
import type { Variable } from "../variable.ts";

/**
 * The gradients in the dtypes that steps of their Variables are computed in; throws in `operation`'s name where they do
 * not fit.
 */
export function checkedGradients(
  operation: string,
  gradients: readonly TensorLike[],
  variables: readonly Variable[],
): Tensor[] {
  if (gradients.length !== variables.length) {
    throw new RangeError(
      `${operation}: ${gradients.length} gradients for ${variables.length} Variables; there must be one for each`,
    );
  }
  const distinct = new Set(variables);
  if (distinct.size < variables.length) {
    const twice = variables.find((each) => !distinct.delete(each));
    throw new RangeError(`${operation}: the Variable "${twice?.name}" comes twice; add its gradients up`);
  }
  return variables.map((variable, index) => checkedGradient(operation, gradients[index], variable));
}

function checkedGradient(operation: string, gradient: TensorLike, { name, cell }: Variable): Tensor {
  const { shape, dtype } = cell.type;
  if (!isFloat(dtype)) {
    throw new DTypeError(`${operation}: "${name}" is ${dtype}; it must be ${listAlternatives(floatDTypes)}`);
  }
  const node = nodeOf(gradient, dtype);
  if (!sameShape(node.shape, shape)) {
    throw new ShapeError(
      `${operation}: the gradient of "${name}" has the shape ${formatShape(node.shape)}, the Variable ` +
        `${formatShape(shape)}; they must be the same`,
    );
  }
  if (!isFloat(node.dtype)) {
    throw new DTypeError(
      `${operation}: the gradient of "${name}" is ${node.dtype}; it must be ${listAlternatives(floatDTypes)}`,
    );
  }
  return cast(new Tensor(node), arithmeticDType(dtype));
}
