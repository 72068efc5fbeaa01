/**
 * The largest elements of windows that tile an image. A tile's elements lie at its taps, which are slices of the image, so
 * that all is elementwise: a search through the taps, and a gradient that compares each element's tap with the one found.
 */
import { customGradient } from "../autodiff/custom-gradient.ts";
import { isFloat } from "../dtype.ts";
import type { GraphNode } from "../graph/node.ts";
import { applyPrimitive, build } from "../primitives/apply.ts";
import { sizeOf } from "../shape.ts";
import { Tensor } from "../tensor.ts";

/** An image [B, ..., C] cut into tiles: [B, S1 / W1, W1, S2 / W2, W2, ..., C]. */
interface Tiling {
  readonly image: GraphNode;
  readonly window: readonly number[];
}

/** The largest elements of the tiles: [B, S1 / W1, S2 / W2, ..., C]. The window's sizes divide the image's. */
export function largestOfTiles(image: GraphNode, window: readonly number[]): GraphNode {
  return customGradient((x) => {
    const { largest, found } = search({ image: x.node, window });
    return {
      value: new Tensor(largest),
      gradient: (towards) => new Tensor(atFound({ image: x.node, window }, towards.node, found)),
    };
  })(new Tensor(image)).node;
}

/** The first of the largest elements of each tile, or the first NaN, and the number of its tap. */
function search(tiling: Tiling): { largest: GraphNode; found: GraphNode } {
  const [first, ...others] = Array.from({ length: sizeOf(tiling.window) }, (_, tap) =>
    elementsAt(tiling, tap),
  );
  let largest = first;
  let found = build.broadcastTo(build.literal(0, "int32"), first.shape);
  others.forEach((candidate, index) => {
    const stays = staysLargest(largest, candidate);
    largest = build.where(stays, largest, candidate);
    found = build.where(stays, found, build.literal(index + 1, "int32"));
  });
  return { largest, found };
}

/** Whether the largest so far is not less than a candidate. The first NaN is larger than any number. */
function staysLargest(largest: GraphNode, candidate: GraphNode): GraphNode {
  const isNotLess = build.lessEqual(candidate, largest);
  if (!isFloat(largest.dtype)) return isNotLess;
  return applyPrimitive("bitwiseOr", [isNotLess, applyPrimitive("notEqual", [largest, largest])]);
}

/** The element of each tile at one tap. */
function elementsAt({ image, window }: Tiling, tap: number): GraphNode {
  const shape = tiledShape({ image, window });
  const begin = shape.map(() => 0);
  const size = [...shape];
  let rest = tap;
  for (let axis = window.length - 1; axis >= 0; axis--) {
    begin[2 * axis + 2] = rest % window[axis];
    size[2 * axis + 2] = 1;
    rest = Math.floor(rest / window[axis]);
  }
  const ones = shape.map(() => 1);
  return build.reshape(
    build.slice(build.reshape(image, shape), begin, size, ones),
    pooledShape({ image, window }),
  );
}

/** The gradient that reaches each tile, at the tap found there, and zeros at the others. */
function atFound({ image, window }: Tiling, towards: GraphNode, found: GraphNode): GraphNode {
  const shape = tiledShape({ image, window });
  const isTap = shape.map((_, axis) => axis % 2 === 0 && axis > 0);
  const onePerTile = shape.map((size, axis) => (isTap[axis] ? 1 : size));
  const onePerTap = shape.map((size, axis) => (isTap[axis] ? size : 1));
  const taps = build.reshape(build.range(sizeOf(window)), onePerTap);
  const isFound = build.equal(build.reshape(found, onePerTile), taps);
  return build.reshape(build.where(isFound, build.reshape(towards, onePerTile), 0), image.shape);
}

function tiledShape({ image: { shape }, window }: Tiling): number[] {
  const [batch, ...sizes] = shape.slice(0, -1);
  return [
    batch,
    ...sizes.flatMap((size, axis) => [size / window[axis], window[axis]]),
    shape[shape.length - 1],
  ];
}

function pooledShape({ image: { shape }, window }: Tiling): number[] {
  return shape.map((size, axis) => (axis >= 1 && axis <= window.length ? size / window[axis - 1] : size));
}
