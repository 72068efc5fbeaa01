import { describe, expect, it } from "vitest";
import { epsilonOf, isFloat } from "../../dtype.ts";
import { createCpuBackend } from "./cpu-backend.ts";
import { drawKernel } from "./testing/draw-kernel.ts";
import { actualResult, expectedResult, firstDifference } from "./testing/run-program.ts";

const backend = createCpuBackend();

describe("generated kernels", () => {
  it("give what the interpreter gives, for drawn shapes, strides, dtypes and stages", () => {
    for (let seed = 0; seed < 250; seed++) {
      const { program, cells, scalars } = drawKernel(seed);
      const actual = actualResult(backend, program, { cells, scalars });
      const expected = expectedResult(program, { cells, scalars });
      for (const [slot, { dtype }] of program.buffers.entries()) {
        const tolerance = isFloat(dtype) ? Math.max(1e-4, 4 * epsilonOf(dtype)) : 0;
        const difference = firstDifference([actual.cells[slot]], [expected.cells[slot]], tolerance);
        expect(difference, `seed ${seed}, buffer ${slot}: ${JSON.stringify(program)}`).toBeNull();
      }
    }
  });
});
