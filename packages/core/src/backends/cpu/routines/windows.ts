/** What code that slides windows over images shares. */
import type { Routine } from "../../../compiler/program.ts";
import { type WindowAttributes, windowCounts } from "../../../primitives/convolution.ts";
import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { i32 } from "../assembler/instructions.ts";
import { countTo } from "./count.ts";

/** The attributes of a routine, which are of no type of their own. */
export function numbersOf(routine: Routine, name: string): number[] {
  const value = routine.attributes[name];
  return Array.isArray(value) ? value.map(Number) : [Number(value)];
}

/** Windows on an image [B, S1, S2, S3, C], with numbers for each spatial dimension. */
export interface Windows extends WindowAttributes {
  readonly sizes: readonly number[];
  readonly window: readonly number[];
  readonly counts: readonly number[];
}

export function windowsOf(routine: Routine, window: readonly number[]): Windows {
  const attributes = {
    strides: numbersOf(routine, "strides"),
    before: numbersOf(routine, "before"),
    after: numbersOf(routine, "after"),
    inputDilation: numbersOf(routine, "inputDilation"),
    kernelDilation: numbersOf(routine, "kernelDilation"),
  };
  const sizes = routine.inputs[0].shape.slice(1, 4);
  return { ...attributes, sizes, window, counts: windowCounts(sizes, window, attributes) };
}

/** A window as locals: the number of its image, and where its first element lies in the spread-out, padded image. */
export interface WindowPlace {
  readonly example: Local<"i32">;
  readonly first: readonly Local<"i32">[];
}

/** Finds window number `position` of all images. */
export function placeOf(
  f: FunctionBuilder,
  position: I32,
  { counts, strides, before }: Windows,
): WindowPlace {
  const rest = f.let(position);
  const first = [f.local("i32"), f.local("i32"), f.local("i32")];
  for (const axis of [2, 1, 0]) {
    const count = i32.constant(counts[axis]);
    const at = i32.mul(i32.rem_u(rest, count), i32.constant(strides[axis]));
    f.set(first[axis], i32.sub(at, i32.constant(before[axis])));
    f.set(rest, i32.div_u(rest, count));
  }
  return { example: rest, first };
}

/**
 * Runs `inside` for each place of a window along one dimension that falls on an element, with the element's index, and
 * `outside` for the others.
 */
export function forEachTap(
  f: FunctionBuilder,
  { sizes, window, inputDilation, kernelDilation }: Windows,
  axis: number,
  first: I32,
  inside: (element: Local<"i32">) => void,
  outside: () => void,
): void {
  const place = f.let(first);
  const element = f.local("i32");
  const distance = i32.constant(inputDilation[axis]);
  countTo(f, window[axis], () => {
    f.set(element, inputDilation[axis] === 1 ? place : i32.div_s(place, distance));
    // A negative index is a large unsigned one.
    let isInside = i32.lt_u(element, i32.constant(sizes[axis]));
    if (inputDilation[axis] !== 1) {
      const isElement = i32.and(i32.ge_s(place, i32.constant(0)), i32.eqz(i32.rem_s(place, distance)));
      isInside = i32.and(isInside, isElement);
    }
    f.if(isInside, () => inside(element), outside);
    f.set(place, i32.add(place, i32.constant(kernelDilation[axis])));
  });
}
