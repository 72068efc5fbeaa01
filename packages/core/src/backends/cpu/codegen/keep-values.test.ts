import { describe, expect, it } from "vitest";
import type { Instruction, Kernel, Program, View } from "../../../compiler/program.ts";
import { elementwisePrimitives } from "../../../primitives/table.ts";
import { createCpuBackend } from "../cpu-backend.ts";
import { actualResult, expectedResult, firstDifference } from "../testing/run-program.ts";
import { keepCostlyValues } from "./keep-values.ts";

const [rows, columns] = [5, 37];
const dtype = "float32";
const { exp, div, sub } = elementwisePrimitives;

function apply(primitive: typeof exp, ...operands: number[]): Instruction {
  return { kind: "apply", primitive, attributes: {}, operands, dtype };
}

/** Two stages of a softmax without its maximum: the sum of exponentials, and the quotients. */
function softmax(input: View, output: View, last: readonly Instruction[] = []): Kernel {
  const exponentials: Instruction[] = [{ kind: "load", view: input, dtype }, apply(exp, 0)];
  const quotients = [
    ...exponentials,
    { kind: "register", register: 0, dtype } as const,
    apply(div, 1, 2),
    ...last,
  ];
  const stage = { scope: "element", stores: [], reductions: [], registers: [] } as const;
  return {
    kind: "kernel",
    name: "softmax",
    outer: [rows],
    inner: [columns],
    vectorAxis: "inner",
    stages: [
      {
        ...stage,
        instructions: exponentials,
        reductions: [{ value: 1, accumulation: "sum", register: 0 }],
      },
      { ...stage, instructions: quotients, stores: [{ value: quotients.length - 1, view: output }] },
    ],
    registers: [dtype],
  };
}

function view(buffer: number, offset = 0): View {
  return { buffer, offset, strides: [columns, 1] };
}

const isSame = (left: number, right: number) => left === right;

function exponentialsIn(kernel: Kernel): number {
  return kernel.stages
    .flatMap(({ instructions }) => instructions)
    .filter((step) => step.kind === "apply" && step.primitive === exp).length;
}

function program(kernel: Kernel): Program {
  const length = rows * columns + 8;
  return {
    buffers: [0, 1].map((slot) => ({ dtype, length, role: { kind: "cell", slot } })),
    steps: [kernel],
    outputs: [],
    scalarCount: 0,
    scratchBytes: 0,
  };
}

const needsInputAgain = [apply(sub, 3, 0)];

describe("costly values of an earlier stage", () => {
  it.each([
    ["are read from the output", softmax(view(0), view(1)), 1],
    ["are read in place", softmax(view(0), view(0)), 1],
    ["are read where the input is needed again", softmax(view(0), view(1), needsInputAgain), 1],
    [
      "are computed anew where the input is needed again and overwritten",
      softmax(view(0), view(0), needsInputAgain),
      2,
    ],
    ["are computed anew where the output would overwrite inputs to come", softmax(view(0), view(0, 1)), 2],
  ])("%s", (_, kernel, exponentials) => {
    expect(exponentialsIn(keepCostlyValues(kernel, isSame))).toBe(exponentials);
  });

  it.each([
    ["elsewhere", softmax(view(0), view(1))],
    ["in place", softmax(view(0), view(0))],
    ["with the input needed again", softmax(view(0), view(1), needsInputAgain)],
  ])("give the same results %s", (_, kernel) => {
    const cells = [0, 1].map((cell) =>
      Float32Array.from({ length: rows * columns + 8 }, (__, index) => Math.sin(index + cell)),
    );
    const expected = expectedResult(program(kernel), { cells });
    const actual = actualResult(createCpuBackend(), program(kernel), { cells });
    expect(firstDifference(actual.cells, expected.cells, 1e-6)).toBeNull();
  });
});
