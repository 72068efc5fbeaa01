import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  argMax,
  evaluate,
  grad,
  gradients,
  normal,
  oneHot,
  relu,
  SGD,
  setBackend,
  setSeed,
  type Tensor,
  tanh,
  tensor,
  variable,
  zeros,
} from "../index.ts";
import { countPrograms } from "../testing/count-programs.ts";

/** A loop: makes its start, and returns what does a step and what it has read in it. */
type Loop = (readsAll: boolean) => () => number;

const x = tensor([
  [0.5, -1, 2],
  [1, 0.25, -0.5],
  [-2, 1, 1],
  [0.75, 3, -1],
]);
const y = tensor([[1], [-1], [0.5], [2]]);

const loops: Readonly<Record<string, Loop>> = {
  "gradient descent on a tensor": (readsAll) => {
    let w = zeros([3, 1]);
    const loss = (weights: Tensor) => x.matmul(weights).sub(y).square().mean();
    return () => {
      w = w.sub(grad(loss)(w).mul(0.05));
      if (readsAll) w.dataSync();
      return loss(w).item();
    };
  },
  "gradient descent on several tensors, which reads the loss before the step": (readsAll) => {
    let weights = [
      tensor([
        [0.1, 0.2],
        [-0.3, 0.4],
        [0.5, -0.6],
      ]),
      zeros([2]),
      tensor([[0.7], [-0.8]]),
    ];
    return () => {
      const [kernel, bias, output] = weights;
      const loss = relu(x.matmul(kernel).add(bias)).matmul(output).sub(y).square().mean();
      const slopes = gradients(loss, weights);
      weights = weights.map((each, index) => each.sub(slopes[index].mul(0.05)));
      if (readsAll) evaluate(...weights);
      return loss.item();
    };
  },
  "a recurrent network that gives a token at a time": (readsAll) => {
    const recurrent = tensor([
      [0.9, -0.4, 0.2],
      [0.3, 0.8, -0.5],
      [-0.6, 0.1, 0.7],
    ]);
    let state = tensor([[0.1, 0.2, 0.3]]);
    let token = 0;
    return () => {
      state = tanh(state.matmul(recurrent).add(oneHot(tensor([token], [1], "int32"), 3)));
      if (readsAll) state.dataSync();
      token = argMax(state, 1).dataSync()[0];
      return token;
    };
  },
  "a bandit that keeps two estimates and reads them in turn": (readsAll) => {
    let estimates = [zeros([2]), zeros([2])];
    let step = 0;
    return () => {
      estimates = estimates.map((each, arm) => each.mul(0.9).add(0.1 * (arm + 1)));
      if (readsAll) evaluate(...estimates);
      return estimates[step++ % 2].sum().item();
    };
  },
  "a bandit of Variables that reads one of them": (readsAll) => {
    const estimates = [variable(0), variable(0)];
    let step = 0;
    return () => {
      for (const [arm, each] of estimates.entries()) each.assign(each.mul(0.9).add(0.1 * (arm + 1)));
      if (readsAll) evaluate(...estimates);
      return estimates[(step++ >> 1) % 2].item();
    };
  },
  "a loss that is read, and then differentiated": (readsAll) => {
    const weights = variable([[0.1], [0.2], [0.3]]);
    const optimizer = new SGD({ learningRate: 0.05 });
    return () => {
      const loss = x.matmul(weights).tanh().sub(y).square().mean();
      const value = loss.item();
      optimizer.applyGradients(gradients(loss, [weights]), [weights]);
      if (readsAll) weights.dataSync();
      return value;
    };
  },
};

describe.each(["cpu", "reference"] as const)("on the backend %s", (backend) => {
  beforeEach(() => setBackend(backend));
  afterEach(() => setBackend("cpu"));

  describe.each(Object.entries(loops))("%s", (_title, loop) => {
    it("gives what it gives when everything is read", () => {
      const [lazy, eager] = [loop(false), loop(true)];
      for (let step = 0; step < 20; step++) expect(lazy()).toBeCloseTo(eager(), 5);
    });

    it("compiles nothing after the first passes, however long it is", () => {
      const step = loop(false);
      const counts = countPrograms(() => {
        for (let count = 0; count < 6; count++) step();
      });
      expect(counts.compiled).toBeLessThanOrEqual(9);
      const later = countPrograms(() => {
        for (let count = 0; count < 60; count++) step();
      });
      expect(later.compiled).toBe(0);
    });
  });

  it("what is needed for two results is computed for the second one, and no more", () => {
    const draws = normal([100]).add(1).exp();
    draws.sum().item();
    const mean = draws.mean().item();
    const counts = countPrograms(() => {
      expect(draws.mean().item()).toBe(mean);
      draws.dataSync();
    });
    expect(counts.compiled).toBeLessThanOrEqual(1);
    expect(draws.node.value).not.toBe(null);
  });

  it("a program learns what is needed later, and forgets it when it is needed no more", () => {
    const pass = (needsMore: boolean): Tensor => {
      const shared = tensor([1, 2, 3, 4, 5]).mul(1.5).exp();
      shared.sum().item();
      if (needsMore) shared.max().item();
      return shared;
    };
    pass(true);
    pass(true);
    expect(pass(false).node.value).not.toBe(null);
    for (let count = 0; count < 40; count++) pass(false);
    expect(pass(false).node.value).toBe(null);
  });
});

describe("what is kept", () => {
  it("still knows what it was computed from, after Variables were assigned, too", () => {
    const w = variable(3);
    const other = variable(0);
    other.item();
    const shared = w.square();
    shared.add(1).item();
    shared.add(2).item();
    other.assignAdd(1).item();
    expect(gradients(shared.mul(2), [w])[0].item()).toBe(12);
  });

  it("does not hold its whole past", () => {
    let state = tensor([1, 2, 3]);
    const first = state;
    for (let step = 0; step < 8_000; step++) {
      state = state.mul(0.99).add(0.1).mul(1.001);
      state.sum().item();
    }
    let depth = 0;
    const seen = new Set([state.node]);
    for (const node of seen) {
      depth++;
      for (const input of node.inputs) seen.add(input);
    }
    expect(seen.has(first.node)).toBe(false);
    expect(depth).toBeLessThan(40_000);
  });

  it("gives draws their values once", () => {
    setSeed(5);
    const draws = normal([4]);
    const sum = draws.sum().item();
    const values = Array.from(draws.dataSync());
    expect(values.reduce((total, value) => total + value, 0)).toBeCloseTo(sum, 5);
    expect(draws.sum().item()).toBeCloseTo(sum, 5);
  });
});
