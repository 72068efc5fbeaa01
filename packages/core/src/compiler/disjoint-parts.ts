/**
 * Sums of values that are zero but for a part, each for another: the gradient of what was split. They are one value
 * that is put together from the parts, for which nothing has to be filled and added.
 */
import type { ElementwisePrimitive } from "../primitives/primitive.ts";
import { contiguousStrides, type Shape, sizeOf } from "../shape.ts";
import { type Application, inputsOf, type Operation } from "./flat-graph.ts";

/** A value that lies in a larger one, which is `fill` around it. */
export interface Part {
  readonly value: number;
  /** The axis along which it is a part; along the others it is as long as the whole. */
  readonly axis: number;
  readonly begin: number;
  readonly length: number;
  readonly fill: number;
}

/** Parts of one whole, and how long they are together. */
export interface PartSum {
  readonly parts: Part | readonly [PartSum, PartSum];
  readonly axis: number;
  readonly fill: number;
  readonly length: number;
}

/** The result of an operation that lays one value into a larger one. */
export function partOf(operation: Application, operations: readonly Operation[]): PartSum | null {
  const { primitive, attributes, shape } = operation;
  const inputs = inputsOf(operation);
  if (primitive.kind !== "assembly" || inputs.length !== 1 || sizeOf(shape) === 0) return null;
  const [value] = inputs;
  const inner = operations[value].shape;
  const { fill, windows } = primitive.assemble([inner], attributes, shape);
  const [{ offset, strides }] = windows;
  const whole = contiguousStrides(shape);
  const shorter = shape.flatMap((size, axis) => (inner[axis] === size ? [] : [axis]));
  const [axis] = shorter;
  if (fill === null || shorter.length !== 1 || strides.some((stride, at) => stride !== whole[at]))
    return null;
  const length = inner[axis];
  const part = { value, axis, begin: offset / whole[axis], length, fill };
  return { parts: part, axis, fill, length };
}

/** The sum of two, if `primitive` changes nothing where one of them is what lies around its parts. */
export function addParts(primitive: ElementwisePrimitive, left: PartSum, right: PartSum): PartSum | null {
  const { neutral } = primitive;
  const { axis, fill } = left;
  // Up to the sign of zero, which the parts are given.
  if (neutral?.left !== fill || neutral.right !== fill) return null;
  if (right.axis !== axis || !Object.is(right.fill, fill)) return null;
  return { parts: [left, right], axis, fill, length: left.length + right.length };
}

/** The parts in their order, if they are all of a value of this shape, and each of it once. */
export function partsOfWhole(sum: PartSum, shape: Shape): readonly Part[] | null {
  if (sum.length !== shape[sum.axis]) return null;
  const parts: Part[] = [];
  const stack: PartSum[] = [sum];
  for (let each = stack.pop(); each; each = stack.pop()) {
    if ("value" in each.parts) parts.push(each.parts);
    else stack.push(...each.parts);
  }
  parts.sort((a, b) => a.begin - b.begin);
  let end = 0;
  for (const { begin, length } of parts) {
    if (begin !== end) return null;
    end += length;
  }
  return parts;
}
