import { checkCount, readOptions } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";
import { identityOf } from "../primitives/reduction.ts";
import { formatShape, normalizeAxis, sameShape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { operandNode, operandNodes } from "./operands.ts";

/** Options of {@link cumsum} and its relatives. */
export interface CumulativeOptions {
  /** Whether each element of the result leaves out the element at its own place. Default: false. */
  readonly exclusive?: boolean;
  /** Whether to run from the last element to the first. Default: false. */
  readonly reverse?: boolean;
}

type Accumulation = Parameters<typeof identityOf>[0];

const flags = ["exclusive", "reverse"] as const;

function cumulate(
  operation: string,
  accumulation: Accumulation,
  x: GraphNode,
  axis: number,
  options: CumulativeOptions,
  run: (rows: GraphNode) => GraphNode,
): Tensor {
  const { exclusive = false, reverse = false } = readOptions(operation, options, flags, flags);
  const at = normalizeAxis(operation, axis, x.shape.length);
  const [batch, length, width] = [sizeOf(x.shape.slice(0, at)), x.shape[at], sizeOf(x.shape.slice(at + 1))];
  const whole = [batch, length, width];
  if (length === 0) return new Tensor(x);
  const turn = (rows: GraphNode): GraphNode =>
    reverse ? build.slice(rows, [0, length - 1, 0], whole, [1, -1, 1]) : rows;
  let rows = turn(build.reshape(x, whole));
  if (exclusive) {
    // The element at its own place is left out by moving all by one, with what changes nothing in the first place.
    const kept = build.slice(rows, [0, 0, 0], [batch, length - 1, width], [1, 1, 1]);
    const moved = build.pad(kept, [0, 1, 0], [0, 0, 0], [0, 0, 0]);
    const isFirst = build.reshape(build.equal(build.range(length), 0), [1, length, 1]);
    rows = build.where(isFirst, identityOf(accumulation, x.dtype), moved);
  }
  return new Tensor(build.reshape(turn(run(rows)), x.shape));
}

function summable(operation: string, x: TensorLike): GraphNode {
  const node = operandNode(operation, x);
  return node.dtype === "bool" || node.dtype === "uint8" ? build.cast(node, "int32") : node;
}

/**
 * Running sums along an axis. Bools and uint8 are summed as int32.
 *
 * @param x The tensor.
 * @param axis The axis. Default: 0.
 * @throws RangeError for an axis that `x` does not have.
 *
 * @example
 * ```ts
 * import { cumsum } from "@strata/core";
 *
 * console.log(cumsum([1, 2, 3]).arraySync()); // [1, 3, 6]
 * console.log(cumsum([1, 2, 3], 0, { exclusive: true, reverse: true }).arraySync()); // [5, 3, 0]
 * ```
 */
export function cumsum(x: TensorLike, axis = 0, options: CumulativeOptions = {}): Tensor {
  checkCount("cumsum", arguments, 3);
  return cumulate("cumsum", "sum", summable("cumsum", x), axis, options, (rows) =>
    build.cumulate(rows, "sum"),
  );
}

/**
 * Running products along an axis; parameters as for {@link cumsum}. Derivatives are exact, also where factors are 0.
 *
 * @param x The tensor.
 * @param axis The axis to run along, a negative one counted from the end. Default: 0.
 *
 * @example
 * ```ts
 * import { cumprod } from "@strata/core";
 *
 * console.log(cumprod([1, 2, 3, 4]).arraySync()); // [1, 2, 6, 24]
 * ```
 */
export function cumprod(x: TensorLike, axis = 0, options: CumulativeOptions = {}): Tensor {
  checkCount("cumprod", arguments, 3);
  return cumulate("cumprod", "product", summable("cumprod", x), axis, options, (rows) => {
    const isFirst = build.reshape(build.equal(build.range(rows.shape[1]), 0), [1, rows.shape[1], 1]);
    return build.linearRecurrence(rows, build.where(isFirst, rows, 0));
  });
}

/**
 * The largest element so far along an axis; parameters as for {@link cumsum}. Of equal ones the latest gets the gradient.
 *
 * @param x The tensor.
 * @param axis The axis to run along, a negative one counted from the end. Default: 0.
 *
 * @example
 * ```ts
 * import { cummax } from "@strata/core";
 *
 * console.log(cummax([1, 3, 2, 5]).arraySync()); // [1, 3, 3, 5]
 * ```
 */
export function cummax(x: TensorLike, axis = 0, options: CumulativeOptions = {}): Tensor {
  checkCount("cummax", arguments, 3);
  return cumulate("cummax", "maximum", operandNode("cummax", x), axis, options, (rows) =>
    build.cumulate(rows, "maximum"),
  );
}

/**
 * The smallest element so far along an axis; parameters as for {@link cumsum}. Of equal ones the latest gets the gradient.
 *
 * @param x The tensor.
 * @param axis The axis to run along, a negative one counted from the end. Default: 0.
 *
 * @example
 * ```ts
 * import { cummin } from "@strata/core";
 *
 * console.log(cummin([4, 3, 5, 1]).arraySync()); // [4, 3, 3, 1]
 * ```
 */
export function cummin(x: TensorLike, axis = 0, options: CumulativeOptions = {}): Tensor {
  checkCount("cummin", arguments, 3);
  return cumulate("cummin", "minimum", operandNode("cummin", x), axis, options, (rows) =>
    build.cumulate(rows, "minimum"),
  );
}

/**
 * h[n] = a[n]·h[n − 1] + b[n] along an axis, with h[−1] = 0: moving averages, discounted sums, linear state spaces.
 *
 * @param a The factors.
 * @param b The inputs, of the same shape.
 * @param axis The axis. Default: 0.
 * @throws ShapeError if the shapes differ.
 *
 * @example
 * ```ts
 * import { linearRecurrence } from "@strata/core";
 *
 * console.log(linearRecurrence([0.5, 0.5, 0.5], [1, 1, 1]).arraySync()); // [1, 1.5, 1.75]
 * ```
 */
export function linearRecurrence(a: TensorLike, b: TensorLike, axis = 0): Tensor {
  checkCount("linearRecurrence", arguments, 3);
  const [factors, inputs] = operandNodes("linearRecurrence", [a, b]);
  if (!sameShape(factors.shape, inputs.shape)) {
    throw new ShapeError(
      `linearRecurrence: the shapes ${formatShape(factors.shape)} and ${formatShape(inputs.shape)} differ; ` +
        "they must be the same",
    );
  }
  const { shape } = factors;
  const at = normalizeAxis("linearRecurrence", axis, shape.length);
  const rows = (node: GraphNode): GraphNode =>
    build.reshape(node, [sizeOf(shape.slice(0, at)), shape[at], sizeOf(shape.slice(at + 1))]);
  return new Tensor(build.reshape(build.linearRecurrence(rows(factors), rows(inputs)), shape));
}
