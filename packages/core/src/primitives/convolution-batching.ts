/** How many convolutions, each with an image or a kernel of its own, are one. */
import type { GraphNode } from "../graph/node.ts";
import type { Shape } from "../shape.ts";
import type { ConvolutionAttributes } from "./convolution.ts";
import type { BatchedCall } from "./primitive.ts";

/** The three tensors that the trilinear form of a convolution is linear in. */
type Factor = "image" | "kernel" | "result";
type Index = "batch" | "group" | "channel" | "feature";

/** The meaning of the axes, where the last has been split into groups and the part of each. */
const axesOf: Readonly<Record<Factor, readonly (Index | "place")[]>> = {
  image: ["batch", "place", "place", "place", "group", "channel"],
  kernel: ["place", "place", "place", "channel", "group", "feature"],
  result: ["batch", "place", "place", "place", "group", "feature"],
};

/** The index that the two others have, and this one has not. */
const absentFrom = { image: "feature", kernel: "batch", result: "channel" } as const;

/**
 * The batching rule of a row that makes one factor of two. If the examples share one of the two, they are more of what the
 * other and the output both count; if not, they are more groups, which know nothing of each other.
 */
export function batchForm(factors: readonly [Factor, Factor], output: Factor) {
  return <A extends ConvolutionAttributes>(call: BatchedCall<A>): GraphNode => {
    const { inputs, batched, attributes, count, apply, build } = call;
    const { groups } = attributes;
    const shared = batched.indexOf(false);
    const index = shared === -1 ? "group" : absentFrom[factors[shared]];
    const folded = inputs.map((input, position) => {
      if (!batched[position]) return input;
      const shape = input.shape.slice(1);
      const axis = axesOf[factors[position]].indexOf(index);
      const split = splitGroups(shape, groups);
      const moved = build.transpose(build.reshape(input, [count, ...split]), [
        ...split.slice(0, axis).map((_, before) => before + 1),
        0,
        ...split.slice(axis).map((_, after) => after + axis + 1),
      ]);
      return build.reshape(moved, joinGroups(split.with(axis, count * split[axis])));
    });
    const allGroups = index === "group" ? count * groups : groups;
    const result = apply(folded, { ...attributes, groups: allGroups });
    const axis = axesOf[output].indexOf(index);
    const split = splitGroups(result.shape, allGroups);
    const ofOne = split.with(axis, split[axis] / count);
    const separate = build.reshape(result, [...ofOne.slice(0, axis), count, ...ofOne.slice(axis)]);
    const first = build.transpose(separate, [
      axis,
      ...separate.shape.map((_, each) => each).filter((each) => each !== axis),
    ]);
    return build.reshape(first, [count, ...joinGroups(ofOne)]);
  };
}

function splitGroups(shape: Shape, groups: number): number[] {
  return [...shape.slice(0, 4), groups, shape[4] / groups];
}

function joinGroups(split: readonly number[]): number[] {
  return [...split.slice(0, 4), split[4] * split[5]];
}
