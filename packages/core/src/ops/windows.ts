/** How the public functions of convolution and pooling read their options. */
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";
import { dilated } from "../primitives/convolution.ts";
import { formatShape } from "../shape.ts";

/** One number for all spatial dimensions, or one for each. */
export type PerDimension = number | readonly number[];

/**
 * The surroundings of an image: `"valid"` nothing; `"same"` as many zeros as give ⌈size / stride⌉ windows, the odd one at the
 * end; a number of zeros on every side; or for each spatial dimension the counts before and after.
 */
export type Padding = "valid" | "same" | number | readonly (readonly [before: number, after: number])[];

/** How windows lie on an image. */
export interface WindowOptions {
  /** Distances between windows. Default: 1 for convolutions, the window's size for pooling. */
  readonly strides?: PerDimension;
  /** The surroundings of the image. Default: `"valid"`. */
  readonly padding?: Padding;
  /** Distances between neighbours within a window. Default: 1. */
  readonly dilations?: PerDimension;
}

/** The names of the options that all windows take. */
export const windowOptions = ["strides", "padding", "dilations"] as const;

/** A number for each spatial dimension, at least `least`. */
export function perDimension(
  operation: string,
  name: string,
  value: PerDimension,
  rank: number,
  least = 1,
): number[] {
  const list =
    typeof value === "number" ? Array.from({ length: rank }, () => value) : Array.isArray(value) ? value : [];
  if (list.length !== rank || list.some((each) => !Number.isInteger(each) || each < least)) {
    throw new RangeError(
      `${operation}: the ${name} are ${JSON.stringify(value)}; they must be an integer of at least ${least}, or ${rank} ` +
        "of them",
    );
  }
  return list;
}

/** Zeros before and after, along each spatial dimension. */
export interface Paddings {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Reads a padding for images of these sizes, under windows of these sizes. */
export function paddingsOf(
  operation: string,
  padding: Padding,
  sizes: readonly number[],
  window: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): Paddings {
  const none = sizes.map(() => 0);
  if (padding === "valid") return { before: none, after: none };
  if (padding === "same") {
    const total = sizes.map((size, axis) => {
      const covered =
        (Math.ceil(size / strides[axis]) - 1) * strides[axis] + dilated(window[axis], dilations[axis]);
      return Math.max(0, covered - size);
    });
    const before = total.map((count) => Math.floor(count / 2));
    return { before, after: total.map((count, axis) => count - before[axis]) };
  }
  if (typeof padding === "number") {
    const counts = perDimension(operation, "paddings", padding, sizes.length, 0);
    return { before: counts, after: counts };
  }
  const isPairs =
    Array.isArray(padding) &&
    padding.length === sizes.length &&
    padding.every(
      (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= 0),
    );
  if (!isPairs) {
    throw new RangeError(
      `${operation}: the padding is ${JSON.stringify(padding)}; accepted are "valid", "same", a number of at least 0, or ` +
        `${sizes.length} pairs [before, after]`,
    );
  }
  return { before: padding.map(([count]) => count), after: padding.map(([, count]) => count) };
}

/** A list for the three dimensions that the rows know, from one for fewer. */
export function toThree(list: readonly number[], fill: number): number[] {
  return [...Array.from({ length: 3 - list.length }, () => fill), ...list];
}

/** Images [B, S..., C] with three spatial dimensions. */
export function toVolume(image: GraphNode): GraphNode {
  const { shape } = image;
  const sizes = toThree(shape.slice(1, -1), 1);
  return build.reshape(image, [shape[0], ...sizes, shape[shape.length - 1]]);
}

/** The inverse of {@link toVolume}, for images of so many spatial dimensions. */
export function fromVolume(volume: GraphNode, rank: number): GraphNode {
  const { shape } = volume;
  return build.reshape(volume, [shape[0], ...shape.slice(4 - rank, 4), shape[4]]);
}

const axisNames = ["width", "height, width", "depth, height, width"];

/** Throws a ShapeError unless the image has a batch, so many spatial dimensions, and channels. */
export function checkImage(operation: string, { shape }: GraphNode, rank: number): void {
  if (shape.length === rank + 2) return;
  throw new ShapeError(
    `${operation}: takes images [batch, ${axisNames[rank - 1]}, channels], not ${formatShape(shape)}`,
  );
}

/** Throws a ShapeError if the padded image is smaller than the window. */
export function checkFits(
  operation: string,
  sizes: readonly number[],
  window: readonly number[],
  { before, after }: Paddings,
  dilations: readonly number[],
): void {
  sizes.forEach((size, axis) => {
    const padded = size + before[axis] + after[axis];
    const covered = dilated(window[axis], dilations[axis]);
    if (covered <= padded) return;
    throw new ShapeError(
      `${operation}: a window of ${formatShape(window)} with dilations ${formatShape(dilations)} covers ${covered} ` +
        `elements, and the padded image ${formatShape(sizes)} has ${padded} along dimension ${axis}`,
    );
  });
}
