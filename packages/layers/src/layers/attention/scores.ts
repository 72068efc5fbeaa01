/** Who looks at what: masks of scores, and attention with Keras's rule for queries that may look at nothing. */
import {
  abs,
  any,
  arange,
  less,
  logicalAnd,
  mean,
  scaledDotProductAttention,
  sub,
  type Tensor,
  transpose,
  tri,
  where,
} from "@strata/core";

/** The conjunction of masks; null where all of them are. */
export function allOf(...masks: readonly (Tensor | null)[]): Tensor | null {
  return masks.reduce(
    (one, other) => (one !== null && other !== null ? logicalAnd(one, other) : (one ?? other)),
    null,
  );
}

/** Query t may look at the keys 0 … t: bools [queries, keys]. */
export function causalMask(queries: number, keys: number): Tensor {
  return tri(queries, keys, 0, "bool");
}

/** Query t may look at the keys that are less than `width` away: bools [queries, keys]. */
export function windowMask(queries: number, keys: number, width: number): Tensor {
  return less(abs(sub(arange(queries).reshape([queries, 1]), arange(keys))), width);
}

/** A number so low that scores do not count beside it, and yet finite, so that a row of them is no NaN. */
export function lowestScore(scores: Tensor): number {
  return scores.dtype === "float16" ? -65504 : -1e9;
}

/** [..., rows, columns] → [..., columns, rows]. */
export function swapLastAxes(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

/**
 * Core's attention, where a query that may look at nothing gets the mean of all values, as in Keras.
 *
 * @param mask Bools, which keys each query may look at; null for all.
 */
export function attend(
  { query, key, value }: { readonly query: Tensor; readonly key: Tensor; readonly value: Tensor },
  { mask, causal, scale }: { readonly mask: Tensor | null; readonly causal: boolean; readonly scale: number },
): Tensor {
  const attended = scaledDotProductAttention(query, key, value, { mask, causal, scale });
  if (mask === null) return attended;
  const visible = causal
    ? allOf(mask, causalMask(query.shape[query.rank - 2], key.shape[key.rank - 2]))
    : mask;
  return where(any(visible ?? mask, -1, true), attended, mean(value, -2, true));
}
