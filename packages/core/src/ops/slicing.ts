import { checkCount, checkList } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import { build } from "../primitives/apply.ts";
import { formatShape, normalizeAxes, normalizeAxis } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import type { Axis } from "../tensor-methods.ts";
import { operandNode } from "./operands.ts";
import { concat } from "./shapes.ts";

/**
 * The part of one axis that {@link slice} takes, as Python writes it between brackets:
 *
 * - a number: the element at that index; the axis is dropped;
 * - `null`: all of it, Python's `:`;
 * - `[begin?, end?, step?]`: Python's `begin:end:step`, with null for what is left out;
 * - `"..."`: as many whole axes as are not named.
 */
export type SliceSpec = number | null | "..." | readonly (number | null)[];

interface Window {
  readonly begin: number;
  readonly size: number;
  readonly step: number;
  readonly isDropped: boolean;
}

/**
 * A part of a tensor, by NumPy's rules: negative indices count from the end, ranges are cut off at the ends, and steps
 * may be negative.
 *
 * @param x The tensor.
 * @param specs For each axis, from the first on, what to take of it; axes that are not named are taken whole.
 * @throws RangeError for an index that the axis does not have, or a step of 0.
 * @throws ShapeError for more specs than axes.
 *
 * @example
 * ```ts
 * import { arange, slice } from "@strata/core";
 *
 * const x = arange(12).reshape([3, 4]);
 * console.log(slice(x, [1]).arraySync()); // [4, 5, 6, 7]
 * console.log(slice(x, [null, [1, 3]]).arraySync()); // [[1, 2], [5, 6], [9, 10]]
 * console.log(slice(x, ["...", -1]).arraySync()); // [3, 7, 11]
 * console.log(slice(x, [0, [null, null, -1]]).arraySync()); // [3, 2, 1, 0]
 * ```
 */
export function slice(x: TensorLike, specs: readonly SliceSpec[]): Tensor {
  checkCount("slice", arguments, 2);
  const node = operandNode("slice", x);
  const { shape } = node;
  checkList("slice", "the list of specs", specs);
  const named = specs.filter((spec) => spec !== "...").length;
  const ellipses = specs.length - named;
  if (named > shape.length || ellipses > 1) {
    throw new ShapeError(
      `slice: ${named} axes and ${ellipses} times "..." are named for ${formatShape(shape)}; ` +
        `there are ${shape.length} axes, and "..." may stand once`,
    );
  }
  const whole = (count: number): null[] => Array.from({ length: count }, () => null);
  const full = specs.flatMap((spec) => (spec === "..." ? whole(shape.length - named) : [spec]));
  const windows = shape.map((length, axis) => windowOf(full[axis] ?? null, length, axis));
  const part = build.slice(
    node,
    windows.map(({ begin }) => begin),
    windows.map(({ size }) => size),
    windows.map(({ step }) => step),
  );
  return new Tensor(
    build.reshape(
      part,
      part.shape.filter((_, axis) => !windows[axis].isDropped),
    ),
  );
}

function windowOf(spec: number | null | readonly (number | null)[], length: number, axis: number): Window {
  if (spec === null) return { begin: 0, size: length, step: 1, isDropped: false };
  if (typeof spec === "number") {
    if (!Number.isInteger(spec) || spec < -length || spec >= length) {
      const accepted =
        length === 0 ? "it has no elements" : `accepted are the integers ${-length} to ${length - 1}`;
      throw new RangeError(
        `slice: index ${spec} is out of range for axis ${axis} of size ${length}; ${accepted}`,
      );
    }
    return { begin: spec < 0 ? spec + length : spec, size: 1, step: 1, isDropped: true };
  }
  checkList("slice", `the spec for axis ${axis}`, spec);
  const [from = null, to = null, by = null] = spec;
  const step = by ?? 1;
  const isValid = [from, to, step].every((value) => value === null || Number.isInteger(value));
  if (spec.length > 3 || step === 0 || !isValid) {
    throw new RangeError(
      `slice: [${spec.map(String).join(", ")}] for axis ${axis} must be [begin, end, step], integers or null, ` +
        "with a step that is not 0",
    );
  }
  // Where Python cuts off: [0, length] going forwards, [−1, length − 1] going backwards.
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const place = (value: number): number =>
    Math.min(Math.max(value < 0 ? value + length : value, lowest), highest);
  const begin = from === null ? (step > 0 ? lowest : highest) : place(from);
  const end = to === null ? (step > 0 ? highest : lowest) : place(to);
  const size = Math.max(0, Math.ceil((end - begin) / step));
  return { begin: size === 0 ? 0 : begin, size, step, isDropped: false };
}

/**
 * The elements in reverse order along one axis, several, or all.
 *
 * @param x The tensor.
 * @param axis The axes. Default: all.
 *
 * @example
 * ```ts
 * import { flip } from "@strata/core";
 *
 * console.log(flip([1, 2, 3]).arraySync()); // [3, 2, 1]
 * ```
 */
export function flip(x: TensorLike, axis?: Axis): Tensor {
  checkCount("flip", arguments, 2);
  const node = operandNode("flip", x);
  const { shape } = node;
  const axes = normalizeAxes("flip", axis, shape.length);
  const turns = shape.map((size, each) => axes.includes(each) && size > 0);
  return new Tensor(
    build.slice(
      node,
      shape.map((size, each) => (turns[each] ? size - 1 : 0)),
      shape,
      shape.map((_, each) => (turns[each] ? -1 : 1)),
    ),
  );
}

/**
 * The elements moved along axes; those pushed over the end come in again at the start.
 *
 * @param x The tensor.
 * @param shift How far, towards higher indices; one number for each axis, or one for all.
 * @param axis The axes. Default: the elements are moved in row-major order, and the shape is kept, as in NumPy.
 * @throws RangeError if there is not one shift for each axis, or one is no integer.
 *
 * @example
 * ```ts
 * import { roll } from "@strata/core";
 *
 * console.log(roll([1, 2, 3, 4], 1).arraySync()); // [4, 1, 2, 3]
 * ```
 */
export function roll(x: TensorLike, shift: number | readonly number[], axis?: Axis): Tensor {
  checkCount("roll", arguments, 3);
  const t = new Tensor(operandNode("roll", x));
  if (typeof shift !== "number") checkList("roll", "the list of shifts", shift);
  if (axis === undefined || axis === null) {
    const amount = typeof shift === "number" ? shift : shift.reduce((left, right) => left + right, 0);
    return rollAxis(t.reshape([t.size]), amount, 0).reshape(t.shape);
  }
  if (typeof axis !== "number") checkList("roll", "the list of axes", axis);
  const axes = (typeof axis === "number" ? [axis] : axis).map((each) => normalizeAxis("roll", each, t.rank));
  const shifts = typeof shift === "number" ? axes.map(() => shift) : shift;
  if (shifts.length !== axes.length) {
    throw new RangeError(`roll: ${shifts.length} shifts for ${axes.length} axes; there must be one for each`);
  }
  return axes.reduce((rolled, each, position) => rollAxis(rolled, shifts[position], each), t);
}

function rollAxis(x: Tensor, shift: number, axis: number): Tensor {
  if (!Number.isInteger(shift)) throw new RangeError(`roll: the shift is ${shift}; it must be an integer`);
  const length = x.shape[axis];
  const cut = length === 0 ? 0 : ((-shift % length) + length) % length;
  if (cut === 0) return x;
  const part = (begin: number | null, end: number | null): Tensor =>
    slice(x, [...x.shape.slice(0, axis).map(() => null), [begin, end]]);
  return concat([part(cut, null), part(null, cut)], axis);
}
