import { channelsFirst, channelsLast, type Windows, windowAttributes, windowsOf } from "../rules/windows.ts";
import { sameSize, sameSizes } from "../sizes.ts";
import type { TracedNode } from "../traced-graph.ts";
import { type Idiom, inputsOf, numberOf, numbersIn, sizesIn } from "./pattern.ts";

/** The larger of two, or the first NaN: `largest` where not less than `candidate`, or NaN. */
function largerOf(node: TracedNode): readonly [largest: TracedNode, candidate: TracedNode] | null {
  const [condition, largest, candidate] = inputsOf(node, "where") ?? [];
  const [isNotLess, isNaN] = condition === undefined ? [] : (inputsOf(condition, "bitwiseOr") ?? []);
  if (isNotLess === undefined) return null;
  const [less, more] = inputsOf(isNotLess, "lessEqual") ?? [];
  const unequal = inputsOf(isNaN, "notEqual") ?? [];
  const isMaximum =
    less === candidate &&
    more === largest &&
    unequal.length === 2 &&
    unequal.every((each) => each === largest);
  return isMaximum ? [largest, candidate] : null;
}

/** All of which the node is the largest. */
function candidatesOf(node: TracedNode): readonly TracedNode[] {
  const candidates: TracedNode[] = [];
  let rest = node;
  for (let pair = largerOf(rest); pair !== null; pair = largerOf(rest)) {
    candidates.unshift(pair[1]);
    rest = pair[0];
  }
  return [rest, ...candidates];
}

/** Which element of its tile it is, of an image that is cut into tiles, [B, S1 / W1, W1, S2 / W2, W2, ..., C]. */
interface Tap {
  readonly image: TracedNode;
  readonly window: readonly number[];
  readonly number: number;
}

function tapOf(node: TracedNode): Tap | null {
  const [slice] = inputsOf(node, "reshape") ?? [];
  const [tiled] = slice === undefined ? [] : (inputsOf(slice, "slice") ?? []);
  const [image] = tiled === undefined ? [] : (inputsOf(tiled, "reshape") ?? []);
  if (slice === undefined || tiled === undefined || image === undefined || tiled.shape.length % 2 !== 0)
    return null;
  const [begin, size, step] = [slice.attributes.begin, slice.attributes.size, slice.attributes.step].map(
    sizesIn,
  );
  const isTap = (axis: number): boolean => axis >= 2 && axis % 2 === 0;
  const fits = tiled.shape.every((length, axis) => {
    const isWhole = begin[axis] === 0 && sameSize(length, size[axis]);
    return step[axis] === 1 && (isTap(axis) ? size[axis] === 1 : isWhole);
  });
  if (!fits) return null;
  const window = tiled.shape.filter((_, axis) => isTap(axis)).map(Number);
  const number = window.reduce((total, length, index) => total * length + Number(begin[2 * index + 2]), 0);
  return { image, window, number };
}

/** The largest element of each tile. */
export const maxPool: Idiom = ({ node, writer, valueOf }) => {
  const taps = candidatesOf(node).map(tapOf);
  const [first] = taps;
  if (!first) return null;
  const { image, window } = first;
  const places = window.reduce((product, size) => product * size, 1);
  const isWhole = taps.every(
    (tap, place) => tap?.image === image && tap.number === place && tap.window.join() === window.join(),
  );
  if (!isWhole || taps.length !== places || image.shape.length !== window.length + 2) return null;
  const [batch, ...sizes] = node.shape;
  const pooled = writer.value(
    "MaxPool",
    [channelsFirst(writer, valueOf(image), 0)],
    { shape: [batch, sizes[window.length], ...sizes.slice(0, -1)], dtype: valueOf(image).dtype },
    {
      kernel_shape: { kind: "ints", value: window },
      strides: { kind: "ints", value: window },
    },
  );
  return channelsLast(writer, pooled, 0);
};

/** The dividend and the divisor of a node, through reshapes. */
function dividedBy(node: TracedNode): {
  readonly dividend: TracedNode;
  readonly divisors: readonly TracedNode[];
} {
  const divisors: TracedNode[] = [];
  let dividend = node;
  while (true) {
    const division = inputsOf(dividend, "div");
    if (division !== null) divisors.push(division[1]);
    const [next] = division ?? inputsOf(dividend, "reshape") ?? [];
    if (next === undefined) return { dividend, divisors };
    dividend = next;
  }
}

/** The sums under windows, divided by how many elements of the image each window covers. */
export const averagePool: Idiom = ({ node, writer, valueOf }) => {
  const { dividend, divisors } = dividedBy(node);
  const [image, kernel] = inputsOf(dividend, "convolution") ?? [];
  if (image === undefined || numberOf(kernel) !== 1) return null;
  const { groups, strides, before, after, kernelDilation } = dividend.attributes;
  const channels = image.shape[4];
  if (groups !== channels || kernel.shape[4] !== channels) return null;
  const [sizes, window] = [image.shape.slice(1, 4), kernel.shape.slice(0, 3)].map((list) => list.map(Number));
  const attributes = {
    strides: numbersIn(strides),
    before: numbersIn(before),
    after: numbersIn(after),
    kernelDilation: numbersIn(kernelDilation),
  };
  const windows = windowsOf(attributes, sizes, window);
  const { skipped } = windows;
  if (windows.dilations.some((distance) => distance !== 1)) return null;
  if (!sameSizes(node.shape, [...dividend.shape.slice(0, 1), ...dividend.shape.slice(1 + skipped)]))
    return null;
  const counts = windows.window.map((_, axis) => coverage(windows, sizes.slice(skipped), axis));
  if (!areDivisors(divisors, counts)) return null;
  const first = channelsFirst(writer, valueOf(image), skipped);
  const [batch, ...rest] = node.shape;
  const type = { shape: [batch, channels, ...rest.slice(0, -1)], dtype: first.dtype };
  const { dilations: _, ...described } = windowAttributes(windows);
  return channelsLast(writer, writer.value("AveragePool", [first], type, described), 0);
};

/** How many elements of the image each window covers along an axis. */
function coverage(
  { window, strides, before, after }: Windows,
  sizes: readonly number[],
  axis: number,
): readonly number[] {
  const room = sizes[axis] + before[axis] + after[axis] - window[axis];
  return Array.from({ length: Math.floor(room / strides[axis]) + 1 }, (_, place) => {
    const begin = place * strides[axis] - before[axis];
    return Math.min(begin + window[axis], sizes[axis]) - Math.max(begin, 0);
  });
}

/** Whether the product of the divisors is that of the counts along all axes. */
function areDivisors(divisors: readonly TracedNode[], counts: readonly (readonly number[])[]): boolean {
  const isEven = (list: readonly number[]): boolean => list.every((count) => count === list[0]);
  const uneven = new Set(counts.filter((list) => !isEven(list)));
  let rest = counts.filter(isEven).reduce((product, [count]) => product * count, 1);
  for (const divisor of divisors) {
    const number = numberOf(divisor);
    if (number !== null) {
      rest /= number;
      continue;
    }
    const axis = divisor.shape.findIndex((size) => size !== 1) - 1;
    const values = valuesBehind(divisor);
    const list = counts[axis];
    if (list === undefined || values?.length !== list.length) return false;
    if (!list.every((count, place) => count === values[place]) || !uneven.delete(list)) return false;
  }
  return rest === 1 && uneven.size === 0;
}

/** The values of a tensor at hand, whatever shape and dtype it was given; null if it is none. */
function valuesBehind(node: TracedNode): ArrayLike<number> | null {
  if (node.node.value !== null) return node.node.value;
  const [inner] = inputsOf(node, "reshape") ?? inputsOf(node, "cast") ?? [];
  return inner === undefined ? null : valuesBehind(inner);
}
