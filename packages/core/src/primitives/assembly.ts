/** Rows that lay their inputs into a larger output. */
import { ShapeError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import { contiguousStrides, formatShape } from "../shape.ts";
import { withAttributes } from "./batching.ts";
import { anyDType, commonDType } from "./elementwise.ts";
import type { AssemblyPrimitive } from "./primitive.ts";

export interface ConcatAttributes extends Attributes {
  readonly axis: number;
}

/** `before` and `after` elements around, and `interior` between neighbours, along each axis. */
export interface PadAttributes extends Attributes {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly interior: readonly number[];
  readonly value: number;
}

const concat: AssemblyPrimitive<ConcatAttributes> = {
  kind: "assembly",
  name: "concat",
  arity: null,
  batch: withAttributes(({ axis }) => ({ axis: axis + 1 })),
  infer(inputs, { axis }) {
    const [{ shape: first }] = inputs;
    let length = 0;
    for (const { shape } of inputs) {
      if (shape.length !== first.length || shape.some((size, at) => at !== axis && size !== first[at])) {
        throw new ShapeError(
          `concat: the shapes ${formatShape(first)} and ${formatShape(shape)} differ outside axis ${axis}`,
        );
      }
      length += shape[axis];
    }
    const shape = first.map((size, at) => (at === axis ? length : size));
    return { shape, dtype: commonDType("concat", inputs, anyDType) };
  },
  vjp({ inputs, gradient, attributes: { axis }, build }) {
    let position = 0;
    return inputs.map(({ shape }) => {
      const begin = shape.map((_, at) => (at === axis ? position : 0));
      position += shape[axis];
      return build.slice(
        gradient,
        begin,
        shape,
        shape.map(() => 1),
      );
    });
  },
  assemble(inputs, { axis }, output) {
    const strides = contiguousStrides(output);
    let position = 0;
    const windows = inputs.map((shape) => {
      const offset = position * strides[axis];
      position += shape[axis];
      return { offset, strides };
    });
    return { fill: null, windows };
  },
};

const pad: AssemblyPrimitive<PadAttributes> = {
  kind: "assembly",
  name: "pad",
  arity: 1,
  batch: withAttributes(({ before, after, interior, value }) => ({
    before: [0, ...before],
    after: [0, ...after],
    interior: [0, ...interior],
    value,
  })),
  infer([{ shape, dtype }], { before, after, interior }) {
    const counts = [...before, ...after, ...interior];
    const complete = [before, after, interior].every((list) => list.length === shape.length);
    if (!complete || counts.some((count) => !Number.isInteger(count) || count < 0)) {
      throw new RangeError(
        `pad: before [${before.join(", ")}] and after [${after.join(", ")}] must give a count of at least 0 ` +
          `for each axis of ${formatShape(shape)}`,
      );
    }
    return {
      shape: shape.map((size, axis) => before[axis] + span(size, interior[axis]) + after[axis]),
      dtype,
    };
  },
  vjp: ({ inputs: [x], gradient, attributes: { before, interior }, build }) => [
    build.slice(
      gradient,
      before.map((count, axis) => (x.shape[axis] === 0 ? 0 : count)),
      x.shape,
      interior.map((count) => count + 1),
    ),
  ],
  assemble(_inputs, { before, interior, value }, output) {
    const strides = contiguousStrides(output);
    const offset = before.reduce((sum, count, axis) => sum + count * strides[axis], 0);
    const spread = strides.map((stride, axis) => stride * (interior[axis] + 1));
    return { fill: value, windows: [{ offset, strides: spread }] };
  },
};

export const assemblyPrimitives = { concat, pad };

/** The length of `size` elements with `interior` others between neighbours. */
function span(size: number, interior: number): number {
  return size === 0 ? 0 : size + (size - 1) * interior;
}
