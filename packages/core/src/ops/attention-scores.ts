/** The scores that attention takes the softmax of. */
import { arithmeticDType } from "../dtype.ts";
import { build } from "../primitives/apply.ts";
import { Tensor } from "../tensor.ts";
import { add, cast, less, lessEqual, mul, notEqual, where } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { arange } from "./creation.ts";
import { logicalAnd } from "./logic.ts";
import { any } from "./reductions.ts";
import { expandDims, reshape } from "./shapes.ts";

/** Some queries, and all keys and values. */
export interface Attention {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  /** Floats that are added to the scores. */
  readonly bias: Tensor | null;
  /** Bools: which keys each query may look at, as the mask says; null for all. */
  readonly shown: Tensor | null;
  /** Bools [..., T or 1, 1]: which queries may look at any key; null for all. */
  readonly seeing: Tensor | null;
  /** The numbers of the queries, int32 [T], if each may only look at the keys up to its own number. */
  readonly numbers: Tensor | null;
  /** The factor of the scores. */
  readonly scale: number;
}

export interface AttentionInputs extends Pick<Attention, "query" | "key" | "value" | "scale"> {
  readonly mask: Tensor | null;
  readonly causal: boolean;
}

/**
 * Keys and values that no query may look at are replaced by zeros, and so are queries that may look at nothing: NaN and
 * infinities in padding would otherwise reach results and gradients as products with 0.
 */
export function attentionOf({ query, key, value, mask, causal, scale }: AttentionInputs): Attention {
  const isBias = mask !== null && mask.dtype !== "bool";
  const attention: Attention = {
    query,
    key,
    value,
    bias: isBias ? mask : null,
    shown: isBias ? notEqual(mask, Number.NEGATIVE_INFINITY) : mask,
    seeing: null,
    numbers: causal ? arange(query.shape[query.rank - 2]) : null,
    scale,
  };
  const seen = keysSeen(attention);
  const allowed = allowedKeys(attention);
  // Of causal attention alone each query sees the first key.
  const seeing = mask && allowed && any(atLeastMatrix(allowed), -1, true);
  return {
    ...attention,
    query: seeing ? keptRows(query, seeing) : query,
    key: seen ? keptRows(key, seen) : key,
    value: seen ? keptRows(value, seen) : value,
    seeing,
  };
}

/** Which keys any query may look at, [..., S or 1, 1]; null for all. */
function keysSeen({ query, key, shown, numbers }: Attention): Tensor | null {
  const [queries, keys] = [query, key].map(({ shape }) => shape[shape.length - 2]);
  const isReached = numbers && keys > queries ? expandDims(less(arange(keys), queries), 1) : null;
  if (shown === null) return isReached;
  const isShown = swapLastAxes(any(atLeastMatrix(shown), -2, true));
  return isReached ? logicalAnd(isShown, isReached) : isShown;
}

/** A mask with an axis of queries and one of keys. */
function atLeastMatrix(mask: Tensor): Tensor {
  return mask.rank < 2 ? reshape(mask, [1, mask.size]) : mask;
}

/** Rows [..., T, D] with zeros for those that are not kept in any of the examples that share them. */
function keptRows(x: Tensor, isKept: Tensor): Tensor {
  const added = Math.max(0, isKept.rank - x.rank);
  const sizes = [...Array.from({ length: added }, () => 1), ...x.shape].slice(-isKept.rank, -1);
  const shared = sizes.flatMap((size, axis) => (size === 1 && isKept.shape[axis] > 1 ? [axis] : []));
  const kept = shared.length > 0 ? any(isKept, shared, true) : isKept;
  return where(reshape(kept, kept.shape.slice(added)), x, 0);
}

/** Which keys each query may look at, broadcast to the scores; null for all. */
export function allowedKeys({ key, shown, numbers }: Attention): Tensor | null {
  if (numbers === null) return shown;
  const isBefore = lessEqual(arange(key.shape[key.rank - 2]), expandDims(numbers, 1));
  return shown ? logicalAnd(shown, isBefore) : isBefore;
}

/** [..., T, S]. */
export function attentionScores(attention: Attention): Tensor {
  const { query, key, bias, seeing, scale } = attention;
  const products = matmul(mul(query, scale), swapLastAxes(key));
  // A softmax of halves is computed in float32.
  const wide = cast(products, arithmeticDType(query.dtype));
  const scores = bias ? add(wide, bias) : wide;
  const allowed = allowedKeys(attention);
  const masked = allowed ? where(allowed, scores, Number.NEGATIVE_INFINITY) : scores;
  // A row of nothing but −∞ has NaN for its softmax.
  return seeing ? where(seeing, masked, 0) : masked;
}

export function swapLastAxes(x: Tensor): Tensor {
  return new Tensor(build.swapLastAxes(x.node));
}
