/** How the public functions take their operands: what dtype they meet in, and what is done with numbers and arrays. */
import { arithmeticDType, type DType, isFloat, promote, toFloat } from "../dtype.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { commonShape } from "../primitives/elementwise.ts";
import type { PrimitiveName } from "../primitives/table.ts";
import { checkTensorLike, fitsDType, hasOwnDType, nodeOf, Tensor, type TensorLike } from "../tensor.ts";

/** The node of an operand; `dtype` is for values that have none of their own. Errors name `operation`. */
export function operandNode(operation: string, value: TensorLike, dtype?: DType): GraphNode {
  return nodeOf(value, dtype, operation);
}

/** As `operandNode`, and float32 where that would be integers or bools. */
export function floatNode(operation: string, value: TensorLike): GraphNode {
  const node = operandNode(operation, value);
  return isFloat(node.dtype) ? node : build.cast(node, "float32");
}

/**
 * Nodes of one dtype: the highest of those that have one of their own. Numbers and arrays adopt it, or raise it where
 * they do not fit: integers to int32, others to float32: `uint8 − 300` is int32, `int32 · 0.5` and `int32 + 1e10` float32.
 */
export function operandNodes(operation: string, values: readonly TensorLike[]): GraphNode[] {
  let dtype: DType | null = null;
  const own = new Array<GraphNode | null>(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    checkTensorLike(operation, value);
    const node = hasOwnDType(value) ? operandNode(operation, value) : null;
    own[index] = node;
    if (node !== null)
      dtype = dtype === null || dtype === node.dtype ? node.dtype : promote(dtype, node.dtype);
  }
  for (const value of values) {
    if (hasOwnDType(value)) continue;
    if (dtype === null) dtype = operandNode(operation, value).dtype;
    else if (!fitsDType(value, dtype)) dtype = raised(dtype, value, operandNode(operation, value));
  }
  const common = dtype ?? "float32";
  return own.map((node, index) =>
    node === null ? operandNode(operation, values[index], common) : build.cast(node, common),
  );
}

function raised(dtype: DType, value: TensorLike, node: GraphNode): DType {
  if (!isFloat(dtype) && fitsDType(value, "int32")) return "int32";
  return toFloat(promote(dtype, node.dtype));
}

/** As `operandNodes`, and float32 where that would be integers or bools. */
export function floatNodes(operation: string, values: readonly TensorLike[]): GraphNode[] {
  const nodes = operandNodes(operation, values);
  return isFloat(nodes[0].dtype) ? nodes : nodes.map((node) => build.cast(node, "float32"));
}

/**
 * The result of `compute` for a float, in its dtype: if that has 16 bits, the whole of it is computed in float32, and
 * rounded once. For what sums, or divides by a count, that is more than the digits: a count may be no number of the
 * dtype, and a sum infinite.
 */
export function roundedOnce(x: GraphNode, compute: (wide: GraphNode) => GraphNode): GraphNode {
  return build.cast(compute(build.cast(x, arithmeticDType(x.dtype))), x.dtype);
}

/** A tensor of a new node that applies the primitive to operands of one dtype. Errors name `operation`. */
export function applyTo(
  name: PrimitiveName,
  values: readonly TensorLike[],
  operation: string = name,
): Tensor {
  return applyToNodes(name, operandNodes(operation, values), operation);
}

/** As `applyTo`, for real functions: integers and bools become float32. */
export function applyToFloats(
  name: PrimitiveName,
  values: readonly TensorLike[],
  operation: string = name,
): Tensor {
  return applyToNodes(name, floatNodes(operation, values), operation);
}

/** As `applyTo`, for arithmetic: bools become int32, as in NumPy's sums. */
export function applyToNumbers(
  name: PrimitiveName,
  values: readonly TensorLike[],
  operation: string = name,
): Tensor {
  const nodes = operandNodes(operation, values);
  const numbers = nodes[0].dtype === "bool" ? nodes.map((node) => build.cast(node, "int32")) : nodes;
  return applyToNodes(name, numbers, operation);
}

function applyToNodes(name: PrimitiveName, nodes: readonly GraphNode[], operation: string): Tensor {
  // The row would name the primitive.
  commonShape(operation, nodes);
  return new Tensor(applyPrimitive(name, nodes));
}
