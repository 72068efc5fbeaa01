import { describe, expect, it } from "vitest";
import { allSteps } from "../../../compiler/program.ts";
import { programFor } from "../../../evaluate.ts";
import { gradients, relu, type Tensor, tanh, tensor, variable, zeros } from "../../../index.ts";
import { ModuleBuilder } from "../assembler/module.ts";
import type { Emitter } from "../elementwise/emitter.ts";
import { elementwiseEmitters } from "../elementwise/table.ts";
import { addKernels } from "./kernel-functions.ts";

const emitterOf = (name: string, dtype: string): Emitter => {
  const table: Readonly<Record<string, Readonly<Record<string, Emitter>>>> = elementwiseEmitters;
  return table[name][dtype];
};

/** How many kernels a tensor's program has, and how many functions their code takes. */
function count(result: Tensor): { readonly kernels: number; readonly functions: number } {
  const { buffers, steps } = programFor(result.node);
  const layout = { buffers, pointerTable: 0, scalarTable: 0, workspacePointer: 0, workspaceBytes: 0 };
  const module = new ModuleBuilder({ initial: 1, maximum: 1, shared: false });
  addKernels(module, allSteps(steps), layout, { relaxedSimd: false, emitterOf });
  const kernels = allSteps(steps).filter(({ kind }) => kind === "kernel").length;
  return { kernels, functions: module.function("next").index };
}

const times = (factor: number) => (x: Tensor) => x.mul(factor);

/** The gradient of a deep network with respect to its input. */
function deepGradient(layers: number): Tensor {
  const x = variable(zeros([4, 8]));
  let y: Tensor = x.value;
  for (let layer = 0; layer < layers; layer++) {
    y = relu(y.matmul(variable(zeros([8, 8]))).add(variable(zeros([8]))));
  }
  return gradients(y.sum(), [x])[0];
}

describe("the code of a program's kernels", () => {
  it("does not grow with the number of layers of the same shape", () => {
    const [few, many] = [deepGradient(10), deepGradient(40)].map(count);
    expect(many.kernels - few.kernels).toBeGreaterThanOrEqual(60);
    expect(many.functions).toBe(few.functions);
  });

  it.each([
    { between: "the same operations", layers: [relu, relu], functions: 1 },
    { between: "other operations", layers: [relu, tanh], functions: 2 },
    { between: "numbers that are handed over", layers: [times(3), times(5)], functions: 1 },
    { between: "numbers that the compiler looks at", layers: [times(2), times(0.5)], functions: 2 },
    { between: "other strides", layers: [relu, (x: Tensor) => relu(x.transpose())], functions: 2 },
  ])("is $functions for two kernels with $between", ({ layers, functions }) => {
    let y: Tensor = tensor(new Float32Array(64), [8, 8]);
    for (const layer of layers) y = layer(y.matmul(y));
    expect(count(y.matmul(y))).toEqual({ kernels: 2, functions });
  });
});
