import { LossScaleOptimizer, SGD, tensor } from "@strata/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setDTypePolicy } from "../layer/dtype-policy.ts";
import { Dense } from "../layers/core/dense.ts";
import { Sequential } from "../models/sequential.ts";

beforeEach(() => setDTypePolicy("mixedFloat16"));
afterEach(() => setDTypePolicy("float32"));

function line(): Sequential {
  return new Sequential([new Dense(1, { inputShape: [1], kernelInitializer: "ones" })]);
}

function scaled(model: Sequential): LossScaleOptimizer {
  const { optimizer } = model;
  if (optimizer instanceof LossScaleOptimizer) return optimizer;
  throw new Error("the loss is not scaled");
}

const once = { epochs: 1, batchSize: 1, shuffle: false, verbose: 0 } as const;

describe("fit in mixed float16", () => {
  it("scales the loss, keeps weights in float32, and computes in float16", async () => {
    const model = line();
    model.compile({ loss: "mse", optimizer: new SGD(0.01) });
    expect(scaled(model).dynamicScale.item()).toBe(2 ** 15);
    expect(model.weights.map(({ dtype }) => dtype)).toEqual(["float32", "float32"]);
    const { history } = await model.fit([[1], [2]], [[0], [0]], { epochs: 20, shuffle: false, verbose: 0 });
    expect(history.loss[19]).toBeLessThan(history.loss[0] / 2);
    expect((await model.predict([[1]], { verbose: 0 })).dtype).toBe("float16");
  });

  it("leaves a step out whose gradients overflow, and halves the scale until they do not", async () => {
    const model = line();
    model.compile({ loss: "mse", optimizer: new SGD(1e-5) });
    const kernel = (): number => model.getWeights()[0].item();
    // The slope of (100 − 0)² is 200, times 100 for the kernel: with a scale of 2 ** 15 far above 65504.
    const scales: number[] = [];
    const kernels: number[] = [];
    for (let step = 0; step < 20; step++) {
      await model.fit([[100]], [[0]], once);
      scales.push(scaled(model).dynamicScale.item());
      kernels.push(kernel());
    }
    const skipped = kernels.filter((each) => each === 1).length;
    expect(skipped).toBeGreaterThan(3);
    expect(skipped).toBeLessThan(20);
    expect(scales.slice(0, skipped)).toEqual(
      Array.from({ length: skipped }, (_, index) => 2 ** (14 - index)),
    );
    expect(kernels.every(Number.isFinite)).toBe(true);
    expect(model.optimizer.iterations.item()).toBe(20 - skipped);
  });

  it("doubles the scale after so many steps with finite gradients", async () => {
    const model = line();
    const optimizer = new LossScaleOptimizer(new SGD(0.01), { initialScale: 4, dynamicGrowthSteps: 2 });
    model.compile({ loss: "mse", optimizer });
    await model.fit(tensor([[1], [1], [1], [1], [1]]), tensor([[0], [0], [0], [0], [0]]), once);
    expect(scaled(model).dynamicScale.item()).toBe(16);
  });

  it("trains by gradients that would vanish in float16 without a scale", async () => {
    // The slope is −2e-8: below half of the smallest number of float16, 6e-8.
    const moved = async (autoScaleLoss: boolean): Promise<number> => {
      const model = new Sequential([
        new Dense(1, { inputShape: [1], useBias: false, kernelInitializer: "zeros" }),
      ]);
      model.compile({ loss: "mse", optimizer: new SGD(1e6), autoScaleLoss });
      await model.fit([[1]], [[1e-8]], once);
      return model.getWeights()[0].item();
    };
    expect(await moved(false)).toBe(0);
    expect(await moved(true)).toBeCloseTo(0.02, 4);
  });
});
