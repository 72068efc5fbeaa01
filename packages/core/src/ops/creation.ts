import { checkCount, describeValue } from "../arguments.ts";
import { checkDType, type DType, isInteger } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { checkShape, type Shape } from "../shape.ts";
import { fitsDType, Tensor, type TensorLike, tensor } from "../tensor.ts";
import { cast, equal } from "./arithmetic.ts";
import { operandNode } from "./operands.ts";
import { expandDims } from "./shapes.ts";

/**
 * A tensor of one element and no dimensions.
 *
 * @param value The value of every element.
 * @param dtype The dtype of the result.
 *
 * @example
 * ```ts
 * import { scalar } from "@strata/core";
 *
 * console.log(scalar(3).shape); // []
 * console.log(scalar(3).item()); // 3
 * ```
 */
export function scalar(value: number | boolean, dtype?: DType): Tensor {
  checkCount("scalar", arguments, 2);
  if (typeof value !== "number" && typeof value !== "boolean") {
    throw new DTypeError(`scalar: takes a number or a boolean, not ${describeValue(value)}`);
  }
  if (dtype !== undefined) checkDType("scalar", dtype);
  return tensor(value, [], dtype);
}

function filled(operation: string, shape: Shape, value: number, dtype: DType): Tensor {
  checkShape(operation, shape);
  checkDType(operation, dtype);
  if (typeof value !== "number" && typeof value !== "boolean") {
    throw new DTypeError(`${operation}: the value is ${describeValue(value)}; it must be a number`);
  }
  return new Tensor(build.broadcastTo(operandNode(operation, value, dtype), [...shape]));
}

/**
 * A tensor with one value everywhere.
 *
 * @param shape The shape of the result.
 * @param value The value of every element.
 * @param dtype The dtype of the result.
 *
 * @example
 * ```ts
 * import { full } from "@strata/core";
 *
 * console.log(full([2, 2], 7).arraySync()); // [[7, 7], [7, 7]]
 * ```
 */
export function full(shape: Shape, value: number, dtype: DType = "float32"): Tensor {
  checkCount("full", arguments, 3);
  return filled("full", shape, value, dtype);
}

/**
 * A tensor of zeros.
 *
 * @param shape The shape of the result.
 * @param dtype The dtype of the result.
 *
 * @example
 * ```ts
 * import { zeros } from "@strata/core";
 *
 * console.log(zeros([2, 2]).arraySync()); // [[0, 0], [0, 0]]
 * ```
 */
export function zeros(shape: Shape, dtype: DType = "float32"): Tensor {
  checkCount("zeros", arguments, 2);
  return filled("zeros", shape, 0, dtype);
}

/**
 * A tensor of ones.
 *
 * @param shape The shape of the result.
 * @param dtype The dtype of the result.
 *
 * @example
 * ```ts
 * import { ones } from "@strata/core";
 *
 * console.log(ones([2, 2]).arraySync()); // [[1, 1], [1, 1]]
 * ```
 */
export function ones(shape: Shape, dtype: DType = "float32"): Tensor {
  checkCount("ones", arguments, 2);
  return filled("ones", shape, 1, dtype);
}

/**
 * Zeros of the shape and dtype of `x`.
 *
 * @param x The tensor.
 *
 * @example
 * ```ts
 * import { zerosLike } from "@strata/core";
 *
 * console.log(zerosLike([[1, 2]]).arraySync()); // [[0, 0]]
 * ```
 */
export function zerosLike(x: TensorLike): Tensor {
  checkCount("zerosLike", arguments, 1);
  return filledLike("zerosLike", x, 0);
}

/**
 * Ones of the shape and dtype of `x`.
 *
 * @param x The tensor.
 *
 * @example
 * ```ts
 * import { onesLike } from "@strata/core";
 *
 * console.log(onesLike([[1, 2]]).arraySync()); // [[1, 1]]
 * ```
 */
export function onesLike(x: TensorLike): Tensor {
  checkCount("onesLike", arguments, 1);
  return filledLike("onesLike", x, 1);
}

/**
 * One value everywhere, in the shape and dtype of `x`.
 *
 * @param x The tensor.
 * @param value The value of every element.
 *
 * @example
 * ```ts
 * import { fullLike } from "@strata/core";
 *
 * console.log(fullLike([[1, 2]], 5).arraySync()); // [[5, 5]]
 * ```
 */
export function fullLike(x: TensorLike, value: number): Tensor {
  checkCount("fullLike", arguments, 2);
  return filledLike("fullLike", x, value);
}

function filledLike(operation: string, x: TensorLike, value: number): Tensor {
  const { shape, dtype } = operandNode(operation, x);
  return filled(operation, shape, value, dtype);
}

/**
 * The numbers start, start + step, … below `stop` (above it, for a negative step).
 *
 * @param stop Where the numbers end; it is not one of them.
 * @param start The first number; with one argument it is 0, and the argument is `stop`.
 * @param dtype Default: int32 where start, stop and step are integers, else float32.
 * @throws RangeError for numbers that are not finite, a step of 0, or numbers that an integer dtype does not hold.
 *
 * @example
 * ```ts
 * import { arange } from "@strata/core";
 *
 * console.log(arange(5).arraySync(), arange(1, 2, 0.25).arraySync()); // [0, 1, 2, 3, 4] [1, 1.25, 1.5, 1.75]
 * ```
 */
export function arange(start: number, stop?: number, step = 1, dtype?: DType): Tensor {
  checkCount("arange", arguments, 4);
  const [first, end] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0 || ![first, end, step].every(Number.isFinite)) {
    throw new RangeError(
      `arange: start ${first}, stop ${end} and step ${step} must be finite, and the step not 0`,
    );
  }
  const areIntegers = [first, end, step].every(Number.isInteger);
  const chosen = dtype ?? (areIntegers ? "int32" : "float32");
  checkDType("arange", chosen);
  const length = Math.max(0, Math.ceil((end - first) / step));
  const last = first + step * (length - 1);
  if (length > 0 && isInteger(chosen) && !(fitsDType(first, chosen) && fitsDType(last, chosen))) {
    throw new RangeError(
      `arange: the numbers from ${first} to ${last} in steps of ${step} are not all ${chosen}; name a float dtype`,
    );
  }
  return new Tensor(applyPrimitive("range", [], { start: first, step, length, dtype: chosen }));
}

/**
 * Vectors with a one at an index and zeros elsewhere: [...] → [..., depth]. What is no index, as −1, 1.5 or NaN, gives zeros
 * only.
 *
 * @param dtype The dtype of the result.
 * @param indices Integers.
 * @param depth The length of the vectors.
 *
 * @example
 * ```ts
 * import { oneHot } from "@strata/core";
 *
 * console.log(oneHot([0, 2], 3).arraySync()); // [[1, 0, 0], [0, 0, 1]]
 * ```
 */
export function oneHot(indices: TensorLike, depth: number, dtype: DType = "float32"): Tensor {
  checkCount("oneHot", arguments, 3);
  checkShape("oneHot", [depth]);
  checkDType("oneHot", dtype);
  const numbers = new Tensor(operandNode("oneHot", indices));
  return cast(equal(expandDims(numbers, -1), arange(depth)), dtype);
}
