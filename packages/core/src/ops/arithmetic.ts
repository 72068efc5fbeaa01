import { checkCount, checkNumber } from "../arguments.ts";
import { checkDType, type DType } from "../dtype.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { commonShape } from "../primitives/elementwise.ts";
import type { PrimitiveName } from "../primitives/table.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { applyTo, applyToFloats, applyToNumbers, floatNodes, operandNode, operandNodes } from "./operands.ts";

/**
 * x + y, element by element; the shapes broadcast.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { add } from "@strata/core";
 *
 * console.log(add([[1], [2]], [10, 20]).arraySync()); // [[11, 21], [12, 22]]
 * ```
 */
export function add(x: TensorLike, y: TensorLike): Tensor {
  checkCount("add", arguments, 2);
  return applyToNumbers("add", [x, y]);
}

/**
 * x − y, element by element; the shapes broadcast.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { sub } from "@strata/core";
 *
 * console.log(sub([5, 7], [1, 2]).arraySync()); // [4, 5]
 * ```
 */
export function sub(x: TensorLike, y: TensorLike): Tensor {
  checkCount("sub", arguments, 2);
  return applyToNumbers("sub", [x, y]);
}

/**
 * x · y, element by element; the shapes broadcast.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { mul } from "@strata/core";
 *
 * console.log(mul([[1, 2], [3, 4]], [10, 100]).arraySync()); // [[10, 200], [30, 400]]
 * ```
 */
export function mul(x: TensorLike, y: TensorLike): Tensor {
  checkCount("mul", arguments, 2);
  return applyToNumbers("mul", [x, y]);
}

/**
 * x / y, element by element; the shapes broadcast. Integers are divided as float32.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { div } from "@strata/core";
 *
 * console.log(div([6, 9], 3).arraySync()); // [2, 3]
 * ```
 */
export function div(x: TensorLike, y: TensorLike): Tensor {
  checkCount("div", arguments, 2);
  return applyToFloats("div", [x, y]);
}

/**
 * ⌊x / y⌋, element by element; the shapes broadcast. An integer divided by 0 is 0.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { floorDiv } from "@strata/core";
 *
 * console.log(floorDiv([7, -7], 2).arraySync()); // [3, -4]
 * ```
 */
export function floorDiv(x: TensorLike, y: TensorLike): Tensor {
  checkCount("floorDiv", arguments, 2);
  return applyToNumbers("floorDiv", [x, y]);
}

/**
 * The remainder of the floored division, which has the sign of `y`. For integers and y = 0 it is 0.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { mod } from "@strata/core";
 *
 * console.log(mod([7, -7], 3).arraySync()); // [1, 2]
 * ```
 */
export function mod(x: TensorLike, y: TensorLike): Tensor {
  checkCount("mod", arguments, 2);
  return applyToNumbers("mod", [x, y]);
}

/**
 * x to the power of y, element by element; the shapes broadcast.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { pow } from "@strata/core";
 *
 * console.log(pow([1, 2, 3], 2).arraySync()); // [1, 4, 9]
 * ```
 */
export function pow(x: TensorLike, y: TensorLike): Tensor {
  checkCount("pow", arguments, 2);
  if (y === 2) return applyToNumbers("mul", [x, x], "pow");
  if (y === 0.5) return squareRootPower(x);
  return applyToNumbers("pow", [x, y]);
}

/** x^½, which is +0 at −0 and ∞ at −∞, where √x is −0 and NaN (IEEE 754-2019, section 9.2.1). */
function squareRootPower(x: TensorLike): Tensor {
  const [node] = floatNodes("pow", [x]);
  const isLowest = build.equal(node, Number.NEGATIVE_INFINITY);
  return new Tensor(build.sqrt(build.add(build.where(isLowest, Number.POSITIVE_INFINITY, node), 0)));
}

/**
 * The larger of x and y, element by element; NaN if either is. At ties each gets half of the gradient.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { maximum } from "@strata/core";
 *
 * console.log(maximum([1, 5], [4, 2]).arraySync()); // [4, 5]
 * ```
 */
export function maximum(x: TensorLike, y: TensorLike): Tensor {
  checkCount("maximum", arguments, 2);
  return applyTo("maximum", [x, y]);
}

/**
 * The smaller of x and y, element by element; NaN if either is. At ties each gets half of the gradient.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { minimum } from "@strata/core";
 *
 * console.log(minimum([1, 5], [4, 2]).arraySync()); // [1, 2]
 * ```
 */
export function minimum(x: TensorLike, y: TensorLike): Tensor {
  checkCount("minimum", arguments, 2);
  return applyTo("minimum", [x, y]);
}

/**
 * −x.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { neg } from "@strata/core";
 *
 * console.log(neg([1, -2]).arraySync()); // [-1, 2]
 * ```
 */
export function neg(x: TensorLike): Tensor {
  checkCount("neg", arguments, 1);
  return applyToNumbers("neg", [x]);
}

/**
 * |x|.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { abs } from "@strata/core";
 *
 * console.log(abs([-2, 0, 3]).arraySync()); // [2, 0, 3]
 * ```
 */
export function abs(x: TensorLike): Tensor {
  checkCount("abs", arguments, 1);
  return applyToNumbers("abs", [x]);
}

/**
 * −1, 0 or 1 by the sign of x; NaN for NaN. Its gradient is 0.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { sign } from "@strata/core";
 *
 * console.log(sign([-2, 0, 3]).arraySync()); // [-1, 0, 1]
 * ```
 */
export function sign(x: TensorLike): Tensor {
  checkCount("sign", arguments, 1);
  return applyToNumbers("sign", [x]);
}

/**
 * x².
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { square } from "@strata/core";
 *
 * console.log(square([-3, 2]).arraySync()); // [9, 4]
 * ```
 */
export function square(x: TensorLike): Tensor {
  checkCount("square", arguments, 1);
  return applyToNumbers("mul", [x, x], "square");
}

/**
 * √x; NaN for negative numbers.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { sqrt } from "@strata/core";
 *
 * console.log(sqrt([0, 4, 9]).arraySync()); // [0, 2, 3]
 * ```
 */
export function sqrt(x: TensorLike): Tensor {
  checkCount("sqrt", arguments, 1);
  return applyToFloats("sqrt", [x]);
}

/**
 * 1 / √x.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { rsqrt } from "@strata/core";
 *
 * console.log(rsqrt([1, 4]).arraySync()); // [1, 0.5]
 * ```
 */
export function rsqrt(x: TensorLike): Tensor {
  checkCount("rsqrt", arguments, 1);
  return div(1, applyToFloats("sqrt", [x], "rsqrt"));
}

/**
 * 1 / x.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { reciprocal } from "@strata/core";
 *
 * console.log(reciprocal([1, 4]).arraySync()); // [1, 0.25]
 * ```
 */
export function reciprocal(x: TensorLike): Tensor {
  checkCount("reciprocal", arguments, 1);
  return applyToFloats("div", [1, x], "reciprocal");
}

/**
 * (x − y)², element by element; the shapes broadcast.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { squaredDifference } from "@strata/core";
 *
 * console.log(squaredDifference([1, 2], [4, 2]).arraySync()); // [9, 0]
 * ```
 */
export function squaredDifference(x: TensorLike, y: TensorLike): Tensor {
  checkCount("squaredDifference", arguments, 2);
  return square(applyToNumbers("sub", [x, y], "squaredDifference"));
}

/**
 * x / y, and 0 where y is 0, with gradients of 0 there.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { divNoNan } from "@strata/core";
 *
 * console.log(divNoNan([6, 9], [3, 0]).arraySync()); // [2, 0]
 * ```
 */
export function divNoNan(x: TensorLike, y: TensorLike): Tensor {
  checkCount("divNoNan", arguments, 2);
  // A number meets the other operand before it becomes a tensor with a dtype of its own.
  const [numerator, denominator] = floatNodes("divNoNan", [x, y]).map((node) => new Tensor(node));
  const isZero = equal(denominator, 0);
  const quotient = applyToFloats("div", [numerator, where(isZero, 1, denominator)], "divNoNan");
  return where(isZero, 0, quotient);
}

/**
 * Whether x = y, element by element; the shapes broadcast. NaN equals nothing.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { equal } from "@strata/core";
 *
 * console.log(equal([1, 2, 3], [1, 5, 3]).arraySync()); // [true, false, true]
 * ```
 */
export function equal(x: TensorLike, y: TensorLike): Tensor {
  checkCount("equal", arguments, 2);
  return applyTo("equal", [x, y]);
}

/**
 * Whether x ≠ y, element by element; the shapes broadcast.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { notEqual } from "@strata/core";
 *
 * console.log(notEqual([1, 2, 3], [1, 5, 3]).arraySync()); // [false, true, false]
 * ```
 */
export function notEqual(x: TensorLike, y: TensorLike): Tensor {
  checkCount("notEqual", arguments, 2);
  return applyTo("notEqual", [x, y]);
}

/**
 * Whether x < y, element by element; the shapes broadcast.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { less } from "@strata/core";
 *
 * console.log(less([1, 2, 3], 2).arraySync()); // [true, false, false]
 * ```
 */
export function less(x: TensorLike, y: TensorLike): Tensor {
  checkCount("less", arguments, 2);
  return applyTo("less", [x, y]);
}

/**
 * Whether x ≤ y, element by element; the shapes broadcast.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { lessEqual } from "@strata/core";
 *
 * console.log(lessEqual([1, 2, 3], 2).arraySync()); // [true, true, false]
 * ```
 */
export function lessEqual(x: TensorLike, y: TensorLike): Tensor {
  checkCount("lessEqual", arguments, 2);
  return applyTo("lessEqual", [x, y]);
}

function applyExchanged(name: PrimitiveName, x: TensorLike, y: TensorLike, operation: string): Tensor {
  const [left, right] = operandNodes(operation, [x, y]);
  commonShape(operation, [left, right]);
  return new Tensor(applyPrimitive(name, [right, left]));
}

/**
 * Whether x > y, element by element; the shapes broadcast.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { greater } from "@strata/core";
 *
 * console.log(greater([1, 2, 3], 2).arraySync()); // [false, false, true]
 * ```
 */
export function greater(x: TensorLike, y: TensorLike): Tensor {
  checkCount("greater", arguments, 2);
  return applyExchanged("less", x, y, "greater");
}

/**
 * Whether x ≥ y, element by element; the shapes broadcast.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { greaterEqual } from "@strata/core";
 *
 * console.log(greaterEqual([1, 2, 3], 2).arraySync()); // [false, true, true]
 * ```
 */
export function greaterEqual(x: TensorLike, y: TensorLike): Tensor {
  checkCount("greaterEqual", arguments, 2);
  return applyExchanged("lessEqual", x, y, "greaterEqual");
}

/**
 * x where `condition` holds, y elsewhere; all three shapes broadcast. Both are computed: where the slope of the one that is
 * not taken is infinite or NaN, so is the gradient, unless its operand is chosen by `where` too (the guide "Numbers").
 *
 * @param condition Which of the two is taken, element by element.
 * @param x The elements where the condition is true.
 * @param y The elements where it is false; all three shapes broadcast.
 * @throws DTypeError if the condition is not bool.
 *
 * @example
 * ```ts
 * import { greater, where } from "@strata/core";
 *
 * console.log(where(greater([1, -2, 3], 0), [1, 2, 3], 0).arraySync()); // [1, 0, 3]
 * ```
 */
export function where(condition: TensorLike, x: TensorLike, y: TensorLike): Tensor {
  checkCount("where", arguments, 3);
  return new Tensor(
    applyPrimitive("where", [operandNode("where", condition), ...operandNodes("where", [x, y])]),
  );
}

/**
 * x, but at least `lowest` and at most `highest`. Outside of the bounds the gradient is 0, at a bound ½.
 *
 * @param x The elements, in any shape.
 * @param lowest The least value of the result.
 * @param highest The largest value of the result.
 *
 * @example
 * ```ts
 * import { clip } from "@strata/core";
 *
 * console.log(clip([-2, 0.5, 3], 0, 1).arraySync()); // [0, 0.5, 1]
 * ```
 */
export function clip(x: TensorLike, lowest: number, highest: number): Tensor {
  checkCount("clip", arguments, 3);
  checkNumber("clip", "the lower bound", lowest);
  checkNumber("clip", "the upper bound", highest);
  if (lowest > highest) {
    throw new RangeError(
      `clip: the bounds are ${lowest} and ${highest}; the first must not be above the second`,
    );
  }
  const [node, ...bounds] = operandNodes("clip", [x, lowest, highest]).map((each) => new Tensor(each));
  return minimum(maximum(node, bounds[0]), bounds[1]);
}

/**
 * x converted to another dtype. Floats are truncated towards zero, saturated for int32 and wrapped for uint8; NaN
 * becomes 0; all but 0 is true.
 *
 * @param x The tensor.
 * @param dtype The dtype of the result.
 * @throws DTypeError for an unknown dtype.
 *
 * @example
 * ```ts
 * import { cast } from "@strata/core";
 *
 * console.log(cast([1.7, -1.7], "int32").arraySync()); // [1, -1]
 * ```
 */
export function cast(x: TensorLike, dtype: DType): Tensor {
  checkCount("cast", arguments, 2);
  checkDType("cast", dtype);
  return new Tensor(build.cast(operandNode("cast", x), dtype));
}

/**
 * x as a constant: no gradient flows through it.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { grad, stopGradient } from "@strata/core";
 *
 * console.log(grad((x) => x.mul(stopGradient(x)))(3).item()); // 3
 * ```
 */
export function stopGradient(x: TensorLike): Tensor {
  checkCount("stopGradient", arguments, 1);
  return new Tensor(build.stopGradient(operandNode("stopGradient", x)));
}
