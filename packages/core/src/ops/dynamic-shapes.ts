/** Functions whose results' shapes depend on values: they compute their operands, and so are asynchronous. */
import { checkCount } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import { dataNode } from "../graph/node.ts";
import { formatShape, normalizeAxis, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { gather } from "./indexing.ts";
import { operandNode } from "./operands.ts";

function integers(values: readonly number[], shape: readonly number[]): Tensor {
  return new Tensor(dataNode(Int32Array.from(values), { shape, dtype: "int32" }));
}

/** The results of {@link unique}. */
export interface Unique {
  /** The distinct elements, in ascending order, NaN last. */
  readonly values: Tensor;
  /** For each element of x, in row-major order, which of the values it is; int32. */
  readonly indices: Tensor;
  /** How often each value occurs; int32. */
  readonly counts: Tensor;
}

/**
 * The distinct elements of a tensor, in ascending order, as `numpy.unique`. All NaN count as one. The gradient of a value
 * that occurs several times goes to its first place.
 *
 * @throws EvaluationError inside a function that `jit` traces.
 */
export async function unique(x: TensorLike): Promise<Unique> {
  checkCount("unique", arguments, 1);
  const t = new Tensor(operandNode("unique", x));
  const data = await t.data();
  // A typed array sorts numerically, −0 before +0 and NaN last.
  const sorted = data.slice().sort();
  const positions = new Map<number, number>();
  for (const value of sorted) if (!positions.has(value)) positions.set(value, positions.size);
  const firsts = new Array<number>(positions.size).fill(-1);
  const counts = new Array<number>(positions.size).fill(0);
  const indices = Array.from(data, (value, index) => {
    const position = positions.get(value) ?? 0;
    if (counts[position]++ === 0) firsts[position] = index;
    return position;
  });
  return {
    values: gather(t.reshape([t.size]), integers(firsts, [firsts.length])),
    indices: integers(indices, [indices.length]),
    counts: integers(counts, [counts.length]),
  };
}

/**
 * The indices of the elements that are not 0: [count, rank], in row-major order, as int32; TensorFlow's `where`, and
 * `numpy.argwhere`.
 *
 * @throws EvaluationError inside a function that `jit` traces.
 */
export async function nonzero(x: TensorLike): Promise<Tensor> {
  checkCount("nonzero", arguments, 1);
  const t = new Tensor(operandNode("nonzero", x));
  const data = await t.data();
  const found: number[] = [];
  let count = 0;
  data.forEach((value, position) => {
    if (value === 0) return;
    count++;
    let rest = position;
    const index = t.shape.map(() => 0);
    for (let axis = t.rank - 1; axis >= 0; axis--) {
      index[axis] = rest % t.shape[axis];
      rest = Math.floor(rest / t.shape[axis]);
    }
    found.push(...index);
  });
  return integers(found, [count, t.rank]);
}

/**
 * The parts of x where a mask is true: the mask's axes, which are the first ones of x from `axis` on, become one.
 * Gradients flow to x.
 *
 * @param mask Bools, or numbers of which all but 0 are true.
 * @param axis The first axis of x that the mask covers. Default: 0.
 * @throws ShapeError if the mask does not have the shape of those axes.
 * @throws EvaluationError inside a function that `jit` traces.
 *
 * @example
 * ```ts
 * import { booleanMask } from "@strata/core";
 *
 * const kept = await booleanMask([1, 2, 3], [true, false, true]);
 * console.log(kept.arraySync()); // [1, 3]
 * ```
 */
export async function booleanMask(x: TensorLike, mask: TensorLike, axis = 0): Promise<Tensor> {
  checkCount("booleanMask", arguments, 3);
  const t = new Tensor(operandNode("booleanMask", x));
  const given = new Tensor(operandNode("booleanMask", mask));
  const at = given.rank === 0 && t.rank === 0 ? 0 : normalizeAxis("booleanMask", axis, t.rank);
  const covered = t.shape.slice(at, at + given.rank);
  if (given.rank === 0 || given.shape.some((size, each) => size !== covered[each])) {
    throw new ShapeError(
      `booleanMask: the mask ${formatShape(given.shape)} must have the shape of axes of ${formatShape(t.shape)} from ` +
        `${at} on`,
    );
  }
  const positions: number[] = [];
  (await given.data()).forEach((value, position) => {
    if (value !== 0) positions.push(position);
  });
  const flat = t.reshape([...t.shape.slice(0, at), sizeOf(covered), ...t.shape.slice(at + given.rank)]);
  return gather(flat, integers(positions, [positions.length]), at);
}
