import { checkDType, type DType } from "../dtype.ts";
import { applyPrimitive, build, literal } from "../primitives/apply.ts";
import { checkShape, type Shape } from "../shape.ts";
import { nodeOf, Tensor, type TensorLike, tensor } from "../tensor.ts";
import { cast, equal } from "./arithmetic.ts";
import { expandDims } from "./shapes.ts";

/** A tensor of one element and no dimensions. */
export function scalar(value: number | boolean, dtype?: DType): Tensor {
  return tensor(value, [], dtype);
}

/** A tensor with one value everywhere. */
export function full(shape: Shape, value: number, dtype: DType = "float32"): Tensor {
  checkShape("full", shape);
  checkDType("full", dtype);
  return new Tensor(build.broadcastTo(literal(value, dtype), [...shape]));
}

/** A tensor of zeros. */
export function zeros(shape: Shape, dtype: DType = "float32"): Tensor {
  return full(shape, 0, dtype);
}

/** A tensor of ones. */
export function ones(shape: Shape, dtype: DType = "float32"): Tensor {
  return full(shape, 1, dtype);
}

/** Zeros of the shape and dtype of `x`. */
export function zerosLike(x: TensorLike): Tensor {
  return fullLike(x, 0);
}

/** Ones of the shape and dtype of `x`. */
export function onesLike(x: TensorLike): Tensor {
  return fullLike(x, 1);
}

/** One value everywhere, in the shape and dtype of `x`. */
export function fullLike(x: TensorLike, value: number): Tensor {
  const { shape, dtype } = nodeOf(x);
  return full(shape, value, dtype);
}

/**
 * The numbers start, start + step, … below `stop` (above it, for a negative step).
 *
 * @param start The first number; with one argument it is 0, and the argument is `stop`.
 * @param dtype Default: int32 where start, stop and step are integers, else float32.
 *
 * @example
 * ```ts
 * import { arange } from "@strata/core";
 *
 * console.log(arange(5).arraySync(), arange(1, 2, 0.25).arraySync()); // [0, 1, 2, 3, 4] [1, 1.25, 1.5, 1.75]
 * ```
 */
export function arange(start: number, stop?: number, step = 1, dtype?: DType): Tensor {
  const [first, end] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0 || ![first, end, step].every(Number.isFinite)) {
    throw new RangeError(
      `arange: start ${first}, stop ${end} and step ${step} must be finite, and the step not 0`,
    );
  }
  const isInteger = [first, end, step].every(Number.isInteger);
  const chosen = dtype ?? (isInteger ? "int32" : "float32");
  checkDType("arange", chosen);
  const length = Math.max(0, Math.ceil((end - first) / step));
  return new Tensor(applyPrimitive("range", [], { start: first, step, length, dtype: chosen }));
}

/**
 * Vectors with a one at an index and zeros elsewhere: [...] → [..., depth]. Indices out of range give zeros only.
 *
 * @param indices Integers.
 * @param depth The length of the vectors.
 */
export function oneHot(indices: TensorLike, depth: number, dtype: DType = "float32"): Tensor {
  checkShape("oneHot", [depth]);
  const integers = cast(indices, "int32");
  return cast(equal(expandDims(integers, -1), arange(depth)), dtype);
}
