import { describe, expect, it } from "vitest";
import { Adam, EvaluationError, gradients, type Optimizer, SGD, type Tensor, variable } from "../index.ts";

function stepOf(optimizer: Optimizer, w: ReturnType<typeof variable>): void {
  optimizer.applyGradients(gradients(w.square().sum(), [w]), [w]);
}

describe("optimizers in loops without jit", () => {
  it("gives a Variable that was read between two steps, with nothing computed yet, the value of its time", () => {
    const run = (readsLate: boolean): number[] => {
      const w = variable([1, -2, 3]);
      const adam = new Adam({ learningRate: 0.1 });
      stepOf(adam, w);
      w.dataSync();
      stepOf(adam, w);
      const between = w.value;
      if (!readsLate) between.dataSync();
      stepOf(adam, w);
      w.dataSync();
      return [...between.dataSync(), ...w.dataSync()];
    };
    expect(run(true)).toEqual(run(false));
  });

  it("gives the same numbers when nothing is read for many steps", () => {
    const run = (reads: boolean): number[] => {
      const w = variable([1, -2, 3]);
      const adam = new Adam({ learningRate: 0.01 });
      for (let step = 0; step < 200; step++) {
        stepOf(adam, w);
        if (reads) w.dataSync();
      }
      return [...w.dataSync()];
    };
    expect(run(false)).toEqual(run(true));
  });

  it("lets a constraint read values in the middle of a step", () => {
    const w = variable([1, -2, 3], {
      constraint: (after) => (after.max().item() > 0 ? after.minimum(2) : after),
    });
    const adam = new Adam({ learningRate: 0.5 });
    for (let step = 0; step < 3; step++) stepOf(adam, w);
    expect(Math.max(...w.dataSync())).toBeLessThanOrEqual(2);
  });

  it("says so when the value of a slot is read after it was overwritten", () => {
    let kept: Tensor | null = null;
    class Keeper extends SGD {
      protected override update(inputs: Parameters<SGD["update"]>[0]) {
        kept = inputs.slots.momentum.mul(2);
        return super.update(inputs);
      }
    }
    const w = variable([1, -2, 3]);
    const keeper = new Keeper({ momentum: 0.9 });
    stepOf(keeper, w);
    w.dataSync();
    stepOf(keeper, w);
    w.dataSync();
    expect(() => kept?.dataSync()).toThrow(EvaluationError);
  });
});
