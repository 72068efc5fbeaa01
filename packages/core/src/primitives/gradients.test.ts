import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backpropagate } from "../autodiff/backpropagate.ts";
import { isFloat } from "../dtype.ts";
import { onBackend } from "../testing/backends.ts";
import { Draw } from "../testing/draw.ts";
import { forAll } from "../testing/for-all.ts";
import { build } from "./apply.ts";
import type { PrimitiveName } from "./table.ts";
import {
  computed,
  differentiate,
  dot,
  drawSmoothPoint,
  drawWeights,
  gradientGraph,
  inFloat64,
  isDifferentiable,
  movedPoint,
  type SmoothPoint,
  weightedGradient,
  weightedSum,
} from "./testing/derivatives.ts";
import { acceptedDTypes, describeCall, resultType, rowNames, rowOf } from "./testing/evaluate-row.ts";
import type { DrawnCall, MissingDerivative } from "./testing/row-case.ts";
import { caseOf } from "./testing/row-cases.ts";

const relativeError = 1e-6;
/** Below this a derivative is compared as if it were as large. */
const smallest = 1e-3;

function difference(actual: number, expected: number): string | null {
  const allowed = relativeError * Math.max(Math.abs(expected), smallest);
  return Math.abs(actual - expected) <= allowed ? null : `${actual}, and by finite differences ${expected}`;
}

/** The call with all floats in float64, if its result is then a float of them. */
function differentiableCalls(name: PrimitiveName, call: DrawnCall) {
  const calls = acceptedDTypes(rowOf(name), call)
    .filter((dtypes) => inFloat64(dtypes).join() === dtypes.join())
    .map((dtypes) => ({ ...call, dtypes }));
  return calls.filter((typed) => isDifferentiable(rowOf(name), typed));
}

/** Draws points at which the row is smooth; returns how many were checked. */
function forSmoothPoints(
  name: PrimitiveName,
  numRuns: number,
  check: (point: SmoothPoint, draw: Draw) => string | null,
): number {
  const entry = caseOf(name);
  let checked = 0;
  forAll(fc.tuple(entry.smallCalls, fc.nat()), numRuns, ([call, seed]) => {
    const draw = new Draw(seed);
    for (const typed of differentiableCalls(name, call)) {
      const point = drawSmoothPoint(entry, typed, draw);
      const wrong = check(point, draw);
      if (wrong !== null) return `${describeCall(name, point)}, ${wrong}`;
      checked++;
    }
    return null;
  });
  return checked;
}

/** Compares each element of each gradient with the finite difference. */
function wrongGradient(name: PrimitiveName, point: SmoothPoint, draw: Draw): string | null {
  const row = rowOf(name);
  const seed = drawWeights(draw, resultType(row, point));
  const gradients = computed(gradientGraph(name, point, seed).gradients);
  const floats = point.dtypes.flatMap((dtype, input) => (isFloat(dtype) ? [input] : []));
  for (const [position, input] of floats.entries()) {
    for (let element = 0; element < point.values[input].length; element++) {
      const expected = differentiate((by) => weightedSum(row, point, seed, { input, element, by }));
      const wrong = difference(gradients[position][element], expected);
      if (wrong !== null) return `gradient of input ${input}, element ${element}: ${wrong}`;
    }
  }
  return null;
}

/** Compares the derivative of the gradient along a drawn direction of inputs and seed with the finite difference. */
function wrongSecondDerivative(name: PrimitiveName, point: SmoothPoint, draw: Draw): string | null {
  const seed = drawWeights(draw, resultType(rowOf(name), point));
  const graph = gradientGraph(name, point, seed);
  const weights = graph.gradients.map((gradient) => drawWeights(draw, gradient));
  const result = weightedGradient(graph, weights);
  const direction = graph.variables.map((variable) => drawWeights(draw, variable));
  const found = backpropagate(result, graph.variables, build.literal(1, "float64"));
  const slopes = found.flatMap((node, index) => (node ? [{ node, along: direction[index] }] : []));
  const values = computed(slopes.map(({ node }) => node));
  const actual = values.reduce((sum, slope, index) => sum + dot(slope, slopes[index].along), 0);
  const expected = differentiate((t) => {
    const movedSeed = seed.map((value, element) => value + t * direction[direction.length - 1][element]);
    const moved = gradientGraph(name, movedPoint(point, direction, t), movedSeed);
    return computed([weightedGradient(moved, weights)])[0][0];
  });
  return difference(actual, expected);
}

function rowsWith(reason: MissingDerivative | undefined): PrimitiveName[] {
  return rowNames.filter((name) => caseOf(name).withoutGradient === reason);
}

describe("the gradient of a primitive is the slope that finite differences see, to 1e-6:", () => {
  it.each(rowsWith(undefined))("%s", (name) => {
    onBackend("reference", () => {
      const checked = forSmoothPoints(name, 12, (point, draw) => wrongGradient(name, point, draw));
      expect(checked).toBeGreaterThan(0);
    });
  });
});

describe("the gradient of a primitive can be differentiated in turn, to 1e-6:", () => {
  const names = rowsWith(undefined).filter((name) => caseOf(name).withoutSecondDerivative === undefined);
  it.each(names)("%s", (name) => {
    onBackend("reference", () => {
      const checked = forSmoothPoints(name, 8, (point, draw) => wrongSecondDerivative(name, point, draw));
      expect(checked).toBeGreaterThan(0);
    });
  });
});

describe("a primitive without a gradient has a reason for it:", () => {
  it.each(rowNames)("%s has a rule exactly if the battery does not say why not", (name) => {
    const { withoutGradient } = caseOf(name);
    const hasRule = [undefined, "not implemented", "the slope of something else"].includes(withoutGradient);
    expect(rowOf(name).vjp !== null).toBe(hasRule);
  });

  it.each(rowsWith("piecewise constant"))("%s has a slope of 0 between its jumps", (name) => {
    const checked = forSmoothPoints(name, 12, (point, draw) => {
      const weights = drawWeights(draw, resultType(rowOf(name), point));
      const input = draw.below(point.values.length);
      if (point.values[input].length === 0) return null;
      const element = draw.below(point.values[input].length);
      const slope = differentiate((by) => weightedSum(rowOf(name), point, weights, { input, element, by }));
      return slope === 0 ? null : `the slope is ${slope}`;
    });
    expect(checked).toBeGreaterThan(0);
  });

  it.each(rowsWith("no floats to differentiate"))("%s gives no floats that depend on floats", (name) => {
    const checked = forSmoothPoints(name, 12, () => "gives a float that depends on one");
    expect(checked).toBe(0);
  });

  it.each(rowsWith("not implemented"))("%s says so, instead of a gradient of 0", (name) => {
    const attempts = forSmoothPoints(name, 3, (point, draw) => {
      const seed = drawWeights(draw, resultType(rowOf(name), point));
      expect(() => gradientGraph(name, point, seed)).toThrow(`${name} has no gradient`);
      return null;
    });
    expect(attempts).toBeGreaterThan(0);
  });
});
