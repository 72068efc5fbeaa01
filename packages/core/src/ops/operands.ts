/** How the public functions take their operands: what dtype they meet in, and what is done with numbers and arrays. */
import { arithmeticDType, type DType, promote, toFloat } from "../dtype.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import type { PrimitiveName } from "../primitives/table.ts";
import { fitsDType, hasOwnDType, nodeOf, Tensor, type TensorLike } from "../tensor.ts";

/**
 * Nodes of one dtype: the highest of those that have one of their own. Numbers and arrays adopt it, or make it
 * float32 where they do not fit: `int32 · 0.5` is float32.
 */
export function operandNodes(values: readonly TensorLike[]): GraphNode[] {
  let dtype: DType | null = null;
  for (const value of values) {
    if (!hasOwnDType(value)) continue;
    const own = nodeOf(value).dtype;
    dtype = dtype === null ? own : promote(dtype, own);
  }
  for (const value of values) {
    if (hasOwnDType(value)) continue;
    if (dtype === null) dtype = nodeOf(value).dtype;
    else if (!fitsDType(value, dtype)) dtype = toFloat(promote(dtype, nodeOf(value).dtype));
  }
  const common = dtype ?? "float32";
  return values.map((value) =>
    hasOwnDType(value) ? build.cast(nodeOf(value), common) : nodeOf(value, common),
  );
}

/** As `operandNodes`, and float32 where that would be integers or bools. */
export function floatNodes(values: readonly TensorLike[]): GraphNode[] {
  return operandNodes(values).map((node) => build.cast(node, toFloat(node.dtype)));
}

/**
 * What `compute` makes of a float, of its dtype: where that has 16 bits, the whole of it is computed in float32, and
 * rounded once. For what sums, or divides by a count, that is more than the digits: a count may be no number of the
 * dtype, and a sum infinite.
 */
export function roundedOnce(x: GraphNode, compute: (wide: GraphNode) => GraphNode): GraphNode {
  return build.cast(compute(build.cast(x, arithmeticDType(x.dtype))), x.dtype);
}

/** A tensor of a new node that applies the primitive to operands of one dtype. */
export function applyTo(name: PrimitiveName, values: readonly TensorLike[]): Tensor {
  return new Tensor(applyPrimitive(name, operandNodes(values)));
}

/** As `applyTo`, for real functions: integers and bools become float32. */
export function applyToFloats(name: PrimitiveName, values: readonly TensorLike[]): Tensor {
  return new Tensor(applyPrimitive(name, floatNodes(values)));
}

/** As `applyTo`, for arithmetic: bools become int32, as in NumPy's sums. */
export function applyToNumbers(name: PrimitiveName, values: readonly TensorLike[]): Tensor {
  const nodes = operandNodes(values);
  return new Tensor(
    applyPrimitive(
      name,
      nodes.map((node) => (node.dtype === "bool" ? build.cast(node, "int32") : node)),
    ),
  );
}
