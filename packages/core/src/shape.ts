import { byPosition, describeValue } from "./arguments.ts";
import { ShapeError } from "./errors.ts";

/** The sizes of a tensor's dimensions, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** The number of elements of a tensor with this shape. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis];
  return size;
}

/** Distances, in elements, between neighbours along each dimension of a contiguous row-major tensor. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

export function sameShape(left: Shape, right: Shape): boolean {
  if (left.length !== right.length) return false;
  for (let axis = 0; axis < left.length; axis++) if (left[axis] !== right[axis]) return false;
  return true;
}

/** As a message shows it, whatever was given for a dimension. */
export function formatShape(shape: Shape): string {
  return `[${Array.from(shape, describeValue).join(", ")}]`;
}

/** The largest number of elements along an axis that int32 positions, and counts, can tell. */
export const mostPositions = 2 ** 31 - 1;

/** Throws a RangeError in `operation`'s name where so many elements cannot be numbered, or counted, in int32. */
export function checkCountable(operation: string, count: number): void {
  if (count <= mostPositions) return;
  throw new RangeError(
    `${operation}: there are ${count} elements to be numbered or counted; in int32 there can be ${mostPositions} at most`,
  );
}

/** Throws a RangeError in `operation`'s name where there are more elements than a JavaScript number can count. */
export function checkSize(operation: string, shape: Shape): void {
  if (!(sizeOf(shape) > Number.MAX_SAFE_INTEGER)) return;
  throw new RangeError(
    `${operation}: a tensor of shape ${formatShape(shape)} has more elements than can be counted, 2 ** 53 - 1`,
  );
}

/** Throws a ShapeError in `operation`'s name unless every dimension is an integer of at least 0. */
export function checkShape(operation: string, shape: Shape): void {
  if (!Array.isArray(shape)) {
    throw new ShapeError(
      `${operation}: ${describeValue(shape)} is no shape; a shape is an array of dimensions`,
    );
  }
  for (const dimension of shape) {
    if (!isDimension(dimension)) {
      throw new ShapeError(
        `${operation}: ${formatShape(shape)} is no shape; dimensions are integers of at least 0`,
      );
    }
  }
  checkSize(operation, shape);
}

export function isDimension(size: number): boolean {
  return Number.isInteger(size) && size >= 0;
}

/**
 * The shape that both broadcast to, by NumPy's rule: aligned at the right, dimensions are equal or one of them is 1.
 */
export function broadcastShapes(operation: string, left: Shape, right: Shape): number[] {
  const rank = Math.max(left.length, right.length);
  const result = new Array<number>(rank);
  for (let fromRight = 1; fromRight <= rank; fromRight++) {
    // An index below 0 is looked up as a property, which takes far longer.
    const a = fromRight <= left.length ? left[left.length - fromRight] : 1;
    const b = fromRight <= right.length ? right[right.length - fromRight] : 1;
    if (a !== b && a !== 1 && b !== 1) {
      throw new ShapeError(
        `${operation}: the shapes ${formatShape(left)} and ${formatShape(right)} do not broadcast: ` +
          `dimension ${-fromRight} is ${a} and ${b}; they must be equal, or one of them 1`,
      );
    }
    result[rank - fromRight] = a === 1 ? b : a;
  }
  return result;
}

/** An axis counted from the end where negative, as an index; a RangeError names what is accepted. */
export function normalizeAxis(operation: string, axis: number, rank: number): number {
  if (typeof axis !== "number") {
    throw new RangeError(
      `${operation}: the axis is ${describeValue(axis)}; it must be an integer${byPosition(axis)}`,
    );
  }
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const accepted =
      rank === 0 ? "a scalar has no axes" : `accepted are the integers ${-rank} to ${rank - 1}`;
    throw new RangeError(`${operation}: axis ${axis} is out of range for rank ${rank}; ${accepted}`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** Axes as sorted, distinct indices. `undefined` and `null` mean all of them. */
export function normalizeAxes(
  operation: string,
  axes: number | readonly number[] | null | undefined,
  rank: number,
): number[] {
  if (axes === undefined || axes === null) return Array.from({ length: rank }, (_, axis) => axis);
  if (typeof axes !== "number" && !Array.isArray(axes)) {
    throw new RangeError(
      `${operation}: the axes are ${describeValue(axes)}; accepted are an integer or an array of integers${byPosition(axes)}`,
    );
  }
  const list = typeof axes === "number" ? [axes] : axes;
  const normalized = list.map((axis) => normalizeAxis(operation, axis, rank));
  if (new Set(normalized).size !== normalized.length) {
    throw new RangeError(`${operation}: the axes [${list.join(", ")}] name an axis twice`);
  }
  return normalized.sort((a, b) => a - b);
}

/** The shape that is left when `axes` (normalized) are reduced: as 1 with `keepDims`, else dropped. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  if (keepDims) return shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
  return shape.filter((_, axis) => !axes.includes(axis));
}
