import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFloat, isHalf, type TypedArray } from "../dtype.ts";
import { sizeOf } from "../shape.ts";
import { valuesOn } from "../testing/backends.ts";
import { firstDifference, ulpOf } from "../testing/closeness.ts";
import { Draw } from "../testing/draw.ts";
import { forAll } from "../testing/for-all.ts";
import type { Primitive } from "./primitive.ts";
import type { PrimitiveName } from "./table.ts";
import {
  acceptedDTypes,
  describeCall,
  evaluateRow,
  nodeOfCall,
  resultType,
  rowNames,
  rowOf,
  type TypedCall,
  typesOf,
} from "./testing/evaluate-row.ts";
import type { ErrorBound } from "./testing/row-case.ts";
import { caseOf } from "./testing/row-cases.ts";

const numRuns = 20;

interface EvaluatedCall extends TypedCall {
  readonly values: readonly TypedArray[];
  readonly expected: TypedArray;
}

/** How far each element may be from the oracle's. */
function allowedErrors(row: Primitive, bound: ErrorBound, call: EvaluatedCall): (position: number) => number {
  const { dtype, shape } = resultType(row, call);
  const { expected, values } = call;
  switch (bound.kind) {
    case "exact":
      return () => 0;
    case "ulps": {
      // What has 16 bits is rounded from float32: that may fall to the other side of the middle between two numbers.
      const count = dtype === "float64" ? bound.float64 : isHalf(dtype) ? 1 : bound.float32;
      return (position) => count * ulpOf(dtype, Math.max(Math.abs(expected[position]), bound.smallest ?? 0));
    }
    case "ulpsOfTerms": {
      const absolute = values.map((input, index) =>
        isFloat(call.dtypes[index]) ? input.map(Math.abs) : input,
      );
      const terms = evaluateRow(row, call, absolute);
      return (position) => bound.count * ulpOf(dtype, terms[position]);
    }
    case "ulpsPerFactor": {
      const factors = sizeOf(call.shapes[0]) / sizeOf(shape);
      return (position) => bound.count * factors * ulpOf(dtype, expected[position]);
    }
  }
}

function differenceOnCpu(name: PrimitiveName, call: TypedCall, seed: number): string | null {
  const { bound, values: fill } = caseOf(name);
  const draw = new Draw(seed);
  const values = typesOf(call).map(({ dtype, shape }, index) =>
    (fill[index] ?? fill[fill.length - 1])(draw, dtype, shape),
  );
  const build = () => [nodeOfCall(name, call, values)];
  const [actual] = valuesOn("cpu", build);
  const [expected] = valuesOn("reference", build);
  const allowed = allowedErrors(rowOf(name), bound, { ...call, values, expected });
  const difference = firstDifference(actual, expected, allowed);
  return difference && `${describeCall(name, call)}, ${difference}`;
}

describe("on the cpu backend a primitive gives the oracle's numbers for any shape and dtype:", () => {
  for (const name of rowNames) {
    it(name, () => {
      const { calls } = caseOf(name);
      const accepted = new Set<string>();
      forAll(fc.tuple(calls, fc.nat()), numRuns, ([call, seed]) => {
        for (const dtypes of acceptedDTypes(rowOf(name), call)) {
          // Between loads and stores, what has 16 bits runs the code of float32: some of the calls show it.
          if (seed % 3 !== 0 && dtypes.some(isHalf)) continue;
          accepted.add(dtypes.join());
          const difference = differenceOnCpu(name, { ...call, dtypes }, seed);
          if (difference !== null) return difference;
        }
        return null;
      });
      expect(accepted.size).toBeGreaterThan(0);
    });
  }
});
