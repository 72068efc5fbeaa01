import { describe, expect, it } from "vitest";
import type { Kernel, Program, ProgramBuffer } from "../../compiler/program.ts";
import { type DType, isFloat, type TypedArray } from "../../dtype.ts";
import { elementwisePrimitives, routinePrimitives } from "../../primitives/table.ts";
import { type Shape, sizeOf } from "../../shape.ts";
import { philoxWords } from "../../special/philox.ts";
import { createCpuBackend } from "./cpu-backend.ts";
import { Draw } from "./testing/draw-kernel.ts";
import { productProgram, routineProgram } from "./testing/routine-program.ts";
import { actualResult, expectedResult, firstDifference } from "./testing/run-program.ts";

const backend = createCpuBackend();

function cellBuffer(slot: number, dtype: DType, length: number): ProgramBuffer {
  return { dtype, length, role: { kind: "cell", slot } };
}

function programOf(buffers: readonly ProgramBuffer[], steps: Program["steps"]): Program {
  return { buffers, steps, outputs: [], scalarCount: 0, scratchBytes: 0 };
}

describe("matmul", () => {
  const shapes: readonly (readonly [Shape, Shape])[] = [
    [
      [5, 7],
      [7, 3],
    ],
    [
      [1, 1],
      [1, 1],
    ],
    [
      [33, 20],
      [20, 65],
    ],
    [
      [0, 4],
      [4, 3],
    ],
    [
      [3, 0],
      [0, 4],
    ],
    [
      [4, 6, 5],
      [5, 3],
    ],
    [
      [2, 3, 6, 5],
      [2, 3, 5, 4],
    ],
    [
      [2, 1, 6, 5],
      [3, 5, 4],
    ],
    [
      [6, 5],
      [2, 3, 5, 4],
    ],
    [
      [7, 1, 5],
      [5, 4],
    ],
    [
      [0, 2, 3],
      [3, 2],
    ],
  ];
  for (const dtype of ["float32", "float64", "int32", "uint8"] as const) {
    it(`of ${dtype}: batched, broadcast, transposed and empty`, () => {
      for (const [left, right] of shapes) {
        for (const transposed of [
          [false, false],
          [true, false],
          [false, true],
          [true, true],
        ] as const) {
          const program = productProgram(left, right, { dtype, transposed });
          const draw = new Draw(sizeOf(left) * 31 + sizeOf(right));
          const cells = program.buffers.map(({ length }) => draw.values(dtype, length));
          const actual = actualResult(backend, program, { cells });
          const expected = expectedResult(program, { cells });
          const tolerance = isFloat(dtype) ? 1e-4 : 0;
          expect(firstDifference(actual.cells, expected.cells, tolerance)).toBeNull();
        }
      }
    });
  }
});

describe("randomBits", () => {
  it.each([0, 1, 5, 16, 1003])("writes %i words of the stream", (length) => {
    const state = Int32Array.of(-5, 77, 123, -1);
    const program = routineProgram(routinePrimitives.randomBits, [{ shape: [4], dtype: "int32" }], {
      shape: [length],
    });
    const { cells } = actualResult(backend, program, { cells: [state, new Int32Array(length)] });
    expect(cells[1]).toEqual(Int32Array.from(philoxWords([-5, 77], 123, -1, length)));
    expect(cells[0]).toEqual(state);
  });
});

/** A kernel that adds two contiguous buffers of `length` elements into a third. */
function addition(length: number, [left, right, sum]: readonly number[], dtype: DType = "float32"): Kernel {
  const view = (buffer: number) => ({ buffer, offset: 0, strides: [1] });
  return {
    kind: "kernel",
    name: "add",
    outer: [length],
    inner: [],
    vectorAxis: "outer",
    registers: [],
    stages: [
      {
        scope: "row",
        instructions: [
          { kind: "load", view: view(left), dtype },
          { kind: "load", view: view(right), dtype },
          {
            kind: "apply",
            primitive: elementwisePrimitives.add,
            attributes: {},
            operands: [0, 1],
            dtype,
          },
        ],
        stores: [{ value: 2, view: view(sum) }],
        reductions: [],
        registers: [],
      },
    ],
  };
}

/** One row of `length` elements, reduced. */
function reduction(length: number, accumulation: "sum" | "maximum", dtype: DType = "float32"): Program {
  return programOf(
    [cellBuffer(0, dtype, length), cellBuffer(1, dtype, 1)],
    [
      {
        kind: "kernel",
        name: accumulation,
        outer: [],
        inner: [length],
        vectorAxis: "inner",
        registers: [dtype],
        stages: [
          {
            scope: "element",
            instructions: [{ kind: "load", view: { buffer: 0, offset: 0, strides: [1] }, dtype }],
            stores: [],
            reductions: [{ value: 0, accumulation, register: 0 }],
            registers: [],
          },
          {
            scope: "row",
            instructions: [{ kind: "register", register: 0, dtype }],
            stores: [{ value: 0, view: { buffer: 1, offset: 0, strides: [0] } }],
            reductions: [],
            registers: [],
          },
        ],
      },
    ],
  );
}

function reduce(program: Program, values: TypedArray): number {
  const { cells } = actualResult(backend, program, { cells: [values, values.slice(0, 1)] });
  return cells[1][0];
}

describe("reductions of a row", () => {
  it("keep the error of long float32 sums small", () => {
    const draw = new Draw(3);
    const values = Float32Array.from({ length: 3_000_001 }, () => draw.uniform());
    let exact = 0;
    for (const value of values) exact += value;
    expect(Math.abs(reduce(reduction(values.length, "sum"), values) / exact - 1)).toBeLessThan(3e-7);
  });

  it.each([1, 3, 4, 17, 64, 1001])("propagate NaN through the maximum of %i", (length) => {
    for (const at of [0, length >> 1, length - 1]) {
      const values = new Float32Array(length).fill(-2);
      expect(reduce(reduction(length, "maximum"), values)).toBe(-2);
      values[at] = Number.NaN;
      expect(reduce(reduction(length, "maximum"), values)).toBeNaN();
    }
  });
});

describe("a program", () => {
  const length = 37;
  const bytes = 192;
  const program: Program = {
    buffers: [
      { dtype: "float32", length, role: { kind: "input", slot: 1 } },
      { dtype: "float32", length, role: { kind: "constant", slot: 0 } },
      { dtype: "float32", length, role: { kind: "scratch", byteOffset: 0 } },
      { dtype: "float32", length, role: { kind: "input", slot: 0 } },
      { dtype: "float32", length, role: { kind: "scratch", byteOffset: bytes } },
      { dtype: "float32", length, role: { kind: "cell", slot: 0 } },
    ],
    steps: [addition(length, [0, 1, 2]), addition(length, [2, 3, 4]), { kind: "copy", from: 4, to: 5 }],
    outputs: [
      { buffer: 4, type: { shape: [length], dtype: "float32" } },
      { buffer: 1, type: { shape: [length], dtype: "float32" } },
    ],
    scalarCount: 0,
    scratchBytes: 2 * bytes,
  };
  const draw = new Draw(1);
  const drawn = () => draw.values("float32", length);

  it("reads inputs and constants, computes in scratch memory, copies and returns outputs", () => {
    const bindings = { inputs: [drawn(), drawn()], constants: [drawn()], cells: [drawn()] };
    const actual = actualResult(backend, program, bindings);
    expect(actual).toEqual(expectedResult(program, bindings));
  });

  it("runs on other Variables and inputs each time, wherever the scratch region lies", () => {
    const constants = [drawn()];
    const executable = backend.prepare(program, constants);
    const types = [0, 1].map(() => backend.allocate({ shape: [length], dtype: "float32" }));
    for (let round = 0; round < 6; round++) {
      // A larger program moves the scratch region.
      const larger = 1000 * 4 ** round;
      const other = backend.prepare({ ...program, scratchBytes: larger * 64 }, constants);
      other.run({ inputs: [drawn(), drawn()], cells: [types[0]], scalars: [] });
      other.dispose();
      const inputs = [drawn(), drawn()];
      const storage = types[round % 2];
      const [sum] = executable.run({ inputs, cells: [storage], scalars: [] });
      const [expected] = expectedResult(program, { inputs, constants, cells: [drawn()] }).outputs;
      expect(sum).toEqual(expected);
      expect(backend.read(storage)).toEqual(expected);
    }
    executable.dispose();
    for (const storage of types) backend.release(storage);
  });

  it("holds no more memory after many programs and Variables than after few", () => {
    const use = (): void => {
      const bindings = { inputs: [drawn(), drawn()], constants: [drawn()], cells: [drawn()] };
      actualResult(backend, program, bindings);
    };
    use();
    const before = backend.memoryUse();
    for (let round = 0; round < 50; round++) use();
    expect(backend.memoryUse()).toEqual(before);
    expect(before.storageBytes).toBe(0);
    expect(before.programBytes).toBe(0);
  });

  it("writes zeros over what a Variable holds, in new memory and in used memory", () => {
    const type = { shape: [length], dtype: "float32" } as const;
    const executable = backend.prepare(program, [drawn()]);
    const zeros = new Float32Array(length);
    for (let round = 0; round < 3; round++) {
      const storage = backend.allocate(type);
      for (const fill of [
        () => backend.write(storage, drawn()),
        () => executable.run({ inputs: [drawn(), drawn()], cells: [storage], scalars: [] }),
        () => backend.write(storage, -0),
      ]) {
        backend.write(storage, 0);
        expect(backend.read(storage)).toEqual(zeros);
        fill();
        expect(backend.read(storage)).not.toEqual(zeros);
      }
      backend.write(storage, 0);
      expect(backend.read(storage)).toEqual(zeros);
      backend.release(storage);
    }
    executable.dispose();
  });

  it("says clearly that a released Variable is used", () => {
    const storage = backend.allocate({ shape: [], dtype: "float32" });
    backend.release(storage);
    expect(() => backend.read(storage)).toThrow("after its release");
  });
});
