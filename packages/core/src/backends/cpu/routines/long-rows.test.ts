import { describe, expect, it } from "vitest";
import { type DType, isFloat } from "../../../dtype.ts";
import { routinePrimitives } from "../../../primitives/table.ts";
import type { Shape } from "../../../shape.ts";
import { createCpuBackend } from "../cpu-backend.ts";
import { Draw } from "../testing/draw-kernel.ts";
import { routineProgram } from "../testing/routine-program.ts";
import { actualResult, expectedResult, firstDifference } from "../testing/run-program.ts";

const pool = {
  strides: [1, 2, 2],
  before: [0, 0, 0],
  after: [0, 0, 0],
  kernelDilation: [1, 1, 1],
  window: [1, 2, 2],
};

/** More than the drawn calls of the battery have: radix passes, vectors with rests, several pieces. */
const cases: readonly {
  name: "argsort" | "windowArgMax" | "cumulate" | "gather" | "scatter";
  shape: Shape;
  /** Of the indices, and of what is put there. */
  further?: readonly [Shape, Shape?];
  attributes: Readonly<Record<string, string | boolean | readonly number[]>>;
}[] = [
  { name: "argsort", shape: [3, 5003], attributes: { descending: false } },
  { name: "argsort", shape: [97, 131], attributes: { descending: true } },
  { name: "argsort", shape: [400, 31], attributes: { descending: false } },
  { name: "windowArgMax", shape: [4, 1, 40, 41, 19], attributes: pool },
  {
    name: "windowArgMax",
    shape: [4, 1, 31, 29, 7],
    attributes: { ...pool, strides: [1, 1, 2], before: [0, 1, 2], after: [0, 2, 1], window: [1, 3, 4] },
  },
  { name: "cumulate", shape: [3, 1003, 1], attributes: { accumulation: "sum" } },
  { name: "cumulate", shape: [3, 1003, 1], attributes: { accumulation: "maximum" } },
  { name: "gather", shape: [7, 5, 33], further: [[7, 201]], attributes: { missing: "zero" } },
  {
    name: "scatter",
    shape: [7, 5, 33],
    further: [
      [7, 201],
      [7, 201, 33],
    ],
    attributes: { mode: "add" },
  },
];

describe.each([1, 3])("routines over many elements, threads: %i", (threads) => {
  const backend = createCpuBackend({ threads });
  it.each(cases)(
    "$name of $shape is the reference's, $attributes",
    ({ name, shape, further, attributes }) => {
      for (const dtype of ["float32", "float64", "int32", "uint8"] satisfies DType[]) {
        const [indices, updates] = further ?? [];
        const inputs = [
          { shape, dtype },
          ...(indices ? [{ shape: indices, dtype: "int32" as const }] : []),
          ...(updates ? [{ shape: updates, dtype }] : []),
        ];
        const program = routineProgram(routinePrimitives[name], inputs, attributes);
        const draw = new Draw(3);
        const cells = program.buffers.map(({ dtype: kind, length }) => draw.values(kind, length));
        if (isFloat(dtype) && (name === "argsort" || name === "windowArgMax")) {
          [Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NaN, -0, Number.NEGATIVE_INFINITY].forEach(
            (value, position) => {
              cells[0][position * 37] = value;
            },
          );
        }
        const expected = expectedResult(program, { cells }).cells;
        const actual = actualResult(backend, program, { cells }).cells;
        expect(firstDifference(actual, expected, isFloat(dtype) ? 1e-4 : 0), dtype).toBeNull();
      }
    },
  );
});
