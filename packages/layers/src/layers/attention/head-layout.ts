/** How heads and steps lie in tensors of multi-head attention, and masks over its scores. */
import { broadcastTo, reshape, type Shape, ShapeError, type Tensor, transpose } from "@strata/core";
import { sizeOf } from "@strata/core/internal";
import { formatShape } from "../../utilities/shapes.ts";

/** The axes and the heads of attention. */
export interface HeadLayout {
  /** The name of the layer, for messages. */
  readonly name: string;
  /** The axes of steps that queries look along, between those of batch and features. */
  readonly attended: readonly number[];
  /** The other axes between them, each place of which is attended by itself. */
  readonly others: readonly number[];
  /** The number of heads. */
  readonly heads: number;
  /** The number of heads of keys and values, each of which serves as many heads of queries. */
  readonly keyValueHeads: number;
}

/** [batch, ..., heads, size] → [batch, others, heads, steps, size]; heads that share a key lie in two axes, [keys, sharing]. */
export function headsFirst(layout: HeadLayout, x: Tensor): Tensor {
  const moved = transpose(x, orderOf(layout));
  const lead = layout.others.length + 1;
  const steps = sizeOf(moved.shape.slice(lead + 1, -1));
  const size = moved.shape[moved.rank - 1];
  return reshape(moved, [
    ...moved.shape.slice(0, lead),
    ...headSizes(layout, moved.shape[lead]),
    steps,
    size,
  ]);
}

/** The inverse of {@link headsFirst} for outputs of all heads; `inputShape` is that of the query. */
export function headsLast(layout: HeadLayout, x: Tensor, inputShape: Shape): Tensor {
  const order = orderOf(layout);
  const size = x.shape[x.rank - 1];
  const sizes = [...inputShape.slice(0, -1), layout.heads, size];
  const split = reshape(
    x,
    order.map((axis) => sizes[axis]),
  );
  return transpose(
    split,
    order.map((_, axis) => order.indexOf(axis)),
  );
}

/** The mask of the queries' steps, over scores. */
export function overQueries(layout: HeadLayout, mask: Tensor): Tensor {
  const moved = transpose(mask, [0, ...layout.others, ...layout.attended]);
  return overScores(layout, reshape(moved, [...moved.shape, ...layout.attended.map(() => 1)]));
}

/** The mask of the keys' steps, over scores. */
export function overKeys(layout: HeadLayout, mask: Tensor): Tensor {
  const moved = transpose(mask, [0, ...layout.others, ...layout.attended]);
  const lead = layout.others.length + 1;
  const sizes = [...moved.shape.slice(0, lead), ...layout.attended.map(() => 1), ...moved.shape.slice(lead)];
  return overScores(layout, reshape(moved, sizes));
}

/** A mask [..., queries, keys], with as many axes as scores have: [batch, others, heads, queries, keys]. */
export function overScores(layout: HeadLayout, mask: Tensor): Tensor {
  const lead = layout.others.length + 2;
  const count = 2 * layout.attended.length;
  if (mask.rank < count || mask.rank > lead + count) {
    throw new ShapeError(
      `${layout.name}: the mask has the shape ${formatShape(mask.shape)}; it must have the ${count} axes of queries and keys, and at ` +
        `most ${lead} before them`,
    );
  }
  const before = mask.shape.slice(0, mask.rank - count);
  const added = new Array<number>(lead - before.length).fill(1);
  return reshape(mask, [...before, ...added, ...mask.shape.slice(mask.rank - count)]);
}

/** A mask over scores, laid as {@link headsFirst} lays queries and keys. */
export function mergedMask(layout: HeadLayout, mask: Tensor, scoresShape: Shape): Tensor {
  const lead = layout.others.length + 1;
  const count = layout.attended.length;
  const sizes = count === 1 ? mask.shape : [...mask.shape.slice(0, lead + 1), ...scoresShape.slice(lead + 1)];
  const [queries, keys] = [sizes.slice(lead + 1, lead + 1 + count), sizes.slice(lead + 1 + count)];
  const heads = mask.shape[lead];
  return reshape(broadcastTo(mask, sizes), [
    ...sizes.slice(0, lead),
    ...(heads === 1 && layout.heads !== layout.keyValueHeads ? [1, 1] : headSizes(layout, heads)),
    sizeOf(queries),
    sizeOf(keys),
  ]);
}

/** The axes [batch, others, heads, attended, features] among those of a projection. */
function orderOf({ attended, others }: HeadLayout): readonly number[] {
  const heads = attended.length + others.length + 1;
  return [0, ...others, heads, ...attended, heads + 1];
}

/** The axes that heads lie in. */
function headSizes({ heads, keyValueHeads }: HeadLayout, count: number): readonly number[] {
  return heads === keyValueHeads ? [count] : [keyValueHeads, count / keyValueHeads];
}
