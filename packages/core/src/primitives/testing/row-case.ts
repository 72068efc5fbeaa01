/** What the battery must know of a row to test it, and the cases that many rows share. */
import fc from "fast-check";
import { dtypes } from "../../dtype.ts";
import type { Attributes } from "../../graph/attributes.ts";
import { type Shape, sizeOf } from "../../shape.ts";
import { bounded, broadcastGroup, shapes, smallShapes, type ValueRange } from "../../testing/draw.ts";

/** Everything about a call but its dtypes and values. */
export interface DrawnCall {
  readonly shapes: readonly Shape[];
  readonly attributes: Attributes;
}

/** The smallest and the largest value of an input. */
export type Interval = readonly [lowest: number, highest: number];

/** How far from the oracle's float64 result, rounded, a backend may be. */
export type ErrorBound =
  | { readonly kind: "exact" }
  /** So many units in the last place of the result. */
  | { readonly kind: "ulps"; readonly float32: number; readonly float64: number }
  /** So many units in the last place of the sum of the absolute values of all terms: sums may cancel. */
  | { readonly kind: "ulpsOfTerms"; readonly count: number }
  /** So many units in the last place of the result for each factor. */
  | { readonly kind: "ulpsPerFactor"; readonly count: number };

/** Why a row has no gradient rule, or why its rule has none. */
export type MissingDerivative =
  /** The result jumps between constants: its derivative is 0 wherever there is one. */
  | "piecewise constant"
  /** Neither takes nor gives floats that depend on each other. */
  | "no floats to differentiate"
  | "a constant by definition"
  /** A derivative exists, and asking for it is an error. */
  | "not implemented";

export interface RowCase {
  /** Calls that compare backends: all sizes and ranks that the row takes. */
  readonly calls: fc.Arbitrary<DrawnCall>;
  /** Calls small enough for finite differences. Default: `calls`. */
  readonly smallCalls: fc.Arbitrary<DrawnCall>;
  readonly values: ValueRange;
  readonly bound: ErrorBound;
  /**
   * Where the row is smooth: alternatives, each with an interval for every input (the last one serves all further
   * inputs). No two elements of inputs with the same interval are equal.
   */
  readonly smooth: readonly (readonly Interval[])[];
  readonly withoutGradient?: MissingDerivative;
  readonly withoutSecondDerivative?: MissingDerivative;
}

export const exact: ErrorBound = { kind: "exact" };

export function ulps(float32: number, float64 = float32): ErrorBound {
  return { kind: "ulps", float32, float64 };
}

const noAttributes: Attributes = {};

function elementwiseCalls(whole: fc.Arbitrary<Shape>, arity: number): fc.Arbitrary<DrawnCall> {
  return broadcastGroup(whole, arity).map((group) => ({ shapes: group, attributes: noAttributes }));
}

type CaseDetails = Partial<Omit<RowCase, "calls" | "smallCalls">>;

/** An elementwise row of `arity` operands, smooth between −2 and 2 unless something else is said. */
export function elementwise(arity: number, details: CaseDetails = {}): RowCase {
  return {
    calls: elementwiseCalls(shapes(), arity),
    smallCalls: elementwiseCalls(smallShapes(), arity),
    values: "any",
    bound: exact,
    smooth: [[[-2, 2]]],
    ...details,
  };
}

/** A row whose calls need attributes of their own. `calls` makes them from drawn shapes. */
export function shaped(
  calls: (whole: typeof shapes) => fc.Arbitrary<DrawnCall>,
  details: CaseDetails = {},
): RowCase {
  return {
    calls: calls(shapes).filter(staysSmall),
    smallCalls: calls(smallShapes),
    values: "any",
    bound: exact,
    smooth: [[[-2, 2]]],
    ...details,
  };
}

function staysSmall(call: DrawnCall): boolean {
  return call.shapes.every((shape) => sizeOf(shape) <= 20_000);
}

/** Each axis of a shape with a chance of its own. */
export function someAxes(shape: Shape): fc.Arbitrary<number[]> {
  return fc.subarray(shape.map((_, axis) => axis));
}

/** A list with a drawn entry for each axis. */
export function perAxis(shape: Shape, entry: (length: number) => fc.Arbitrary<number>): fc.Arbitrary<number[]> {
  return fc.tuple(...shape.map(entry));
}

/** The dimensions of a shape split and joined again: another shape with as many elements. */
export function sameSizeShape(shape: Shape): fc.Arbitrary<Shape> {
  const factors = shape.length > 0 && sizeOf(shape) > 0 ? shape.flatMap(primeFactors) : [...shape];
  return fc
    .tuple(fc.shuffledSubarray(factors, { minLength: factors.length }), fc.array(fc.nat(4), { maxLength: 5 }))
    .map(([order, ones]) => {
      const dimensions: number[] = [];
      order.forEach((factor, position) => {
        const last = dimensions.length - 1;
        if (ones[position % 5] === 0 && last >= 0) dimensions[last] *= factor;
        else dimensions.push(factor);
      });
      for (const place of ones) if (place <= dimensions.length) dimensions.splice(place, 0, 1);
      return dimensions.length > 7 ? [sizeOf(dimensions)] : dimensions;
    });
}

function primeFactors(length: number): number[] {
  const factors: number[] = [];
  let rest = length;
  for (let factor = 2; rest > 1; factor++) {
    for (; rest % factor === 0; rest /= factor) factors.push(factor);
  }
  return factors.length > 0 ? factors : [1];
}

export const anyDType = fc.constantFrom(...dtypes);

export { bounded };
