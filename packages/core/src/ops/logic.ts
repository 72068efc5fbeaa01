import { checkCount } from "../arguments.ts";
import type { DType } from "../dtype.ts";
import { isFloat } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { bitwiseDTypes, commonDType, commonShape, integerDTypes } from "../primitives/elementwise.ts";
import type { PrimitiveName } from "../primitives/table.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { operandNode, operandNodes } from "./operands.ts";

function constantBool(x: GraphNode, value: boolean): Tensor {
  return new Tensor(build.broadcastTo(build.literal(Number(value), "bool"), x.shape));
}

/**
 * Whether x is NaN, element by element. Integers and bools never are.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { isNaN } from "@strata/core";
 *
 * console.log(isNaN([1, Number.NaN]).arraySync()); // [false, true]
 * ```
 */
export function isNaN(x: TensorLike): Tensor {
  checkCount("isNaN", arguments, 1);
  const node = operandNode("isNaN", x);
  if (!isFloat(node.dtype)) return constantBool(node, false);
  return new Tensor(applyPrimitive("notEqual", [node, node]));
}

/**
 * Whether x is +∞ or −∞, element by element. Integers and bools never are.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { isInf } from "@strata/core";
 *
 * console.log(isInf([1, Number.POSITIVE_INFINITY]).arraySync()); // [false, true]
 * ```
 */
export function isInf(x: TensorLike): Tensor {
  checkCount("isInf", arguments, 1);
  const node = operandNode("isInf", x);
  if (!isFloat(node.dtype)) return constantBool(node, false);
  return new Tensor(build.equal(build.abs(node), Number.POSITIVE_INFINITY));
}

/**
 * Whether x is neither infinite nor NaN, element by element. Integers and bools always are.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { isFinite } from "@strata/core";
 *
 * console.log(isFinite([1, Number.POSITIVE_INFINITY]).arraySync()); // [true, false]
 * ```
 */
export function isFinite(x: TensorLike): Tensor {
  checkCount("isFinite", arguments, 1);
  const node = operandNode("isFinite", x);
  if (!isFloat(node.dtype)) return constantBool(node, true);
  return new Tensor(build.less(build.abs(node), Number.POSITIVE_INFINITY));
}

function logical(operation: string, name: PrimitiveName, x: TensorLike, y: TensorLike): Tensor {
  const nodes = [x, y].map((operand) => boolOf(operation, operand));
  commonShape(operation, nodes);
  return new Tensor(applyPrimitive(name, nodes));
}

function boolOf(operation: string, x: TensorLike): GraphNode {
  return build.cast(operandNode(operation, x), "bool");
}

/**
 * Whether both are true, element by element; the shapes broadcast. All but 0 counts as true.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { logicalAnd } from "@strata/core";
 *
 * console.log(logicalAnd([true, true, false], [true, false, false]).arraySync()); // [true, false, false]
 * ```
 */
export function logicalAnd(x: TensorLike, y: TensorLike): Tensor {
  checkCount("logicalAnd", arguments, 2);
  return logical("logicalAnd", "bitwiseAnd", x, y);
}

/**
 * Whether at least one is true, element by element; the shapes broadcast. All but 0 counts as true.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { logicalOr } from "@strata/core";
 *
 * console.log(logicalOr([true, true, false], [true, false, false]).arraySync()); // [true, true, false]
 * ```
 */
export function logicalOr(x: TensorLike, y: TensorLike): Tensor {
  checkCount("logicalOr", arguments, 2);
  return logical("logicalOr", "bitwiseOr", x, y);
}

/**
 * Whether exactly one is true, element by element; the shapes broadcast. All but 0 counts as true.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { logicalXor } from "@strata/core";
 *
 * console.log(logicalXor([true, true, false], [true, false, false]).arraySync()); // [false, true, false]
 * ```
 */
export function logicalXor(x: TensorLike, y: TensorLike): Tensor {
  checkCount("logicalXor", arguments, 2);
  return logical("logicalXor", "bitwiseXor", x, y);
}

/**
 * Whether x is false, that is 0, element by element.
 *
 * @param x The elements, in any shape.
 *
 * @example
 * ```ts
 * import { logicalNot } from "@strata/core";
 *
 * console.log(logicalNot([true, false]).arraySync()); // [false, true]
 * ```
 */
export function logicalNot(x: TensorLike): Tensor {
  checkCount("logicalNot", arguments, 1);
  return new Tensor(build.equal(boolOf("logicalNot", x), 0));
}

function bitwise(
  operation: string,
  name: PrimitiveName,
  x: TensorLike,
  y: TensorLike,
  accepts: readonly DType[] = bitwiseDTypes,
): Tensor {
  const nodes = operandNodes(operation, [x, y]);
  commonDType(operation, nodes, accepts);
  commonShape(operation, nodes);
  return new Tensor(applyPrimitive(name, nodes));
}

/**
 * The bits that both have, element by element; the shapes broadcast. Takes bool, uint8 and int32.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { bitwiseAnd, tensor } from "@strata/core";
 *
 * console.log(bitwiseAnd(tensor([6], [1], "int32"), tensor([3], [1], "int32")).arraySync()); // [2]
 * ```
 */
export function bitwiseAnd(x: TensorLike, y: TensorLike): Tensor {
  checkCount("bitwiseAnd", arguments, 2);
  return bitwise("bitwiseAnd", "bitwiseAnd", x, y);
}

/**
 * The bits that either has, element by element; the shapes broadcast. Takes bool, uint8 and int32.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { bitwiseOr, tensor } from "@strata/core";
 *
 * console.log(bitwiseOr(tensor([6], [1], "int32"), tensor([3], [1], "int32")).arraySync()); // [7]
 * ```
 */
export function bitwiseOr(x: TensorLike, y: TensorLike): Tensor {
  checkCount("bitwiseOr", arguments, 2);
  return bitwise("bitwiseOr", "bitwiseOr", x, y);
}

/**
 * The bits that exactly one has, element by element; the shapes broadcast. Takes bool, uint8 and int32.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { bitwiseXor, tensor } from "@strata/core";
 *
 * console.log(bitwiseXor(tensor([6], [1], "int32"), tensor([3], [1], "int32")).arraySync()); // [5]
 * ```
 */
export function bitwiseXor(x: TensorLike, y: TensorLike): Tensor {
  checkCount("bitwiseXor", arguments, 2);
  return bitwise("bitwiseXor", "bitwiseXor", x, y);
}

const allOnes: Readonly<Partial<Record<DType, number>>> = { bool: 1, uint8: 255, int32: -1 };

/**
 * The opposite of every bit; of a bool, the other one.
 *
 * @param x The elements, in any shape.
 * @throws DTypeError for floats.
 *
 * @example
 * ```ts
 * import { bitwiseNot, tensor } from "@strata/core";
 *
 * console.log(bitwiseNot(tensor([6], [1], "int32")).arraySync()); // [-7]
 * ```
 */
export function bitwiseNot(x: TensorLike): Tensor {
  checkCount("bitwiseNot", arguments, 1);
  const node = operandNode("bitwiseNot", x);
  const ones = allOnes[node.dtype];
  if (ones === undefined) {
    throw new DTypeError(`bitwiseNot: does not take ${node.dtype}; accepted are "int32", "uint8" or "bool"`);
  }
  return new Tensor(applyPrimitive("bitwiseXor", [node, build.literal(ones, node.dtype)]));
}

/**
 * x · 2ʸ by moving the bits of x to the left, modulo the width of the dtype. Takes uint8 and int32.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { leftShift, tensor } from "@strata/core";
 *
 * console.log(leftShift(tensor([3], [1], "int32"), 2).arraySync()); // [12]
 * ```
 */
export function leftShift(x: TensorLike, y: TensorLike): Tensor {
  checkCount("leftShift", arguments, 2);
  return bitwise("leftShift", "shiftLeft", x, y, integerDTypes);
}

/**
 * ⌊x / 2ʸ⌋ by moving the bits of x to the right, keeping the sign. Takes uint8 and int32.
 *
 * @param x The left operand.
 * @param y The right operand; the two shapes broadcast.
 *
 * @example
 * ```ts
 * import { rightShift, tensor } from "@strata/core";
 *
 * console.log(rightShift(tensor([12], [1], "int32"), 2).arraySync()); // [3]
 * ```
 */
export function rightShift(x: TensorLike, y: TensorLike): Tensor {
  checkCount("rightShift", arguments, 2);
  return bitwise("rightShift", "shiftRight", x, y, integerDTypes);
}
