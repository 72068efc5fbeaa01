import { checkCount } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import { build } from "../primitives/apply.ts";
import { formatShape, normalizeAxis, sameShape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { alignAlong, flatIndices, indexNode } from "./index-nodes.ts";
import { operandNode } from "./operands.ts";

/**
 * The elements at indices along an axis: with indices [K...] the axis is replaced by K....
 *
 * Indices below 0 count from the end. Values are not looked at while a graph is built, so that an index out of range
 * is no error: it gives NaN, or 0 where the dtype has no NaN.
 *
 * @param x The tensor.
 * @param indices Integers of any shape.
 * @param axis The axis. Default: 0.
 * @param batchDims How many leading axes x and the indices share: of each the indices of its own. Default: 0.
 * @throws RangeError for an axis that `x` does not have, or that lies among the shared ones.
 * @throws ShapeError if the shared axes differ in size.
 *
 * @example
 * ```ts
 * import { gather } from "@strata/core";
 *
 * console.log(gather([[1, 2], [3, 4], [5, 6]], [2, 0]).arraySync()); // [[5, 6], [1, 2]]
 * console.log(gather([[1, 2], [3, 4]], [-1], 1).arraySync()); // [[2], [4]]
 * ```
 */
export function gather(x: TensorLike, indices: TensorLike, axis = 0, batchDims = 0): Tensor {
  checkCount("gather", arguments, 4);
  const node = operandNode("gather", x);
  const positions = indexNode("gather", indices);
  const at = normalizeAxis("gather", axis, node.shape.length);
  const shared = node.shape.slice(0, batchDims);
  if (!Number.isInteger(batchDims) || batchDims < 0 || batchDims > Math.min(at, positions.shape.length)) {
    throw new RangeError(
      `gather: batchDims is ${batchDims}; for axis ${axis} and indices of rank ${positions.shape.length} accepted are ` +
        `the integers 0 to ${Math.min(at, positions.shape.length)}`,
    );
  }
  if (!sameShape(shared, positions.shape.slice(0, batchDims))) {
    throw new ShapeError(
      `gather: the first ${batchDims} axes of ${formatShape(node.shape)} and ${formatShape(positions.shape)} differ`,
    );
  }
  const before = node.shape.slice(batchDims, at);
  const after = node.shape.slice(at + 1);
  const own = positions.shape.slice(batchDims);
  const batches = sizeOf(shared) * sizeOf(before);
  const table = build.reshape(node, [batches, node.shape[at], sizeOf(after)]);
  const lists = build.reshape(positions, [sizeOf(shared), 1, sizeOf(own)]);
  const spread =
    batchDims === 0
      ? build.reshape(lists, [1, sizeOf(own)])
      : build.reshape(build.broadcastTo(lists, [sizeOf(shared), sizeOf(before), sizeOf(own)]), [
          batches,
          sizeOf(own),
        ]);
  return new Tensor(
    build.reshape(build.gather(table, spread, "nan"), [...shared, ...before, ...own, ...after]),
  );
}

/**
 * The rows of a table of vectors: table [N, D], ids [...] → [..., D]. As {@link gather} along axis 0.
 *
 * @param table The vectors.
 * @param ids Integers.
 *
 * @example
 * ```ts
 * import { embeddingLookup } from "@strata/core";
 *
 * console.log(embeddingLookup([[1, 2], [3, 4], [5, 6]], [2, 0]).arraySync()); // [[5, 6], [1, 2]]
 * ```
 */
export function embeddingLookup(table: TensorLike, ids: TensorLike): Tensor {
  checkCount("embeddingLookup", arguments, 2);
  const { shape } = operandNode("embeddingLookup", table);
  if (shape.length !== 2)
    throw new ShapeError(`embeddingLookup: takes a table [N, D], not ${formatShape(shape)}`);
  return gather(table, new Tensor(indexNode("embeddingLookup", ids)));
}

/**
 * Single elements or slices at indices of several axes: x [S1, …, SD, ...], indices [..., D] → [..., rest of x].
 * Out of range and negative indices are as for {@link gather}.
 *
 * @param x The tensor.
 * @param indices Which elements, as int32.
 * @throws ShapeError if the indices name more axes than `x` has.
 *
 * @example
 * ```ts
 * import { gatherND } from "@strata/core";
 *
 * console.log(gatherND([[1, 2], [3, 4]], [[1, 0]]).arraySync()); // [3]
 * ```
 */
export function gatherND(x: TensorLike, indices: TensorLike): Tensor {
  checkCount("gatherND", arguments, 2);
  const node = operandNode("gatherND", x);
  const { flat, leading, rest, count } = flatIndices("gatherND", node.shape, indexNode("gatherND", indices));
  const table = build.reshape(node, [1, count, sizeOf(rest)]);
  return new Tensor(build.reshape(build.gather(table, flat, "nan"), [...leading, ...rest]));
}

/**
 * For each place the element at its own index along an axis, as `numpy.take_along_axis`: the shapes agree, or broadcast,
 * outside of the axis, and the result has the indices' size along it. It applies what `argsort` or `argMax` found.
 *
 * @param x The tensor.
 * @param indices Which elements, as int32.
 * @param axis The axis. Default: the last.
 * @throws ShapeError if the ranks differ, or the other axes do not broadcast.
 *
 * @example
 * ```ts
 * import { takeAlongAxis } from "@strata/core";
 *
 * console.log(takeAlongAxis([[10, 20], [30, 40]], [[1], [0]], 1).arraySync()); // [[20], [30]]
 * ```
 */
export function takeAlongAxis(x: TensorLike, indices: TensorLike, axis = -1): Tensor {
  checkCount("takeAlongAxis", arguments, 3);
  const aligned = alignAlong(
    "takeAlongAxis",
    operandNode("takeAlongAxis", x),
    indexNode("takeAlongAxis", indices),
    axis,
  );
  return new Tensor(aligned.fromRows(build.gather(aligned.table, aligned.indices, "nan")));
}
