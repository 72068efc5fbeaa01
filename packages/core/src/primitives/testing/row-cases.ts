/** How each row of the table is called by the battery. A row without an entry fails to compile. */
import fc from "fast-check";
import type { PrimitiveName } from "../table.ts";
import {
  anyDType,
  type DrawnCall,
  elementwise,
  exact,
  type Interval,
  perAxis,
  type RowCase,
  sameSizeShape,
  shaped,
  someAxes,
  ulps,
} from "./row-case.ts";
import { broadcastGroup, type ValueRange } from "../../testing/draw.ts";
import type { Shape } from "../../shape.ts";

const constant = { withoutGradient: "piecewise constant" } as const;
const notFloat = { withoutGradient: "no floats to differentiate" } as const;
const nonInteger: readonly (readonly Interval[])[] = [[[1.1, 1.9]], [[-0.9, -0.1]]];

/** A real function: within 4 units in the last place, and of a domain where it is smooth. */
function real(...smooth: readonly Interval[]): RowCase {
  return elementwise(1, { bound: ulps(4), smooth: smooth.map((interval) => [interval]) });
}

type Shapes = Parameters<Parameters<typeof shaped>[0]>[0];

function reductionCalls(shapes: Shapes): fc.Arbitrary<DrawnCall> {
  return shapes().chain((shape) => someAxes(shape).map((axes) => ({ shapes: [shape], attributes: { axes } })));
}

const extremum = shaped(reductionCalls);

function reshapeCalls(shapes: Shapes): fc.Arbitrary<DrawnCall> {
  return shapes().chain((from) => sameSizeShape(from).map((shape) => ({ shapes: [from], attributes: { shape } })));
}

function transposeCalls(shapes: Shapes): fc.Arbitrary<DrawnCall> {
  return shapes().chain((shape) => {
    const axes = shape.map((_, axis) => axis);
    const order = fc.shuffledSubarray(axes, { minLength: axes.length });
    return order.map((permutation) => ({ shapes: [shape], attributes: { permutation } }));
  });
}

function broadcastToCalls(shapes: Shapes): fc.Arbitrary<DrawnCall> {
  return shapes().chain((shape) =>
    broadcastGroup(fc.constant(shape), 1).map((group) => ({ shapes: group, attributes: { shape } })),
  );
}

function sliceCalls(shapes: Shapes): fc.Arbitrary<DrawnCall> {
  return shapes().chain((shape) =>
    fc.tuple(...shape.map(windowOf)).map((windows) => ({
      shapes: [shape],
      attributes: {
        begin: windows.map(({ begin }) => begin),
        size: windows.map(({ size }) => size),
        step: windows.map(({ step }) => step),
      },
    })),
  );
}

/** Some elements of an axis, forwards or backwards, every one or each few. */
function windowOf(length: number): fc.Arbitrary<{ begin: number; size: number; step: number }> {
  if (length === 0) return fc.constant({ begin: 0, size: 0, step: 1 });
  return fc
    .tuple(fc.nat(length - 1), fc.constantFrom(1, 1, 2, 3, -1, -2), fc.nat(1000))
    .map(([begin, step, share]) => {
      const room = step > 0 ? length - 1 - begin : begin;
      const most = Math.floor(room / Math.abs(step)) + 1;
      return { begin, step, size: Math.round((share / 1000) * most) };
    });
}

function concatCalls(shapes: Shapes): fc.Arbitrary<DrawnCall> {
  return shapes({ minRank: 1 }).chain((shape) =>
    fc
      .tuple(fc.nat(shape.length - 1), fc.array(fc.constantFrom(0, 1, 2, 3, 5, 8), { minLength: 1, maxLength: 4 }))
      .map(([axis, lengths]) => ({
        shapes: lengths.map((length) => shape.map((size, at) => (at === axis ? length : size))),
        attributes: { axis },
      })),
  );
}

function padCalls(shapes: Shapes): fc.Arbitrary<DrawnCall> {
  const count = () => fc.constantFrom(0, 0, 1, 2, 3);
  return shapes({ maxRank: 3 }).chain((shape) =>
    fc
      .record({
        before: perAxis(shape, count),
        after: perAxis(shape, count),
        interior: perAxis(shape, count),
        value: fc.constantFrom(0, 1),
      })
      .map((attributes) => ({ shapes: [shape], attributes })),
  );
}

function matmulCalls(shapes: Shapes): fc.Arbitrary<DrawnCall> {
  const batches = shapes({ maxRank: 2 }).map((shape) => shape.map((length) => Math.min(length, 4)));
  return fc
    .tuple(broadcastGroup(batches, 2), shapes({ minRank: 3, maxRank: 3 }))
    .map(([[left, right], [rows, inner, columns]]): DrawnCall => {
      const operands: Shape[] = [
        [...left, rows, inner],
        [...right, inner, columns],
      ];
      return { shapes: operands, attributes: {} };
    });
}

const sums = { values: "moderate" as ValueRange, bound: { kind: "ulpsOfTerms", count: 4 } } as const;

export const rowCases = {
  neg: elementwise(1),
  abs: elementwise(1),
  sign: elementwise(1, constant),
  floor: elementwise(1, { ...constant, smooth: nonInteger }),
  ceil: elementwise(1, { ...constant, smooth: nonInteger }),
  round: elementwise(1, { ...constant, smooth: [[[0.6, 1.4]], [[-0.4, 0.4]]] }),
  trunc: elementwise(1, { ...constant, smooth: nonInteger }),
  add: elementwise(2),
  sub: elementwise(2),
  mul: elementwise(2),
  div: elementwise(2, {
    smooth: [
      [
        [-2, 2],
        [0.5, 2],
      ],
    ],
  }),
  floorDiv: elementwise(2, {
    ...constant,
    smooth: [
      [
        [5.2, 5.8],
        [2.1, 2.5],
      ],
    ],
  }),
  mod: elementwise(2, {
    smooth: [
      [
        [5.2, 5.8],
        [2.1, 2.5],
      ],
      [
        [-5.8, -5.2],
        [2.1, 2.5],
      ],
      [
        [5.2, 5.8],
        [-2.5, -2.1],
      ],
    ],
  }),
  pow: elementwise(2, {
    bound: ulps(4),
    smooth: [
      [
        [0.4, 2],
        [-2, 3],
      ],
    ],
  }),
  maximum: elementwise(2),
  minimum: elementwise(2),
  bitwiseAnd: elementwise(2, notFloat),
  bitwiseOr: elementwise(2, notFloat),
  bitwiseXor: elementwise(2, notFloat),
  shiftLeft: elementwise(2, notFloat),
  shiftRight: elementwise(2, notFloat),

  sqrt: elementwise(1, { smooth: [[[0.2, 4]]] }),
  exp: real([-3, 3]),
  expm1: real([-3, 3]),
  log: real([0.2, 5]),
  log1p: real([-0.7, 5]),
  sin: real([-4, 4]),
  cos: real([-4, 4]),
  tan: real([-1.2, 1.2], [2, 4]),
  asin: real([-0.9, 0.9]),
  acos: real([-0.9, 0.9]),
  atan: real([-3, 3]),
  sinh: real([-3, 3]),
  cosh: real([-3, 3]),
  tanh: real([-2, 2]),
  asinh: real([-3, 3]),
  acosh: real([1.2, 5]),
  atanh: real([-0.9, 0.9]),
  sigmoid: real([-4, 4]),
  erf: real([-2, 2]),
  erfc: real([-2, 2]),
  erfinv: real([-0.9, 0.9]),
  lgamma: real([0.5, 6], [-0.8, -0.2]),
  digamma: { ...real([0.6, 6], [-0.8, -0.2]), withoutSecondDerivative: "not implemented" },
  trigamma: { ...real([0.6, 6], [-0.8, -0.2]), withoutGradient: "not implemented" },
  atan2: elementwise(2, {
    bound: ulps(4),
    smooth: [
      [
        [0.3, 2],
        [-2, 2],
      ],
      [
        [-2, -0.3],
        [-2, 2],
      ],
    ],
  }),

  stopGradient: elementwise(1, { withoutGradient: "a constant by definition" }),
  equal: elementwise(2, notFloat),
  notEqual: elementwise(2, notFloat),
  less: elementwise(2, notFloat),
  lessEqual: elementwise(2, notFloat),
  where: elementwise(3),
  cast: shaped((shapes) =>
    fc.tuple(shapes(), anyDType).map(([shape, dtype]) => ({ shapes: [shape], attributes: { dtype } })),
  ),

  sum: shaped(reductionCalls, sums),
  prod: shaped(reductionCalls, {
    values: "moderate",
    bound: { kind: "ulpsPerFactor", count: 1 },
    smooth: [[[0.5, 1.5]], [[-1.5, 1.5]]],
  }),
  max: extremum,
  min: extremum,

  reshape: shaped(reshapeCalls),
  transpose: shaped(transposeCalls),
  broadcastTo: shaped(broadcastToCalls),
  slice: shaped(sliceCalls),
  concat: shaped(concatCalls),
  pad: shaped(padCalls),

  literal: shaped(
    () =>
      fc
        .record({ value: fc.constantFrom(0, -0, 1, -1, 0.1, 2.5, 300, 1e10, -1e10, Number.NaN, -Infinity), dtype: anyDType })
        .map((attributes) => ({ shapes: [], attributes })),
    notFloat,
  ),
  range: shaped(
    () =>
      fc
        .record({
          start: fc.constantFrom(0, -3, 7, 250),
          step: fc.constantFrom(1, 2, -1, -3),
          length: fc.constantFrom(0, 1, 2, 5, 17, 300),
          dtype: anyDType,
        })
        .map((attributes) => ({ shapes: [], attributes })),
    notFloat,
  ),

  matmul: shaped(matmulCalls, sums),
  randomBits: shaped(
    (shapes) => shapes().map((shape) => ({ shapes: [[4]], attributes: { shape } })),
    notFloat,
  ),
} as const satisfies Record<PrimitiveName, RowCase>;

export { exact };
