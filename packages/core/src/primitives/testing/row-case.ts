/** The description of a row for the battery. */
import type fc from "fast-check";
import type { Attributes } from "../../graph/attributes.ts";
import { type Shape, sizeOf } from "../../shape.ts";
import {
  anyValues,
  broadcastGroup,
  type ShapeDraw,
  shapes,
  smallShapes,
  type ValueDraw,
} from "../../testing/draw.ts";

/** Everything about a call but its dtypes and values. */
export interface DrawnCall {
  readonly shapes: readonly Shape[];
  readonly attributes: Attributes;
}

/** Draws calls, of the shapes that it is given. */
export type CallDraw = (shapes: ShapeDraw) => fc.Arbitrary<DrawnCall>;

/** The smallest and the largest value of an input. */
export type Interval = readonly [lowest: number, highest: number];

/** How far from the oracle's float64 result, rounded, a backend may be. Integers must be equal. */
export type ErrorBound =
  | { readonly kind: "exact" }
  /** So many units in the last place of the result, or of `smallest` where that is larger. */
  | { readonly kind: "ulps"; readonly float32: number; readonly float64: number; readonly smallest?: number }
  /** So many units in the last place of the sum of the absolute values of all terms: sums may cancel. */
  | { readonly kind: "ulpsOfTerms"; readonly count: number }
  /** So many units in the last place of the result for each factor. */
  | { readonly kind: "ulpsPerFactor"; readonly count: number };

/** Why a row has no derivative. */
export type MissingDerivative =
  /** The result jumps between constants: its derivative is 0 wherever there is one. */
  | "piecewise constant"
  /** The result is no float, or depends on none. */
  | "no floats to differentiate"
  | "a constant by definition"
  /** The rule is for a function that the value stands for. */
  | "the slope of something else"
  /** A derivative exists, and asking for it is an error. */
  | "not implemented";

export interface RowCase {
  /** Calls that compare backends: all sizes and ranks that the row takes. */
  readonly calls: fc.Arbitrary<DrawnCall>;
  /** Calls small enough for finite differences. */
  readonly smallCalls: fc.Arbitrary<DrawnCall>;
  /** The values of the inputs, the last entry for all further ones. */
  readonly values: readonly ValueDraw[];
  readonly bound: ErrorBound;
  /**
   * The intervals in which the row is smooth: alternatives, each with an interval for every float input (the last one serves
   * all further inputs). No two elements of inputs with the same interval are equal.
   */
  readonly smooth: readonly (readonly Interval[])[];
  /** Why the row has no gradient rule, if it has none. */
  readonly withoutGradient?: MissingDerivative;
  /** Why the gradient has no derivative in turn, if it has none. */
  readonly withoutSecondDerivative?: MissingDerivative;
}

export const exact: ErrorBound = { kind: "exact" };

export function ulps(count: number): ErrorBound {
  return { kind: "ulps", float32: count, float64: count };
}

type CaseDetails = Partial<Omit<RowCase, "calls" | "smallCalls">>;

/** A row called as `draw` says: exact, and smooth between −2 and 2, unless something else is said. */
export function row(draw: CallDraw, details: CaseDetails = {}): RowCase {
  return {
    calls: draw(shapes).filter(isBearable),
    smallCalls: draw(smallShapes),
    values: [anyValues],
    bound: exact,
    smooth: [[[-2, 2]]],
    ...details,
  };
}

/** An elementwise row of `arity` operands. */
export function elementwise(arity: number, details: CaseDetails = {}): RowCase {
  const draw: CallDraw = (shapes) =>
    broadcastGroup(shapes(), arity).map((group) => ({ shapes: group, attributes: {} }));
  return row(draw, details);
}

function isBearable(call: DrawnCall): boolean {
  return call.shapes.every((shape) => sizeOf(shape) <= 20_000);
}
