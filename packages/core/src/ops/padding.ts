import { checkCount, describeValue, readOptions } from "../arguments.ts";
import { listAlternatives } from "../errors.ts";
import { applyPrimitive } from "../primitives/apply.ts";
import { convert } from "../primitives/selection.ts";
import { formatShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { operandNode } from "./operands.ts";
import { broadcastTo, concat } from "./shapes.ts";
import { flip, slice } from "./slicing.ts";

const modes = ["constant", "reflect", "symmetric", "edge"] as const;

/**
 * The values that {@link pad} surrounds a tensor with.
 *
 * @useDeclaredType
 */
export type PadMode = (typeof modes)[number];

/** Options of {@link pad}. */
export interface PadOptions {
  /**
   * `"constant"`: the value; `"reflect"`: the elements mirrored at the first and last, which are not repeated;
   * `"symmetric"`: mirrored beyond them; `"edge"`: the first and last repeated. Default: `"constant"`.
   */
  readonly mode?: PadMode;
  /** The value for `"constant"`. Default: 0. */
  readonly value?: number;
}

/**
 * Surrounds a tensor with other elements, as `numpy.pad`.
 *
 * @param x The tensor.
 * @param paddings For each axis, how many elements to put before and after.
 * @throws RangeError if there is not one pair of counts for each axis, or an axis is too short to be mirrored so far.
 *
 * @example
 * ```ts
 * import { pad } from "@strata/core";
 *
 * console.log(pad([1, 2, 3], [[1, 2]]).arraySync()); // [0, 1, 2, 3, 0, 0]
 * console.log(pad([1, 2, 3], [[2, 0]], { mode: "reflect" }).arraySync()); // [3, 2, 1, 2, 3]
 * ```
 */
export function pad(
  x: TensorLike,
  paddings: readonly (readonly [before: number, after: number])[],
  options: PadOptions = {},
): Tensor {
  checkCount("pad", arguments, 3);
  const { mode = "constant", value = 0 } = readOptions("pad", options, ["mode", "value"]);
  const node = operandNode("pad", x);
  const { shape } = node;
  if (!modes.includes(mode)) {
    throw new RangeError(`pad: the mode is ${JSON.stringify(mode)}; accepted are ${listAlternatives(modes)}`);
  }
  const isPair = (pair: unknown): boolean =>
    Array.isArray(pair) && pair.length === 2 && pair.every((count) => Number.isInteger(count) && count >= 0);
  if (!Array.isArray(paddings) || paddings.length !== shape.length || !paddings.every(isPair)) {
    throw new RangeError(
      `pad: the paddings ${JSON.stringify(paddings)} must give two counts of at least 0 for each axis of ` +
        formatShape(shape),
    );
  }
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return new Tensor(node);
  if (mode === "constant") {
    if (typeof value !== "number") {
      throw new RangeError(`pad: the value is ${describeValue(value)}; it must be a number`);
    }
    const before = paddings.map(([count]) => count);
    const after = paddings.map(([, count]) => count);
    return new Tensor(
      applyPrimitive("pad", [node], {
        before,
        after,
        interior: shape.map(() => 0),
        value: convert(value, "float64", node.dtype),
      }),
    );
  }
  return paddings.reduce(
    (t, [before, after], axis) => padAxis(t, axis, before, after, mode),
    new Tensor(node),
  );
}

function padAxis(
  x: Tensor,
  axis: number,
  before: number,
  after: number,
  mode: Exclude<PadMode, "constant">,
): Tensor {
  if (before === 0 && after === 0) return x;
  const length = x.shape[axis];
  const most = mode === "reflect" ? length - 1 : length;
  const isTooLong = mode === "edge" ? length === 0 : Math.max(before, after) > most;
  if (isTooLong) {
    throw new RangeError(
      `pad: axis ${axis} of ${formatShape(x.shape)} is too short for ${before} and ${after} elements in the mode ` +
        `"${mode}", which allows ${mode === "edge" ? 0 : Math.max(0, most)}`,
    );
  }
  const part = (begin: number, end: number): Tensor =>
    slice(x, [...x.shape.slice(0, axis).map(() => null), [begin, end]]);
  const repeated = (index: number, count: number): Tensor =>
    broadcastTo(
      part(index, index + 1),
      x.shape.map((size, each) => (each === axis ? count : size)),
    );
  const skipped = mode === "reflect" ? 1 : 0;
  const parts = [x];
  if (before > 0) {
    parts.unshift(mode === "edge" ? repeated(0, before) : flip(part(skipped, skipped + before), axis));
  }
  if (after > 0) {
    const end = length - skipped;
    parts.push(mode === "edge" ? repeated(length - 1, after) : flip(part(end - after, end), axis));
  }
  return concat(parts, axis);
}
