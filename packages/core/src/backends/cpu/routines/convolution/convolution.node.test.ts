import { afterEach, describe, expect, it } from "vitest";
import type { Program } from "../../../../compiler/program.ts";
import { allocateArray, type TypedArray } from "../../../../dtype.ts";
import { windowCounts } from "../../../../primitives/convolution.ts";
import { routinePrimitives } from "../../../../primitives/table.ts";
import type { Shape } from "../../../../shape.ts";
import { createCpuBackend } from "../../cpu-backend.ts";
import { Draw } from "../../testing/draw-kernel.ts";
import { routineProgram } from "../../testing/routine-program.ts";
import { actualResult, expectedResult, firstDifference } from "../../testing/run-program.ts";

interface ConvolutionCase {
  readonly name: string;
  readonly image: Shape;
  readonly kernel: Shape;
  readonly groups?: number;
  readonly strides?: Shape;
  readonly before?: Shape;
  readonly after?: Shape;
  readonly kernelDilation?: Shape;
}

/** Of enough work for BLAS, and one of them of several tiles on one thread. */
const cases: readonly ConvolutionCase[] = [
  { name: "images", image: [3, 1, 14, 13, 8], kernel: [1, 3, 3, 8, 40] },
  {
    name: "padded images",
    image: [3, 1, 14, 13, 8],
    kernel: [1, 3, 3, 8, 12],
    before: [0, 1, 1],
    after: [0, 1, 1],
  },
  {
    name: "strided windows",
    image: [3, 1, 23, 25, 7],
    kernel: [1, 3, 4, 7, 9],
    strides: [1, 2, 3],
    before: [0, 2, 1],
    after: [0, 1, 3],
  },
  {
    name: "dilated kernels",
    image: [2, 1, 17, 15, 8],
    kernel: [1, 3, 3, 8, 12],
    kernelDilation: [1, 2, 3],
    before: [0, 2, 3],
    after: [0, 2, 3],
  },
  {
    name: "groups",
    image: [3, 1, 12, 13, 8],
    kernel: [1, 3, 3, 4, 18],
    groups: 2,
    before: [0, 1, 1],
    after: [0, 1, 1],
  },
  { name: "volumes", image: [2, 6, 7, 8, 4], kernel: [3, 2, 3, 4, 6], before: [1, 0, 1], after: [1, 1, 1] },
  { name: "several tiles", image: [4, 1, 20, 21, 24], kernel: [1, 3, 3, 24, 6], before: [0, 1, 0] },
  { name: "windows of one pixel", image: [2, 1, 20, 19, 16], kernel: [1, 1, 1, 16, 24] },
  { name: "groups of pixels", image: [2, 1, 20, 19, 16], kernel: [1, 1, 1, 8, 24], groups: 2 },
  { name: "images of one channel", image: [2, 1, 40, 41, 1], kernel: [1, 3, 3, 1, 8] },
  {
    name: "one feature",
    image: [2, 1, 30, 31, 5],
    kernel: [1, 3, 3, 5, 1],
    before: [0, 1, 1],
    after: [0, 1, 1],
  },
  { name: "sequences", image: [1, 1, 1, 3000, 4], kernel: [1, 1, 5, 4, 6], after: [0, 0, 4] },
  {
    name: "windows larger than the image",
    image: [40, 1, 2, 2, 12],
    kernel: [1, 5, 4, 12, 10],
    before: [0, 3, 2],
    after: [0, 2, 2],
  },
  {
    name: "a kernel for each channel",
    image: [2, 1, 11, 9, 23],
    kernel: [1, 3, 3, 1, 23],
    groups: 23,
    strides: [1, 1, 2],
    before: [0, 2, 1],
    after: [0, 1, 1],
    kernelDilation: [1, 2, 1],
  },
];

type Form = "convolution" | "convolutionImageGradient" | "convolutionKernelGradient";

function programOf(form: Form, dtype: "float32" | "float64", drawn: ConvolutionCase): Program {
  const { image, kernel, groups = 1 } = drawn;
  const { strides = [1, 1, 1], kernelDilation = [1, 1, 1], before = [0, 0, 0], after = [0, 0, 0] } = drawn;
  const [sizes, window] = [image.slice(1, 4), kernel.slice(0, 3)];
  const windows = { strides, before, after, kernelDilation };
  const result = [image[0], ...windowCounts(sizes, window, windows), kernel[4]];
  const shapes = {
    convolution: [image, kernel],
    convolutionImageGradient: [result, kernel],
    convolutionKernelGradient: [image, result],
  }[form];
  const inputs = shapes.map((shape) => ({ shape, dtype }));
  return routineProgram(routinePrimitives[form], inputs, { ...windows, groups, sizes, window });
}

/** A convolution of drawn numbers, and what the cells hold after it. */
interface Expected {
  readonly name: string;
  readonly program: Program;
  readonly cells: readonly TypedArray[];
  readonly results: readonly TypedArray[];
}

const expectations = new Map<Form, readonly Expected[]>();

/** What the reference computes: once for all backends. */
function expectedOf(form: Form): readonly Expected[] {
  const known = expectations.get(form);
  if (known !== undefined) return known;
  const found = (["float32", "float64"] as const).flatMap((dtype) =>
    cases.map((drawn): Expected => {
      const program = programOf(form, dtype, drawn);
      // Quarters, so that sums are exact in any order.
      const numbers = new Draw(7);
      const cells = program.buffers.map(({ length }) =>
        allocateArray(dtype, length).map(() => (numbers.below(17) - 8) / 4),
      );
      const results = expectedResult(program, { cells }).cells;
      return { name: `${drawn.name}, ${dtype}`, program, cells, results };
    }),
  );
  expectations.set(form, found);
  return found;
}

afterEach(() => {
  delete process.env.STRATA_BLAS;
});

const forms: readonly Form[] = ["convolution", "convolutionImageGradient", "convolutionKernelGradient"];

describe.each([
  { provider: "with the system's BLAS, where there is one", threads: 1 },
  { provider: "in WebAssembly", threads: 1 },
  { provider: "in WebAssembly", threads: 3 },
])("convolutions $provider, threads: $threads", ({ provider, threads }) => {
  it.each(forms)("%s: tile by tile it is what the reference computes, to the bit", (form) => {
    if (provider === "in WebAssembly") process.env.STRATA_BLAS = "off";
    const backend = createCpuBackend({ threads });
    for (const { name, program, cells, results } of expectedOf(form)) {
      const actual = actualResult(backend, program, { cells }).cells;
      expect(firstDifference(actual, results), name).toBeNull();
    }
  });
});
