import { afterEach, describe, expect, it } from "vitest";
import { platform } from "#platform";
import type { Program } from "../../../compiler/program.ts";
import { allocateArray } from "../../../dtype.ts";
import type { Platform } from "../../../platform/platform.ts";
import { type Shape, sizeOf } from "../../../shape.ts";
import { createCpuBackend } from "../cpu-backend.ts";
import { batchedProduct } from "../routines/batched-product.ts";
import { Draw } from "../testing/draw-kernel.ts";
import { productProgram } from "../testing/routine-program.ts";
import { actualResult, expectedResult, firstDifference } from "../testing/run-program.ts";
import { type Blas, type BlasDType, findBlas } from "./blas.ts";
import { blasMatrix } from "./blas-function.ts";

/** The machine's own platform with other environment variables. */
function withVariables(variables: Readonly<Record<string, string>>): Platform {
  return { ...platform, environmentVariable: (name) => variables[name] };
}

const found = findBlas(1, withVariables({}));
const blas: Blas | null = "product" in found ? found : null;
const needsBlas = blas === null ? describe.skip : describe;
const why = "reason" in found ? ` (skipped: ${found.reason})` : "";

interface ProductCase {
  readonly left: Shape;
  readonly right: Shape;
  readonly dtype: BlasDType;
  readonly transposed: readonly [boolean, boolean];
  /** Elements between the end of a row and the next. */
  readonly gap: number;
}

function draw(program: Program, seed: number) {
  const numbers = new Draw(seed);
  return program.buffers.map(({ dtype, length }) =>
    allocateArray(dtype, length).map(() => (numbers.below(17) - 8) / 4),
  );
}

const shapes: readonly (readonly [Shape, Shape])[] = [
  [
    [37, 41],
    [41, 29],
  ],
  [
    [64, 48],
    [48, 80],
  ],
  [
    [1, 300],
    [300, 70],
  ],
  [
    [300, 70],
    [70, 1],
  ],
  [
    [50, 1],
    [1, 60],
  ],
  [
    [3, 33, 17],
    [3, 17, 40],
  ],
  [
    [2, 3, 20, 30],
    [3, 30, 25],
  ],
  [
    [4, 25, 30],
    [30, 35],
  ],
];

const cases: ProductCase[] = (["float32", "float64"] as const).flatMap((dtype) =>
  [0, 3].flatMap((gap) =>
    [0, 1, 2, 3].flatMap((bits) =>
      shapes.map(([left, right]) => ({
        left,
        right,
        dtype,
        transposed: [(bits & 1) !== 0, (bits & 2) !== 0] as const,
        gap,
      })),
    ),
  ),
);

afterEach(() => {
  delete process.env.STRATA_BLAS;
});

needsBlas(`products of the system's BLAS${why}`, () => {
  it.each(cases)("$left × $right, $dtype, transposed $transposed, gap $gap", (product) => {
    const program = productProgram(product.left, product.right, product);
    const cells = draw(program, sizeOf(product.left) + product.gap);
    const expected = expectedResult(program, { cells }).cells;
    const actual = actualResult(createCpuBackend(), program, { cells }).cells;
    expect(firstDifference(actual, expected, 1e-6)).toBeNull();
  });

  it("finds the matrices after the memory has grown", () => {
    const backend = createCpuBackend();
    const program = productProgram([60, 50], [50, 40]);
    const cells = draw(program, 1);
    const expected = expectedResult(program, { cells }).cells;
    const storages = cells.map((values, slot) => {
      const { dtype, length } = program.buffers[slot];
      const storage = backend.allocate({ dtype, shape: [length] });
      backend.write(storage, values);
      return storage;
    });
    const executable = backend.prepare(program, []);
    for (let round = 0; round < 4; round++) {
      backend.write(storages[2], new Float32Array(60 * 40));
      executable.run({ inputs: [], cells: storages, scalars: [] });
      const actual = storages.map((storage) => backend.read(storage));
      expect(firstDifference(actual, expected, 1e-6)).toBeNull();
      backend.allocate({ dtype: "float32", shape: [8 * 2 ** 20] });
    }
  });

  it("is described", () => {
    expect(createCpuBackend().describe().join("\n")).toContain(
      `matrix products: ${found && "description" in found ? found.description.split(" ")[0] : ""}`,
    );
  });
});

describe("the choice of a BLAS", () => {
  const reasonOf = (variables: Readonly<Record<string, string>>, on = withVariables(variables)): string => {
    const result = findBlas(1, on);
    return "reason" in result ? result.reason : `found ${result.description}`;
  };

  it("does without where STRATA_BLAS is off", () => {
    expect(reasonOf({ STRATA_BLAS: "off" })).toBe("STRATA_BLAS is off");
    process.env.STRATA_BLAS = "off";
    expect(createCpuBackend().describe().join("\n")).toContain("matrix products: WebAssembly");
  });

  it("says that the library named by STRATA_BLAS does not open", () => {
    const foreign = { open: () => null, addressOf: () => 0 };
    const on = { ...withVariables({ STRATA_BLAS: "/no/such.so" }), foreignFunctions: () => foreign };
    expect(reasonOf({}, on)).toBe("STRATA_BLAS=/no/such.so is not a library that opens");
  });

  it("refuses a library that is not known to be fast, or that multiplies wrongly", () => {
    const addressOf = () => 0;
    const open = () => ({ find: (name: string) => (name.startsWith("cblas_") ? () => undefined : null) });
    const base = withVariables({});
    const unknown = { ...base, foreignFunctions: () => ({ open, addressOf }) };
    expect(reasonOf({}, unknown)).toContain("no optimised library");
    const wrong = { ...unknown, environmentVariable: () => "libwrong.so" };
    expect(reasonOf({}, wrong)).toBe("STRATA_BLAS=libwrong.so has no working cblas_sgemm");
  });

  it("says what is missing where there is no way to call it", () => {
    const missing = { ...withVariables({}), foreignFunctions: () => ({ unavailable: "no koffi" }) };
    expect(reasonOf({}, missing)).toBe("no koffi");
  });
});

describe("matrices as BLAS asks for them", () => {
  it("knows rows and columns that lie apart", () => {
    expect(blasMatrix(3, 4, [4, 1])).toEqual({ transposed: false, leading: 4 });
    expect(blasMatrix(3, 4, [9, 1])).toEqual({ transposed: false, leading: 9 });
    expect(blasMatrix(3, 4, [1, 3])).toEqual({ transposed: true, leading: 3 });
    expect(blasMatrix(1, 4, [0, 1])).toEqual({ transposed: false, leading: 4 });
    expect(blasMatrix(3, 1, [1, 0])).toEqual({ transposed: false, leading: 1 });
  });

  it("has no name for broadcast, reversed and doubly strided ones", () => {
    expect(blasMatrix(3, 4, [0, 1])).toBeNull();
    expect(blasMatrix(3, 4, [-4, 1])).toBeNull();
    expect(blasMatrix(3, 4, [8, 2])).toBeNull();
  });

  it("are one tall matrix where the right factor is shared", () => {
    const program = productProgram([4, 25, 30], [30, 35]);
    const [step] = program.steps;
    if (step.kind !== "routine") throw new Error("not a routine");
    expect(batchedProduct(step)).toMatchObject({ rows: 100, columns: 35, inner: 30, batch: [] });
  });
});
