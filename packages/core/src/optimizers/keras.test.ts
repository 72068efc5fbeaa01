import { beforeAll, describe, expect, it } from "vitest";
import { type BackendName, setBackend } from "../evaluate.ts";
import { jit } from "../jit.ts";
import type { NestedArray } from "../nested-arrays.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { variable } from "../variable.ts";
import { Adadelta } from "./adadelta.ts";
import { Adagrad } from "./adagrad.ts";
import { Adam } from "./adam.ts";
import { Adamax } from "./adamax.ts";
import { Ftrl } from "./ftrl.ts";
import { Lion } from "./lion.ts";
import { Nadam } from "./nadam.ts";
import type { Optimizer } from "./optimizer.ts";
import { RMSprop } from "./rmsprop.ts";
import { SGD } from "./sgd.ts";
import { gradients, initial, trajectories } from "./testing/keras-trajectories.ts";

/** Where the optimizer leads, in a plain loop or in a compiled step. */
function run(optimizer: Optimizer, compiled: boolean): number[] {
  const weights = initial.map((values, index) => variable(values, { name: `weights${index}` }));
  const apply = (...given: Tensor[]): void => optimizer.applyGradients(given, weights);
  const step = compiled ? jit(apply) : apply;
  for (const given of gradients) step(...given.map((values: NestedArray) => tensor(values)));
  optimizer.finalizeVariableValues();
  return weights.flatMap((each) => [...each.dataSync()]);
}

function largestDifference(left: readonly number[], right: readonly number[]): number {
  return Math.max(...left.map((value, index) => Math.abs(value - right[index])));
}

describe.each<BackendName>(["reference", "cpu"])(
  "optimizers, as Keras has them, on the %s backend",
  (backend) => {
    beforeAll(() => setBackend(backend));

    it.each(trajectories)("$optimizer with $options", ({ make, end }) => {
      const plain = run(make(), false);
      // Keras computes 1 − βᵗ in float32, which is off by up to 2e-5 of the learning rate.
      expect(largestDifference(plain, end)).toBeLessThan(1e-5);
      expect(largestDifference(run(make(), true), plain)).toBeLessThan(1e-6);
    });
  },
);

describe("each option counts", () => {
  beforeAll(() => setBackend("reference"));

  const cases = trajectories.flatMap(({ optimizer, options, make, end }) =>
    Object.keys(options).map((option) => ({ optimizer, options, option, make, end })),
  );
  it.each(cases)("$optimizer with $options goes elsewhere without $option", ({ option, make, end }) => {
    let reached: number[] | null = null;
    try {
      reached = run(make(option), false);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
    }
    if (reached) expect(largestDifference(reached, end)).toBeGreaterThan(1e-4);
  });
});

// Keras 3.16, keras/src/optimizers/{adam,adagrad,...}_test.py, test_single_step.
describe("single steps from Keras's tests", () => {
  beforeAll(() => setBackend("cpu"));

  it.each([
    { make: () => new SGD({ learningRate: 0.5 }), expected: [0.5, -1, -0.5, 3] },
    { make: () => new RMSprop({ learningRate: 0.5 }), expected: [-0.5811, 0.4189, 1.4189, 2.4189] },
    { make: () => new Adam({ learningRate: 0.5 }), expected: [0.5, 1.5, 2.5, 3.5] },
    { make: () => new Adagrad({ learningRate: 0.5 }), expected: [0.5233, 1.5007, 2.5005, 3.5061] },
    { make: () => new Adadelta({ learningRate: 0.5 }), expected: [0.9993, 1.9993, 2.9993, 3.9993] },
    { make: () => new Adamax({ learningRate: 0.5 }), expected: [0.5, 1.5, 2.5, 3.5] },
    { make: () => new Nadam({ learningRate: 0.5 }), expected: [0.4686, 1.4686, 2.4686, 3.4686] },
  ])("$expected", ({ make, expected }) => {
    const x = variable([1, 2, 3, 4]);
    make().applyGradients([[1, 6, 7, 2]], [x]);
    expect(largestDifference([...x.dataSync()], expected)).toBeLessThan(1e-4);
  });
});

// The same files, test_correctness_with_golden: the first and the last of ten weights after each step.
describe("trajectories from Keras's tests", () => {
  it.each([
    {
      make: () => new Adam({ amsgrad: true }),
      first: [0.999, 0.9982, 0.9974, 0.9965, 0.9955],
      last: [0.999, 0.9982, 0.9974, 0.9965, 0.9955],
    },
    {
      make: () => new RMSprop({ centered: true }),
      first: [0.9967, 0.9933, 0.9908, 0.9885, 0.9864],
      last: [0.9967, 0.9933, 0.9908, 0.9885, 0.9864],
    },
    {
      make: () => new SGD({ nesterov: true }),
      first: [0.9999, 0.9989, 0.9979, 0.9969, 0.9959],
      last: [0.9999, 0.9899, 0.9799, 0.9699, 0.9599],
    },
    {
      make: () => new Adadelta({ learningRate: 1, rho: 0.8, epsilon: 1e-6 }),
      first: [0.9978, 0.9947, 0.9915, 0.9882, 0.9849],
      last: [0.9978, 0.9947, 0.9915, 0.9882, 0.9849],
    },
    {
      make: () => new Nadam({ learningRate: 0.5, beta1: 0.5, beta2: 0.67, epsilon: 1e-5 }),
      first: [0.4281, -0.1738, -0.7115, -1.2335, -1.7492],
      last: [0.4281, -0.1717, -0.7084, -1.2299, -1.7454],
    },
    {
      make: () => new Lion(),
      first: [0.999, 0.998, 0.997, 0.996, 0.995],
      last: [0.999, 0.998, 0.997, 0.996, 0.995],
    },
    {
      make: () =>
        new Ftrl({
          learningRate: 0.05,
          learningRatePower: -0.2,
          initialAccumulatorValue: 0.4,
          l1RegularizationStrength: 0.05,
          l2RegularizationStrength: 0.15,
          l2ShrinkageRegularizationStrength: 0.01,
          beta: 0.3,
        }),
      first: [0, -0.0034, -0.0078, -0.0121, -0.0164],
      last: [0, -0.0354, -0.0685, -0.0999, -0.1299],
    },
  ])("$first, $last", ({ make, first, last }) => {
    const x = variable(new Float32Array(10).fill(1));
    const optimizer = make();
    first.forEach((expected, step) => {
      const gradient = Float32Array.from({ length: 10 }, (_, index) =>
        step === 0 ? 0.01 : (index + 1) / 10,
      );
      optimizer.applyGradients([gradient], [x]);
      const values = x.dataSync();
      expect(Math.abs(values[0] - expected)).toBeLessThan(5e-4);
      expect(Math.abs(values[9] - last[step])).toBeLessThan(5e-4);
    });
  });
});
