import type { DType } from "../dtype.ts";
import { isFloat } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import type { PrimitiveName } from "../primitives/table.ts";
import { nodeOf, Tensor, type TensorLike } from "../tensor.ts";
import { operandNodes } from "./operands.ts";

function constantBool(x: GraphNode, value: boolean): Tensor {
  return new Tensor(build.broadcastTo(build.literal(Number(value), "bool"), x.shape));
}

/** Whether x is NaN, element by element. Integers and bools never are. */
export function isNaN(x: TensorLike): Tensor {
  const node = nodeOf(x);
  if (!isFloat(node.dtype)) return constantBool(node, false);
  return new Tensor(applyPrimitive("notEqual", [node, node]));
}

/** Whether x is +∞ or −∞, element by element. Integers and bools never are. */
export function isInf(x: TensorLike): Tensor {
  const node = nodeOf(x);
  if (!isFloat(node.dtype)) return constantBool(node, false);
  return new Tensor(build.equal(build.abs(node), Number.POSITIVE_INFINITY));
}

/** Whether x is neither infinite nor NaN, element by element. Integers and bools always are. */
export function isFinite(x: TensorLike): Tensor {
  const node = nodeOf(x);
  if (!isFloat(node.dtype)) return constantBool(node, true);
  return new Tensor(build.less(build.abs(node), Number.POSITIVE_INFINITY));
}

function boolOf(x: TensorLike): GraphNode {
  return build.cast(nodeOf(x), "bool");
}

/** Whether both are true, element by element; the shapes broadcast. All but 0 counts as true. */
export function logicalAnd(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(applyPrimitive("bitwiseAnd", [boolOf(x), boolOf(y)]));
}

/** Whether at least one is true, element by element; the shapes broadcast. All but 0 counts as true. */
export function logicalOr(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(applyPrimitive("bitwiseOr", [boolOf(x), boolOf(y)]));
}

/** Whether exactly one is true, element by element; the shapes broadcast. All but 0 counts as true. */
export function logicalXor(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(applyPrimitive("bitwiseXor", [boolOf(x), boolOf(y)]));
}

/** Whether x is false, that is 0, element by element. */
export function logicalNot(x: TensorLike): Tensor {
  return new Tensor(build.equal(boolOf(x), 0));
}

function bitwise(name: PrimitiveName, x: TensorLike, y: TensorLike): Tensor {
  const nodes = operandNodes([x, y]);
  return new Tensor(applyPrimitive(name, nodes));
}

/** The bits that both have, element by element; the shapes broadcast. Takes bool, uint8 and int32. */
export function bitwiseAnd(x: TensorLike, y: TensorLike): Tensor {
  return bitwise("bitwiseAnd", x, y);
}

/** The bits that either has, element by element; the shapes broadcast. Takes bool, uint8 and int32. */
export function bitwiseOr(x: TensorLike, y: TensorLike): Tensor {
  return bitwise("bitwiseOr", x, y);
}

/** The bits that exactly one has, element by element; the shapes broadcast. Takes bool, uint8 and int32. */
export function bitwiseXor(x: TensorLike, y: TensorLike): Tensor {
  return bitwise("bitwiseXor", x, y);
}

const allOnes: Readonly<Partial<Record<DType, number>>> = { bool: 1, uint8: 255, int32: -1 };

/**
 * The opposite of every bit; of a bool, the other one.
 *
 * @throws DTypeError for floats.
 */
export function bitwiseNot(x: TensorLike): Tensor {
  const node = nodeOf(x);
  const ones = allOnes[node.dtype];
  if (ones === undefined) {
    throw new DTypeError(`bitwiseNot: does not take ${node.dtype}; accepted are "int32", "uint8" or "bool"`);
  }
  return new Tensor(applyPrimitive("bitwiseXor", [node, build.literal(ones, node.dtype)]));
}

/** x · 2ʸ by moving the bits of x to the left, modulo the width of the dtype. Takes uint8 and int32. */
export function leftShift(x: TensorLike, y: TensorLike): Tensor {
  return bitwise("shiftLeft", x, y);
}

/** ⌊x / 2ʸ⌋ by moving the bits of x to the right, keeping the sign. Takes uint8 and int32. */
export function rightShift(x: TensorLike, y: TensorLike): Tensor {
  return bitwise("shiftRight", x, y);
}
