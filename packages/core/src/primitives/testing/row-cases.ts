/**
 * How the battery calls each row of the table. A new row needs an entry: without one `tsc` fails, and so does the
 * battery, which then tests the row against the oracle, finite differences and itself. Elementwise rows that are within
 * 4 units in the last place, and smooth where they are defined, need none.
 */
import { isDType, isFloat, isHalf } from "../../dtype.ts";
import {
  anyValues,
  filled,
  moderateValues,
  smallShapes,
  type ValueDraw,
  valuesBetween,
} from "../../testing/draw.ts";
import type { ElementwisePrimitive } from "../primitive.ts";
import type { ElementwiseName, PrimitiveName } from "../table.ts";
import {
  argsortCalls,
  broadcastToCalls,
  castCalls,
  concatCalls,
  cumulateCalls,
  gatherCalls,
  literalCalls,
  matmulCalls,
  padCalls,
  polygammaCalls,
  randomBitsCalls,
  rangeCalls,
  recurrenceCalls,
  reductionCalls,
  reshapeCalls,
  scatterCalls,
  searchCalls,
  sliceCalls,
  transposeCalls,
} from "./drawn-calls.ts";
import { rowOf } from "./evaluate-row.ts";
import {
  apartMatrices,
  dominantMatrices,
  matrixCalls,
  systemCalls,
  triangularCalls,
  tripletCalls,
} from "./linear-algebra-calls.ts";
import { elementwise, type Interval, type RowCase, row, ulps } from "./row-case.ts";
import { convolutionCalls, imageGradientCalls, kernelGradientCalls, poolingCalls } from "./window-calls.ts";

const constant = { withoutGradient: "piecewise constant" } as const;
const notFloat = { withoutGradient: "no floats to differentiate" } as const;
const nonInteger: readonly (readonly Interval[])[] = [[[1.1, 1.9]], [[-0.9, -0.1]]];
const sums = { values: [moderateValues], bound: { kind: "ulpsOfTerms", count: 4 } } as const;

/** Sums of more terms. */
const convolutionSums = { ...sums, bound: { kind: "ulpsOfTerms", count: 16 } } as const;

/** Solutions of well-posed systems; the tests of the ops differentiate larger ones. */
const dominant = {
  values: [dominantMatrices, moderateValues],
  bound: { kind: "ulps", float32: 4, float64: 64, smallest: 1 },
  smooth: [[[0.5, 2]]],
} as const;

/** Of these intervals each function is smooth in those in which it is a number everywhere. */
const intervals: readonly Interval[] = [
  [-2, 2],
  [-0.9, 0.9],
  [0.2, 4],
  [1.2, 5],
];

/** A function that is smooth where it is defined, within 4 units in the last place. */
function smoothFunction({ arity, scalar }: ElementwisePrimitive): RowCase {
  const isSmoothIn = ([lowest, highest]: Interval): boolean =>
    [0, 0.25, 0.5, 0.75, 1].every((share) => {
      const x = lowest + share * (highest - lowest);
      return Number.isFinite(scalar(x, x, x, {}));
    });
  return elementwise(arity, {
    bound: ulps(4),
    smooth: intervals.filter(isSmoothIn).map((interval) => [interval]),
  });
}

/** Functions with zeros between poles, where the difference of larger terms vanishes. */
const gamma = elementwise(1, {
  bound: { kind: "ulps", float32: 4, float64: 10, smallest: 4 },
  smooth: [[[0.6, 6]], [[-0.8, -0.2]]],
});

/** A quotient that is no integer, for any two of these values. */
const quotients: readonly (readonly Interval[])[] = [
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
];

/** Most of them inside of a table of some rows, from the end too, and some outside. */
const indices: ValueDraw = (draw, dtype, shape) => filled(dtype, shape, () => draw.between(-4, 4));

const sortedRows: ValueDraw = (draw, dtype, shape) => {
  const [rows, length] = shape;
  const values = (isFloat(dtype) ? moderateValues : anyValues)(draw, dtype, shape);
  for (let row = 0; row < rows; row++) values.subarray(row * length, (row + 1) * length).sort();
  return values;
};

function isCoarse(dtype: unknown): boolean {
  return isDType(dtype) && isHalf(dtype);
}

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
  // Quotients above 2⁵¹ have no room for a fraction, and are rounded before they are floored.
  floorDiv: elementwise(2, {
    ...constant,
    bound: { kind: "ulps", float32: 1, float64: 4 },
    smooth: quotients,
  }),
  mod: elementwise(2, { smooth: quotients }),
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
  tan: elementwise(1, { bound: ulps(4), smooth: [[[-1.2, 1.2]], [[2, 4]]] }),
  lgamma: gamma,
  digamma: gamma,
  polygamma: row(polygammaCalls, {
    bound: { kind: "ulps", float32: 4, float64: 24, smallest: 32 },
    smooth: [[[0.6, 6]], [[-0.8, -0.2]]],
  }),
  // By the integral: the absolute error is that of sums of terms as large as the result and as 1.
  randomGammaGradient: elementwise(2, {
    values: [valuesBetween(0.01, 30)],
    bound: { kind: "ulps", float32: 1, float64: 2000, smallest: 1e-3 },
    withoutGradient: "not implemented",
  }),
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
  customGradient: elementwise(1),
  after: row((shapes) => shapes().map((shape) => ({ shapes: [shape, []], attributes: {} }))),
  logGammaDraw: row((shapes) => shapes().map((shape) => ({ shapes: [shape, shape], attributes: {} })), {
    withoutGradient: "the slope of something else",
  }),
  equal: elementwise(2, notFloat),
  notEqual: elementwise(2, notFloat),
  less: elementwise(2, notFloat),
  lessEqual: elementwise(2, notFloat),
  where: elementwise(3),
  // To 16 bits the cast is a staircase, for all that its gradient knows.
  cast: {
    ...row(castCalls),
    smallCalls: castCalls(smallShapes).filter(({ attributes }) => !isCoarse(attributes.dtype)),
  },

  sum: row(reductionCalls, sums),
  prod: row(reductionCalls, {
    values: [valuesBetween(0.75, 1.3)],
    bound: { kind: "ulpsPerFactor", count: 1 },
    smooth: [[[0.5, 1.5]], [[-1.5, 1.5]]],
  }),
  max: row(reductionCalls),
  min: row(reductionCalls),

  reshape: row(reshapeCalls),
  transpose: row(transposeCalls),
  broadcastTo: row(broadcastToCalls),
  slice: row(sliceCalls),
  concat: row(concatCalls),
  pad: row(padCalls),

  literal: row(literalCalls, notFloat),
  range: row(rangeCalls, notFloat),

  matmul: row(matmulCalls, sums),
  convolution: row(convolutionCalls, convolutionSums),
  convolutionImageGradient: row(imageGradientCalls, convolutionSums),
  convolutionKernelGradient: row(kernelGradientCalls, convolutionSums),
  windowArgMax: row(poolingCalls, notFloat),
  gather: row(gatherCalls, { values: [anyValues, indices] }),
  scatter: row(scatterCalls, {
    values: [moderateValues, indices, moderateValues],
    bound: { kind: "ulpsOfTerms", count: 8 },
  }),
  cumulate: row(cumulateCalls, { values: [moderateValues], bound: { kind: "ulpsOfTerms", count: 16 } }),
  linearRecurrence: row(recurrenceCalls, {
    values: [valuesBetween(-1, 1)],
    bound: { kind: "ulpsOfTerms", count: 16 },
  }),
  argsort: row(argsortCalls, notFloat),
  searchSorted: row(searchCalls, { ...notFloat, values: [sortedRows, anyValues] }),
  cholesky: {
    ...row(matrixCalls(5), { ...dominant, values: [dominantMatrices] }),
    smallCalls: matrixCalls(1)(smallShapes),
  },
  triangularSolve: { ...row(triangularCalls(5), dominant), smallCalls: triangularCalls(1)(smallShapes) },
  solve: { ...row(systemCalls(5), dominant), smallCalls: systemCalls(1)(smallShapes) },
  pivots: row(matrixCalls(5), { ...dominant, withoutGradient: "not implemented" }),
  symmetricEigen: {
    ...row(matrixCalls(5), { ...dominant, values: [dominantMatrices] }),
    smallCalls: matrixCalls(1)(smallShapes),
  },
  singularTriplets: {
    ...row(tripletCalls(5, 9, false), {
      values: [apartMatrices],
      bound: { kind: "ulps", float32: 4, float64: 64, smallest: 16 },
      smooth: [[[0.5, 2]]],
    }),
    smallCalls: tripletCalls(1, 4, true)(smallShapes),
  },
  randomBits: row(randomBitsCalls, notFloat),
} as const satisfies Record<Exclude<PrimitiveName, ElementwiseName>, RowCase> &
  Partial<Record<ElementwiseName, RowCase>>;

/** The row's entry; while a new row has none, its own tests say so, and the others run. */
export function caseOf(name: PrimitiveName): RowCase {
  const cases: Readonly<Partial<Record<PrimitiveName, RowCase>>> = rowCases;
  const row = rowOf(name);
  const found = cases[name] ?? (row.kind === "elementwise" ? smoothFunction(row) : undefined);
  if (found === undefined) throw new Error(`add an entry for ${name} to primitives/testing/row-cases.ts`);
  return found;
}
