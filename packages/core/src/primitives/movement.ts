/** Rows that only move elements: read in place, with other strides, wherever strides can describe it. */
import { ShapeError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import { broadcastShapes, contiguousStrides, formatShape, type Shape, sameShape, sizeOf } from "../shape.ts";
import { exampleShape, withAttributes } from "./batching.ts";
import type { Layout, MovementPrimitive } from "./primitive.ts";

export interface ShapeAttributes extends Attributes {
  readonly shape: Shape;
}

export interface TransposeAttributes extends Attributes {
  /** For each dimension of the output the dimension of the input. */
  readonly permutation: readonly number[];
}

/** A window: `size` elements along each axis, from `begin` on, every `step`-th; steps may be negative. */
export interface SliceAttributes extends Attributes {
  readonly begin: readonly number[];
  readonly size: readonly number[];
  readonly step: readonly number[];
}

const reshape: MovementPrimitive<ShapeAttributes> = {
  kind: "movement",
  name: "reshape",
  arity: 1,
  batch: withAttributes(stackedReshape),
  infer([{ shape: from, dtype }], { shape }) {
    if (sizeOf(from) !== sizeOf(shape)) {
      throw new ShapeError(
        `reshape: ${formatShape(from)} has ${sizeOf(from)} elements, ${formatShape(shape)} has ${sizeOf(shape)}; ` +
          "they must be as many",
      );
    }
    return { shape, dtype };
  },
  vjp: ({ gradient, inputs: [x], build }) => [build.reshape(gradient, x.shape)],
  axes(input, _attributes, output) {
    const kept = input.map((size, axis) => ({ size, axis })).filter(({ size }) => size !== 1);
    const axes: (number | null)[] = [];
    for (const size of output) {
      if (size === 1) axes.push(null);
      else {
        const source = kept.shift();
        if (source?.size !== size) return null;
        axes.push(source.axis);
      }
    }
    return kept.length === 0 ? axes : null;
  },
  view(layout, input, _attributes, output) {
    const strides = reshapeStrides(layout, input, output);
    return strides && { offset: layout.offset, strides };
  },
  stacked: stackedReshape,
};

const transpose: MovementPrimitive<TransposeAttributes> = {
  kind: "movement",
  name: "transpose",
  arity: 1,
  batch: withAttributes(stackedTranspose),
  infer([{ shape, dtype }], { permutation }) {
    const sorted = [...permutation].sort((a, b) => a - b);
    if (permutation.length !== shape.length || sorted.some((axis, position) => axis !== position)) {
      throw new RangeError(
        `transpose: the permutation [${permutation.join(", ")}] must name each axis of ${formatShape(shape)} once`,
      );
    }
    return { shape: permutation.map((axis) => shape[axis]), dtype };
  },
  vjp({ gradient, attributes: { permutation }, build }) {
    const inverse = new Array<number>(permutation.length);
    permutation.forEach((axis, position) => {
      inverse[axis] = position;
    });
    return [build.transpose(gradient, inverse)];
  },
  axes: (_input, { permutation }) => permutation,
  view: ({ offset, strides }, _input, { permutation }) => ({
    offset,
    strides: permutation.map((axis) => strides[axis]),
  }),
  stacked: stackedTranspose,
};

const broadcastTo: MovementPrimitive<ShapeAttributes> = {
  kind: "movement",
  name: "broadcastTo",
  arity: 1,
  batch(call) {
    const {
      inputs: [x],
      attributes: { shape },
      count,
      apply,
      build,
    } = call;
    const added = shape.length - exampleShape(call, 0).length;
    const aligned = build.reshape(x, [count, ...new Array<number>(added).fill(1), ...exampleShape(call, 0)]);
    return apply([aligned], { shape: [count, ...shape] });
  },
  infer([{ shape: from, dtype }], { shape }) {
    const joined = broadcastShapes("broadcastTo", from, shape);
    if (!sameShape(joined, shape)) {
      throw new ShapeError(`broadcastTo: ${formatShape(from)} does not broadcast to ${formatShape(shape)}`);
    }
    return { shape, dtype };
  },
  // The walker sums over what was broadcast.
  vjp: ({ gradient }) => [gradient],
  axes(input, _attributes, output) {
    const added = output.length - input.length;
    return output.map((_, axis) => (axis < added || input[axis - added] === 1 ? null : axis - added));
  },
  view({ offset, strides }, input, _attributes, output) {
    const added = output.length - input.length;
    return {
      offset,
      strides: output.map((_, axis) =>
        axis < added || input[axis - added] === 1 ? 0 : strides[axis - added],
      ),
    };
  },
};

const slice: MovementPrimitive<SliceAttributes> = {
  kind: "movement",
  name: "slice",
  arity: 1,
  batch: withAttributes(({ begin, size, step }, count) => ({
    begin: [0, ...begin],
    size: [count, ...size],
    step: [1, ...step],
  })),
  infer([{ shape, dtype }], { begin, size, step }) {
    const fits = shape.every((length, axis) => {
      if (size[axis] === 0) return true;
      const last = begin[axis] + (size[axis] - 1) * step[axis];
      return begin[axis] >= 0 && begin[axis] < length && last >= 0 && last < length;
    });
    if (
      begin.length !== shape.length ||
      size.length !== shape.length ||
      step.length !== shape.length ||
      !fits
    ) {
      throw new RangeError(
        `slice: begin [${begin.join(", ")}], size [${size.join(", ")}] and step [${step.join(", ")}] ` +
          `reach outside ${formatShape(shape)}`,
      );
    }
    return { shape: size, dtype };
  },
  vjp({ gradient, inputs: [x], attributes: { begin, size, step }, build }) {
    const backwards = step.map((each) => each < 0);
    const turned = backwards.some(Boolean)
      ? build.slice(
          gradient,
          size.map((length, axis) => (backwards[axis] && length > 0 ? length - 1 : 0)),
          size,
          backwards.map((isBackwards) => (isBackwards ? -1 : 1)),
        )
      : gradient;
    const span = size.map((length, axis) => (length === 0 ? 0 : (length - 1) * Math.abs(step[axis]) + 1));
    const before = begin.map((first, axis) => {
      if (size[axis] === 0) return 0;
      return backwards[axis] ? first - span[axis] + 1 : first;
    });
    const after = x.shape.map((length, axis) => length - before[axis] - span[axis]);
    const interior = step.map((each) => Math.abs(each) - 1);
    return [build.pad(turned, before, after, interior)];
  },
  axes: (input, { begin, size, step }) =>
    sameShape(input, size) && begin.every((first) => first === 0) && step.every((each) => each === 1)
      ? input.map((_, axis) => axis)
      : null,
  view: ({ offset, strides }, _input, { begin, step }) => ({
    offset: begin.reduce((sum, first, axis) => sum + first * strides[axis], offset),
    strides: strides.map((stride, axis) => stride * step[axis]),
  }),
};

export const movementPrimitives = { reshape, transpose, broadcastTo, slice };

function stackedReshape({ shape }: ShapeAttributes, count: number): ShapeAttributes {
  return { shape: [count, ...shape] };
}

function stackedTranspose({ permutation }: TransposeAttributes): TransposeAttributes {
  return { permutation: [0, ...permutation.map((axis) => axis + 1)] };
}

/**
 * Strides that walk a strided buffer in the new shape's order, or null where there are none. The dimensions of
 * both shapes are matched in the smallest groups of equal size; within a group the input must be evenly spaced.
 */
function reshapeStrides(layout: Layout, input: Shape, output: Shape): number[] | null {
  if (sizeOf(output) === 0) return contiguousStrides(output);
  const dimensions = input
    .map((size, axis) => ({ size, stride: layout.strides[axis] }))
    .filter(({ size }) => size !== 1);
  const result = new Array<number>(output.length).fill(0);
  let axis = 0;
  let position = 0;
  while (position < dimensions.length) {
    const firstPosition = position;
    const firstAxis = axis;
    let inputSize = dimensions[position++].size;
    let outputSize = 1;
    while (outputSize !== inputSize) {
      if (outputSize < inputSize) outputSize *= output[axis++];
      else inputSize *= dimensions[position++].size;
    }
    for (let inner = firstPosition; inner < position - 1; inner++) {
      const { stride } = dimensions[inner];
      const next = dimensions[inner + 1];
      if (stride !== next.stride * next.size) return null;
    }
    let { stride } = dimensions[position - 1];
    for (let within = axis - 1; within >= firstAxis; within--) {
      result[within] = stride;
      stride *= output[within];
    }
  }
  return result;
}
