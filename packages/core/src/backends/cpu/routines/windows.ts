/** The common part of code that slides windows over images. */
import type { Routine } from "../../../compiler/program.ts";
import { type WindowAttributes, windowCounts } from "../../../primitives/convolution.ts";
import type { Shape } from "../../../shape.ts";
import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { i32, select } from "../assembler/instructions.ts";
import { minimum } from "./count.ts";

/** The attributes of a routine, which are of no type of their own. */
export function numbersOf(routine: Routine, name: string): number[] {
  const value = routine.attributes[name];
  return Array.isArray(value) ? value.map(Number) : [Number(value)];
}

/** Windows on an image [B, S1, S2, S3, C], with numbers for each spatial dimension. */
export interface Windows extends WindowAttributes {
  readonly sizes: Shape;
  readonly window: Shape;
  readonly counts: Shape;
}

export function windowsOf(routine: Routine, image: Shape, window: Shape): Windows {
  const attributes = {
    strides: numbersOf(routine, "strides"),
    before: numbersOf(routine, "before"),
    after: numbersOf(routine, "after"),
    kernelDilation: numbersOf(routine, "kernelDilation"),
  };
  const sizes = image.slice(1, 4);
  return { ...attributes, sizes, window, counts: windowCounts(sizes, window, attributes) };
}

/** Consecutive windows along the last dimension: in which image, where, and the numbers of the first and the next. */
export interface WindowLine {
  readonly example: Local<"i32">;
  /** The beginnings of the windows in the padded image, along the first and the second dimension. */
  readonly first: readonly [Local<"i32">, Local<"i32">];
  /** Along the last dimension: from this window up to, but not including, that one. */
  readonly from: Local<"i32">;
  readonly to: Local<"i32">;
}

/** Visits the windows `begin` … `end − 1` of all images, a line or the part of one at a time. */
export function forEachLine(
  f: FunctionBuilder,
  { counts, strides, before }: Windows,
  begin: I32,
  end: I32,
  body: (line: WindowLine) => void,
): void {
  const [position, last] = [f.let(begin), f.let(end)];
  const [from, to, example] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const first = [f.local("i32"), f.local("i32")] as const;
  const length = f.local("i32");
  f.loopWhileBelow(position, last, length, () => {
    f.set(example, i32.div_u(position, i32.constant(counts[2])));
    f.set(from, i32.rem_u(position, i32.constant(counts[2])));
    f.set(length, minimum(f, i32.sub(i32.constant(counts[2]), from), i32.sub(last, position)));
    f.set(to, i32.add(from, length));
    for (const axis of [1, 0] as const) {
      const count = i32.constant(counts[axis]);
      const at = i32.mul(i32.rem_u(example, count), i32.constant(strides[axis]));
      f.set(first[axis], i32.sub(at, i32.constant(before[axis])));
      f.set(example, i32.div_u(example, count));
    }
    body({ example, first, from, to });
  });
}

/** The beginning of window number `position` in the padded image, along one dimension. */
export function firstPlace({ strides, before }: Windows, axis: number, position: I32): I32 {
  return i32.sub(i32.mul(position, i32.constant(strides[axis])), i32.constant(before[axis]));
}

/**
 * Runs `inside` for each place of a window along one dimension that falls on an element, with the element's index, and
 * `outside` for the others.
 */
export function forEachTap(
  f: FunctionBuilder,
  { sizes, window, kernelDilation }: Windows,
  axis: number,
  first: I32,
  inside: (element: Local<"i32">) => void,
  outside: () => void,
): void {
  const element = f.let(first);
  const visit = (): void => {
    // A negative index is a large unsigned one.
    f.if(i32.lt_u(element, i32.constant(sizes[axis])), () => inside(element), outside);
  };
  if (window[axis] === 1) {
    visit();
    return;
  }
  const end = f.let(i32.add(element, i32.constant(window[axis] * kernelDilation[axis])));
  f.loopWhileBelow(element, end, kernelDilation[axis], visit);
}

/** The places of a window along one dimension that fall on elements: from one up to, but not including, another. */
export interface TapRange {
  readonly from: I32;
  readonly to: I32;
}

export function tapsInside(
  f: FunctionBuilder,
  { sizes, window, kernelDilation, before, counts, strides }: Windows,
  axis: number,
  first: I32,
): TapRange {
  const reach = (counts[axis] - 1) * strides[axis] - before[axis] + (window[axis] - 1) * kernelDilation[axis];
  const distance = kernelDilation[axis];
  /** ⌈value / distance⌉ where it is positive, and else 0. */
  const stepsTo = (value: I32): I32 => {
    const gap = f.let(value);
    const positive = select(i32.gt_s(gap, i32.constant(0)), gap, i32.constant(0));
    return distance === 1
      ? positive
      : i32.div_u(i32.add(positive, i32.constant(distance - 1)), i32.constant(distance));
  };
  const start = f.let(first);
  const from = before[axis] <= 0 ? i32.constant(0) : f.let(stepsTo(i32.sub(i32.constant(0), start)));
  if (reach < sizes[axis]) return { from, to: i32.constant(window[axis]) };
  const to = stepsTo(i32.sub(i32.constant(sizes[axis]), start));
  return { from, to: f.let(minimum(f, to, i32.constant(window[axis]))) };
}

/** Runs `body` with each number of a range, in order. */
export function forEachIn(
  f: FunctionBuilder,
  { from, to }: TapRange,
  body: (tap: Local<"i32">) => void,
): void {
  const tap = f.let(from);
  f.loopWhileBelow(tap, to, 1, () => body(tap));
}
