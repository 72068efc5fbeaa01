import { checkCount, checkNumber, readOptions } from "../arguments.ts";
import { arithmeticDType, bytesPerElement } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { broadcastShapes, formatShape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { softmax } from "./activations.ts";
import { cast, where } from "./arithmetic.ts";
import { attendInBlocks } from "./attention-blocks.ts";
import { type Attention, attentionOf, attentionScores } from "./attention-scores.ts";
import { matmul } from "./contractions.ts";
import { floatNodes, operandNode } from "./operands.ts";

const operation = "scaledDotProductAttention";

/** With 64 and 256, steps of training take as long, within 3 %. */
const queriesOfBlock = 128;

/**
 * From so many bytes of scores on, queries are taken block by block. With 16 matrices of scores, a depth of 32 and one
 * thread, a step of training, which computes scores twice, then takes 25 % more time with 4 MiB of scores (T = 256), 8 %
 * with 16 MiB, 14 to 22 % with 64 MiB and 256 MiB (T = 2048); forward alone takes as long or up to a quarter less. If
 * causal, a step takes as long with 4 MiB, a quarter to a third less from 16 MiB on; forward alone half. The step's memory
 * is 2/3, a third, a sixth and a twelfth; that of T = 4096 did not fit into 4 GiB.
 */
const leastBytesForBlocks = 32 * 2 ** 20;

/** Options of {@link scaledDotProductAttention}. */
export interface AttentionOptions {
  /**
   * Which keys each query may look at, broadcast to [..., T, S]: bools, true where it may; or floats, which are added
   * to the scores, −∞ where it may not. Default: all.
   */
  readonly mask?: TensorLike | null;
  /** Whether query t may only look at the keys 0 … t. Default: false. */
  readonly causal?: boolean;
  /** The factor of the scores. Default: 1/√D. */
  readonly scale?: number;
}

/**
 * softmax(q kᵀ / √D) v: [..., T, D], [..., S, D], [..., S, E] → [..., T, E]; the leading axes broadcast. A. Vaswani et
 * al., "Attention is all you need" (2017). A query that may look at nothing gets zeros, and has a gradient of 0. Keys and
 * values that no query may look at do not matter, NaN and infinities neither.
 *
 * If the scores [..., T, S] would take 32 MiB or more, they are computed for 128 queries at a time, and again for the
 * gradient: memory grows in proportion to T, not T². Second derivatives keep them all. Of causal attention, most of the
 * scores that a query may not look at are then not computed either.
 *
 * @param query What asks: [..., queries, size].
 * @param key What the queries are compared with: [..., keys, size].
 * @param value What is mixed by the weights: [..., keys, features].
 * @throws ShapeError if the depths of query and key, or the lengths of key and value, differ.
 *
 * @example
 * ```ts
 * import { ones, scaledDotProductAttention } from "@strata/core";
 *
 * console.log(scaledDotProductAttention(ones([2, 4, 8]), ones([2, 6, 8]), ones([2, 6, 16])).shape); // [2, 4, 16]
 * ```
 */
export function scaledDotProductAttention(
  query: TensorLike,
  key: TensorLike,
  value: TensorLike,
  options: AttentionOptions = {},
): Tensor {
  checkCount("scaledDotProductAttention", arguments, 4);
  const {
    mask = null,
    causal = false,
    scale,
  } = readOptions(operation, options, ["mask", "causal", "scale"], ["causal"]);
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
  const scoresShape = broadcastShapes(operation, given?.shape ?? [], [...leading, queries, keys]);
  const attention = attentionOf({ query: q, key: k, value: v, mask: given, causal, scale: factor });
  const blocks = Math.ceil(queries / queriesOfBlock);
  const bytes = sizeOf(scoresShape) * bytesPerElement(arithmeticDType(q.dtype));
  return blocks > 1 && bytes >= leastBytesForBlocks ? attendInBlocks(attention, blocks) : attend(attention);
}

function attend(attention: Attention): Tensor {
  const { value, seeing } = attention;
  const weights = softmax(attentionScores(attention));
  const result = matmul(cast(weights, value.dtype), value);
  return seeing ? where(seeing, result, 0) : result;
}
