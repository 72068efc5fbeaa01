import { isFloat, isHalf, roundTo, type TypedArray } from "../../dtype.ts";
import type { Attributes } from "../../graph/attributes.ts";
import type {
  Accumulation,
  ElementwisePrimitive,
  Layout,
  NdArray,
  Primitive,
  ReductionPrimitive,
} from "../../primitives/primitive.ts";
import { identityOf } from "../../primitives/reduction.ts";
import { convert } from "../../primitives/selection.ts";
import { contiguousStrides, reducedShape, type Shape, sizeOf } from "../../shape.ts";
import { roundToHalf } from "../../special/half-precision.ts";

/** Fills `output` with what the row says of `inputs`. What has 16 bits is rounded, for it is meant to lose digits. */
export function evaluatePrimitive(
  primitive: Primitive,
  inputs: readonly NdArray[],
  attributes: Attributes,
  output: NdArray,
): void {
  switch (primitive.kind) {
    case "elementwise":
      evaluateElementwise(primitive, inputs, attributes, output);
      break;
    case "reduction":
      evaluateReduction(primitive, inputs[0], attributes, output);
      break;
    case "movement": {
      const [input] = inputs;
      const own = { offset: 0, strides: contiguousStrides(input.shape) };
      const layout = primitive.view(own, input.shape, attributes, output.shape);
      if (layout === null) throw new Error(`${primitive.name}: a contiguous value must have a view`);
      const from = positions(output.shape, layout);
      output.values.forEach((_, index) => {
        output.values[index] = input.values[from[index]];
      });
      break;
    }
    case "assembly": {
      const { fill, windows } = primitive.assemble(
        inputs.map(({ shape }) => shape),
        attributes,
        output.shape,
      );
      if (fill !== null) output.values.fill(fill);
      inputs.forEach(({ shape, values }, number) => {
        const to = positions(shape, windows[number]);
        values.forEach((value, index) => {
          output.values[to[index]] = value;
        });
      });
      break;
    }
    case "generator": {
      const { start, steps } = primitive.affine(attributes);
      const [step] = steps;
      output.values.forEach((_, index) => {
        // A literal −0 keeps its sign.
        const value = step === undefined ? start : start + index * step;
        output.values[index] = isFloat(output.dtype) ? value : roundTo(output.dtype, value);
      });
      break;
    }
    case "routine":
      primitive.evaluate(inputs, attributes, output);
  }
  const { values, dtype } = output;
  if (!isHalf(dtype)) return;
  for (let index = 0; index < values.length; index++) values[index] = roundToHalf(dtype, values[index]);
}

function evaluateElementwise(
  primitive: ElementwisePrimitive,
  inputs: readonly NdArray[],
  attributes: Attributes,
  output: NdArray,
): void {
  const { shape, dtype, values } = output;
  const operands = inputs.map((input) => ({
    values: input.values,
    from: positions(shape, broadcastLayout(input.shape, shape)),
  }));
  const [a, b = a, c = a] = operands;
  const isInteger = !isFloat(inputs[inputs.length - 1].dtype);
  const compute = isInteger && primitive.integerScalar ? primitive.integerScalar : primitive.scalar;
  const from = inputs[0].dtype;
  for (let index = 0; index < values.length; index++) {
    const result = compute(
      a.values[a.from[index]],
      b.values[b.from[index]],
      c.values[c.from[index]],
      attributes,
    );
    if (isFloat(dtype)) values[index] = result;
    else values[index] = inputs.length === 1 ? convert(result, from, dtype) : roundTo(dtype, result);
  }
}

function evaluateReduction(
  { accumulation }: ReductionPrimitive,
  input: NdArray,
  attributes: Attributes,
  output: NdArray,
): void {
  const axes = Array.isArray(attributes.axes) ? attributes.axes : [];
  const kept = contiguousStrides(reducedShape(input.shape, axes, false));
  let next = 0;
  const strides = input.shape.map((_, axis) => (axes.includes(axis) ? 0 : kept[next++]));
  const to = positions(input.shape, { offset: 0, strides });
  const { [accumulation]: combine } = isFloat(input.dtype) ? combinations : integerCombinations;
  const results: TypedArray = output.values;
  results.fill(identityOf(accumulation, output.dtype));
  input.values.forEach((value, index) => {
    results[to[index]] = combine(results[to[index]], value);
  });
}

const combinations = {
  sum: (a, b) => a + b,
  product: (a, b) => a * b,
  maximum: Math.max,
  minimum: Math.min,
} satisfies Record<Accumulation, (a: number, b: number) => number>;

/** Products of 32 bits do not fit a float64; the array that takes the others wraps them. */
const integerCombinations = { ...combinations, product: Math.imul };

/** The place of each element of a value of this shape, in row-major order. */
function positions(shape: Shape, { offset, strides }: Layout): Int32Array {
  const result = new Int32Array(sizeOf(shape));
  if (result.length === 0) return result;
  result[0] = offset;
  let filled = 1;
  // Each dimension, innermost first, repeats what is there once for each further index.
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const block = filled;
    for (let index = 1; index < shape[axis]; index++) {
      for (let within = 0; within < block; within++)
        result[filled++] = result[within] + index * strides[axis];
    }
  }
  return result;
}

function broadcastLayout(from: Shape, to: Shape): Layout {
  const own = contiguousStrides(from);
  const added = to.length - from.length;
  const strides = to.map((_, axis) => (axis < added || from[axis - added] === 1 ? 0 : own[axis - added]));
  return { offset: 0, strides };
}
