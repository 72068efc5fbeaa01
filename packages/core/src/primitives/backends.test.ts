import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DType, TypedArray } from "../dtype.ts";
import { sizeOf } from "../shape.ts";
import { valuesOn } from "../testing/backends.ts";
import { firstDifference, ulpOf } from "../testing/closeness.ts";
import { Draw, drawValues } from "../testing/draw.ts";
import type { Primitive } from "./primitive.ts";
import {
  acceptedDTypes,
  describeCall,
  evaluateRow,
  nodeOfCall,
  resultType,
  rowNames,
  rowOf,
  type TypedCall,
} from "./testing/evaluate-row.ts";
import type { ErrorBound, RowCase } from "./testing/row-case.ts";
import { rowCases } from "./testing/row-cases.ts";

const numRuns = 20;

/** How far each element may be from the oracle's. */
function allowedErrors(
  row: Primitive,
  call: TypedCall,
  bound: ErrorBound,
  values: readonly TypedArray[],
  expected: TypedArray,
): (position: number) => number {
  const { dtype, shape } = resultType(row, call);
  switch (bound.kind) {
    case "exact":
      return () => 0;
    case "ulps": {
      const count = dtype === "float32" ? bound.float32 : bound.float64;
      return (position) => count * ulpOf(dtype, expected[position]);
    }
    case "ulpsOfTerms": {
      const terms = evaluateRow(row, call, values.map(absolute));
      return (position) => bound.count * ulpOf(dtype, terms[position]);
    }
    case "ulpsPerFactor": {
      const factors = sizeOf(call.shapes[0]) / sizeOf(shape);
      return (position) => bound.count * factors * ulpOf(dtype, expected[position]);
    }
  }
}

function absolute(values: TypedArray): TypedArray {
  return values.map(Math.abs);
}

function differenceOnCpu(name: (typeof rowNames)[number], call: TypedCall, seed: number): string | null {
  const row = rowOf(name);
  const { bound, values: range }: RowCase = rowCases[name];
  const draw = new Draw(seed);
  const values = call.shapes.map((shape, index) => drawValues(draw, call.dtypes[index], sizeOf(shape), range));
  const build = () => [nodeOfCall(name, call, values)];
  const [actual] = valuesOn("cpu", build);
  const [expected] = valuesOn("reference", build);
  const difference = firstDifference(actual, expected, allowedErrors(row, call, bound, values, expected));
  return difference && `${describeCall(name, call)}, ${difference}`;
}

describe("on the cpu backend each primitive gives the oracle's numbers for any shape and dtype:", () => {
  for (const name of rowNames) {
    const { calls }: RowCase = rowCases[name];
    it(name, () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(calls, fc.nat(), (drawn, seed) => {
          for (const dtypes of acceptedDTypes(rowOf(name), drawn)) {
            seen.add(dtypes.join());
            expect(differenceOnCpu(name, { ...drawn, dtypes }, seed)).toBeNull();
          }
        }),
        { seed: 1, numRuns },
      );
      expect(seen.size).toBeGreaterThan(0);
    });
  }
});

export type { DType };
