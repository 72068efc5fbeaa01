import { describe, expect, it } from "vitest";
import {
  customGradient,
  gradients,
  jit,
  memoryUse,
  type Tensor,
  tensor,
  type Variable,
  variable,
  zeros,
} from "./index.ts";
import { waysOfTraining } from "./testing/tiny-training.ts";

/** While it learns which code is hot, the engine grows with every step. */
const warmUpSteps = 600;
const windowSteps = 150;
/** A node without inputs and values takes as much. */
const leastNodeBytes = 100;

/** Lets finalizers run, which the engine does between tasks. */
async function collectGarbage(): Promise<void> {
  for (let round = 0; round < 2; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function heapBytes(): Promise<number> {
  await collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe.skipIf(globalThis.gc === undefined)("JavaScript's heap does not grow with each step of", () => {
  it.each(Object.entries(waysOfTraining))("%s", async (_title, makeStep) => {
    const step = makeStep();
    for (let count = 0; count < warmUpSteps; count++) step();
    const held: number[] = [];
    for (let window = 0; window < 7; window++) {
      for (let count = 0; count < windowSteps; count++) step();
      held.push(await heapBytes());
    }
    const growth = held.slice(1).map((bytes, window) => bytes - held[window]);
    // The engine's own code and feedback grow in some windows; what each step leaves behind grows in all of them.
    expect(Math.min(...growth)).toBeLessThan(windowSteps * leastNodeBytes);
  });
});

describe.skipIf(globalThis.gc === undefined)("what nobody refers to any more is freed:", () => {
  it("the memory of Variables", async () => {
    await collectGarbage();
    const before = memoryUse().storageBytes;
    (() => {
      for (let count = 0; count < 50; count++) variable(zeros([1000])).dataSync();
    })();
    expect(memoryUse().storageBytes - before).toBeGreaterThanOrEqual(50 * 4000);
    await collectGarbage();
    expect(memoryUse().storageBytes - before).toBeLessThan(2 * 4096);
  });

  it("the programs of functions compiled by jit", async () => {
    await collectGarbage();
    const before = memoryUse().programBytes;
    (() => {
      for (let count = 0; count < 20; count++) {
        const table = tensor(new Float32Array(1000).fill(count));
        jit(() => table.sum())().item();
      }
    })();
    expect(memoryUse().programBytes - before).toBeGreaterThanOrEqual(20 * 4000);
    await collectGarbage();
    expect(memoryUse().programBytes - before).toBeLessThan(2 * 5000);
  });

  it("functions compiled by jit that reach their own compiled form, and the Variables that they read and train", async () => {
    class Model {
      private readonly weights = variable(zeros([1000]));
      private readonly double = customGradient((x) => ({
        value: x.mul(2),
        gradient: (towards) => towards.mul(this.factor),
      }));
      private readonly factor = 2;
      readonly loss = jit((x: Tensor) => this.double(this.weights.mul(x)).square().sum());
      readonly train = jit((x: Tensor) => {
        const loss = this.double(this.weights.sub(x)).square().sum();
        this.weights.assignSub(gradients(loss, [this.weights])[0].mul(0.01));
        return loss;
      });
    }
    await collectGarbage();
    const before = memoryUse();
    const x = tensor(1);
    // The last calls are remembered, not the functions that were called.
    const held: Tensor[] = [];
    (() => {
      for (let count = 0; count < 20; count++) {
        const model = new Model();
        held.push(model.train(x));
        model.loss(x).item();
      }
    })();
    expect(memoryUse().storageBytes - before.storageBytes).toBeGreaterThanOrEqual(20 * 4000);
    await collectGarbage();
    expect(held.length).toBe(20);
    expect(memoryUse().storageBytes - before.storageBytes).toBeLessThan(2 * 4096);
    expect(memoryUse().programBytes - before.programBytes).toBeLessThan(2 * 5000);
  });
});

describe.skipIf(globalThis.gc === undefined)("a Variable whose values are read", () => {
  it("has no copy of them on JavaScript's heap", async () => {
    const held = variable(zeros([1_000_000]));
    const before = await heapBytes();
    for (let round = 0; round < 3; round++) held.dataSync();
    expect((await heapBytes()) - before).toBeLessThan(1_000_000);
    held.assign(new Float32Array(1_000_000).fill(1));
    expect(held.dataSync()[999_999]).toBe(1);
    expect((await heapBytes()) - before).toBeLessThan(1_000_000);
  });
});

describe("Variables that nothing refers to any more give way", () => {
  const bytes = 100 * 2 ** 20;
  const elements = bytes / 4;
  /** What is not read takes no memory. */
  const touch = (made: Variable): number => made.slice([[0, 1]]).item();

  it("to others, though the event loop has not turned since they were last used", async () => {
    const make = (count: number): void => {
      for (let made = 0; made < count; made++) touch(variable(zeros([elements])));
    };
    make(12);
    await new Promise((resolve) => setTimeout(resolve, 0));
    make(12);
    expect(memoryUse().storageBytes).toBeLessThan(20 * bytes);
    await collectGarbage();
  });

  it("long before memory runs out, where there are turns between", async () => {
    let most = 0;
    for (let made = 0; made < 20; made++) {
      touch(variable(zeros([elements])));
      most = Math.max(most, memoryUse().storageBytes);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    expect(most).toBeLessThan(16 * bytes);
  });

  it("and take none where they are made and never read", () => {
    const before = memoryUse().storageBytes;
    const kept: Variable[] = [];
    for (let made = 0; made < 100; made++) kept.push(variable(zeros([elements])));
    for (const each of kept) each.mean();
    tensor(1).add(1).item();
    expect(memoryUse().storageBytes - before).toBeLessThan(bytes);
    for (const each of kept) each.dispose();
  });

  it("when a value that was computed from them and read is all that is left", async () => {
    await collectGarbage();
    const before = memoryUse().storageBytes;
    (() => {
      for (let made = 0; made < 10; made++)
        variable(zeros([elements]))
          .sum()
          .item();
    })();
    await collectGarbage();
    expect(memoryUse().storageBytes - before).toBeLessThan(4 * bytes);
  });
});
