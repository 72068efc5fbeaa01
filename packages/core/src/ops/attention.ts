import { checkNumber, readOptions } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import { build } from "../primitives/apply.ts";
import { broadcastShapes, formatShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { softmax } from "./activations.ts";
import { add, mul, where } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { logicalAnd } from "./logic.ts";
import { tri } from "./matrices.ts";
import { floatNodes, operandNode } from "./operands.ts";
import { any } from "./reductions.ts";

const operation = "scaledDotProductAttention";

/** Options of {@link scaledDotProductAttention}. */
export interface AttentionOptions {
  /**
   * Which keys each query may look at, broadcast to [..., T, S]: bools, true where it may; or floats, which are added
   * to the scores. Default: all.
   */
  readonly mask?: TensorLike | null;
  /** Whether query t may only look at the keys 0 … t. Default: false. */
  readonly causal?: boolean;
  /** What the scores are multiplied by. Default: 1/√D. */
  readonly scale?: number;
}

/**
 * softmax(q kᵀ / √D) v: [..., T, D], [..., S, D], [..., S, E] → [..., T, E]; the leading axes broadcast. A. Vaswani et
 * al., "Attention is all you need" (2017). A query that may look at nothing gets zeros.
 *
 * @throws ShapeError if the depths of query and key, or the lengths of key and value, differ.
 */
export function scaledDotProductAttention(
  query: TensorLike,
  key: TensorLike,
  value: TensorLike,
  options: AttentionOptions = {},
): Tensor {
  const { mask = null, causal = false, scale } = readOptions(operation, options, ["mask", "causal", "scale"]);
  const [q, k, v] = floatNodes(operation, [query, key, value]).map((node) => new Tensor(node));
  const shapes = [q, k, v].map(({ shape }) => formatShape(shape)).join(", ");
  if (
    Math.min(q.rank, k.rank, v.rank) < 2 ||
    q.shape.at(-1) !== k.shape.at(-1) ||
    k.shape.at(-2) !== v.shape.at(-2)
  ) {
    throw new ShapeError(`${operation}: takes [..., T, D], [..., S, D] and [..., S, E], not ${shapes}`);
  }
  const [queries, depth] = q.shape.slice(-2);
  const keys = k.shape[k.rank - 2];
  const factor = scale ?? 1 / Math.sqrt(depth);
  checkNumber(operation, "scale", factor);
  const leading = [q, k, v]
    .map(({ shape }) => shape.slice(0, -2))
    .reduce((left, right) => broadcastShapes(operation, left, right));
  const given = mask === null ? null : new Tensor(operandNode(operation, mask));
  if (given !== null) broadcastShapes(operation, given.shape, [...leading, queries, keys]);
  let scores = matmul(mul(q, factor), new Tensor(build.swapLastAxes(k.node)));
  if (given !== null && given.dtype !== "bool") scores = add(scores, given);
  const bools = [
    ...(given?.dtype === "bool" ? [given] : []),
    ...(causal ? [tri(queries, keys, 0, "bool")] : []),
  ];
  if (bools.length === 0) return matmul(softmax(scores), v);
  const allowed = bools.reduce((left, right) => logicalAnd(left, right));
  // A large negative number in place of −∞, so that a row without keys has no NaN, nor has its gradient.
  const weights = softmax(where(allowed, scores, -1e30));
  return matmul(where(any(allowed, -1, true), weights, 0), v);
}
