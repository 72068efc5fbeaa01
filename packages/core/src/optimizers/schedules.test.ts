import { describe, expect, it } from "vitest";
import { everyWay } from "../ops/testing/every-way.ts";
import { tensor } from "../tensor.ts";
import { CosineDecay, CosineDecayRestarts } from "./cosine-schedules.ts";
import { ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay, PolynomialDecay } from "./schedules.ts";

const steps = tensor([0, 1, 3, 5, 7, 10, 11, 15, 20, 33, 47], undefined, "int32");

// Computed with Keras 3.15.1, keras.optimizers.schedules, in float64.
const decays = [
  {
    schedule: new ExponentialDecay({ initialLearningRate: 0.5, decaySteps: 4, decayRate: 0.7 }),
    expected: [
      0.5, 0.4573456, 0.3826428, 0.3201419, 0.26785, 0.2049817, 0.187495, 0.1312465, 0.08403499, 0.02636506,
      0.007566097,
    ],
  },
  {
    schedule: new ExponentialDecay({
      initialLearningRate: 0.5,
      decaySteps: 4,
      decayRate: 0.7,
      staircase: true,
    }),
    expected: [0.5, 0.5, 0.5, 0.35, 0.35, 0.245, 0.245, 0.1715, 0.08403499, 0.028824, 0.009886632],
  },
  {
    schedule: new InverseTimeDecay({ initialLearningRate: 0.5, decaySteps: 4, decayRate: 0.7 }),
    expected: [
      0.5, 0.4255319, 0.3278688, 0.2666667, 0.2247191, 0.1818182, 0.1709402, 0.137931, 0.1111111, 0.07380074,
      0.05420054,
    ],
  },
  {
    schedule: new InverseTimeDecay({
      initialLearningRate: 0.5,
      decaySteps: 4,
      decayRate: 0.7,
      staircase: true,
    }),
    expected: [
      0.5, 0.5, 0.5, 0.2941176, 0.2941176, 0.2083333, 0.2083333, 0.1612903, 0.1111111, 0.07575758, 0.05747126,
    ],
  },
  {
    schedule: new PiecewiseConstantDecay({ boundaries: [3, 10, 20], values: [1.0, 0.5, 0.25, 0.125] }),
    expected: [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125],
  },
  {
    schedule: new PolynomialDecay({ initialLearningRate: 0.5, decaySteps: 10 }),
    expected: [0.5, 0.45001, 0.35003, 0.25005, 0.15007, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001],
  },
  {
    schedule: new PolynomialDecay({
      initialLearningRate: 0.5,
      decaySteps: 10,
      endLearningRate: 0.1,
      power: 2,
      cycle: true,
    }),
    expected: [0.5, 0.424, 0.296, 0.2, 0.136, 0.1, 0.181, 0.125, 0.1, 0.11225, 0.10144],
  },
  {
    schedule: new CosineDecay({ initialLearningRate: 0.5, decaySteps: 10 }),
    expected: [0.5, 0.4877641, 0.3969463, 0.25, 0.1030537, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
  },
  {
    schedule: new CosineDecay({
      initialLearningRate: 0.1,
      decaySteps: 10,
      alpha: 0.25,
      warmupTarget: 0.5,
      warmupSteps: 5,
    }),
    expected: [0.1, 0.18, 0.34, 0.5, 0.4641907, 0.3125, 0.2545593, 0.125, 0.125, 0.125, 0.125],
  },
  {
    schedule: new CosineDecayRestarts({ initialLearningRate: 0.5, firstDecaySteps: 6 }),
    expected: [
      0.5, 0.4665064, 0.25, 0.03349365, 0.4914815, 0.375, 0.3147047, 0.07322331, 0.4914815, 0.1543291,
      0.4867325,
    ],
  },
  {
    schedule: new CosineDecayRestarts({
      initialLearningRate: 0.5,
      firstDecaySteps: 6,
      tMul: 1,
      mMul: 0.8,
      alpha: 0.1,
    }),
    expected: [
      0.5, 0.4698557, 0.275, 0.08014429, 0.3858846, 0.14, 0.07411541, 0.194, 0.2228, 0.123728, 0.0563217,
    ],
  },
  {
    schedule: new CosineDecayRestarts({
      initialLearningRate: 0.5,
      firstDecaySteps: 6,
      tMul: 1.5,
      mMul: 0.8,
      alpha: 0.1,
    }),
    expected: [
      0.5, 0.4698557, 0.275, 0.08014429, 0.3991447, 0.2612567, 0.1987433, 0.338, 0.2510355, 0.2534483,
      0.05421967,
    ],
  },
];

describe("learning rate schedules", () => {
  it.each(decays)(
    "$schedule.constructor.name with $schedule.options, as Keras has it",
    ({ schedule, expected }) => {
      schedule
        .at(steps)
        .dataSync()
        .forEach((rate, index) => {
          expect(rate).toBeCloseTo(expected[index], 6);
        });
    },
  );

  // Keras 3.16, keras/src/optimizers/schedules/learning_rate_schedule_test.py.
  it.each([
    {
      schedule: new CosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 1000, mMul: 0.9 }),
      at: [0, 250, 500, 750, 1000, 1250],
      expected: [1, 0.8535533905932737, 0.5, 0.14644660940672627, 0.9, 0.8657457896300791],
    },
    {
      schedule: new CosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 1000, tMul: 1 }),
      at: [0, 250, 500, 750, 1000, 1250],
      expected: [1, 0.8535533905932737, 0.5, 0.14644660940672627, 1, 0.8535533905932737],
    },
    {
      schedule: new PolynomialDecay({
        initialLearningRate: 0.05,
        decaySteps: 10,
        endLearningRate: 0.001,
        cycle: true,
      }),
      at: [15],
      expected: [0.01325],
    },
    {
      schedule: new InverseTimeDecay({
        initialLearningRate: 0.1,
        decaySteps: 10,
        decayRate: 0.96,
        staircase: true,
      }),
      at: [0, 9, 10],
      expected: [0.1, 0.1, 0.05102040816326531],
    },
  ])("a golden of Keras's tests at $at", ({ schedule, at, expected }) => {
    const rates = schedule.at(at).dataSync();
    expected.forEach((rate, index) => {
      expect(rates[index]).toBeCloseTo(rate, 6);
    });
  });

  it("take Keras's leading arguments by position, or all as options", () => {
    const pairs = [
      [
        new ExponentialDecay(0.5, 4, 0.7, { staircase: true }),
        new ExponentialDecay({ initialLearningRate: 0.5, decaySteps: 4, decayRate: 0.7, staircase: true }),
      ],
      [
        new InverseTimeDecay(0.5, 4, 0.7),
        new InverseTimeDecay({ initialLearningRate: 0.5, decaySteps: 4, decayRate: 0.7 }),
      ],
      [
        new PiecewiseConstantDecay([3, 10], [1, 0.5, 0.25]),
        new PiecewiseConstantDecay({ boundaries: [3, 10], values: [1, 0.5, 0.25] }),
      ],
      [
        new PolynomialDecay(0.5, 10, { cycle: true }),
        new PolynomialDecay({ initialLearningRate: 0.5, decaySteps: 10, cycle: true }),
      ],
      [
        new CosineDecay(0.1, 10, { warmupTarget: 0.5, warmupSteps: 5 }),
        new CosineDecay({ initialLearningRate: 0.1, decaySteps: 10, warmupTarget: 0.5, warmupSteps: 5 }),
      ],
      [
        new CosineDecayRestarts(0.5, 6, { alpha: 0.1 }),
        new CosineDecayRestarts({ initialLearningRate: 0.5, firstDecaySteps: 6, alpha: 0.1 }),
      ],
    ];
    for (const [byPosition, asOptions] of pairs) {
      expect(byPosition.getConfig()).toEqual(asOptions.getConfig());
      expect(byPosition.at(steps).arraySync()).toEqual(asOptions.at(steps).arraySync());
    }
  });

  it.each([
    {
      make: () => new CosineDecay(JSON.parse('{ "initialLearningRate": 1 }')),
      says: "CosineDecay: decaySteps is undefined; it must be a finite number above 0",
    },
    {
      make: () => new ExponentialDecay({ initialLearningRate: 1, decaySteps: 0, decayRate: 0.5 }),
      says: "ExponentialDecay: decaySteps is 0; it must be a finite number above 0",
    },
    {
      make: () => new InverseTimeDecay({ initialLearningRate: -1, decaySteps: 1, decayRate: 0.5 }),
      says: "InverseTimeDecay: initialLearningRate is -1; it must be a finite number of at least 0",
    },
    {
      make: () => new PolynomialDecay({ initialLearningRate: 1, decaySteps: 1, power: -1 }),
      says: "PolynomialDecay: power is -1",
    },
    {
      make: () => new PiecewiseConstantDecay({ boundaries: [1, 2], values: [1, 2] }),
      says: "there are 2 boundaries and 2 values",
    },
    {
      make: () => new PiecewiseConstantDecay({ boundaries: [2, 1], values: [1, 2, 3] }),
      says: "the boundaries [2, 1] must ascend",
    },
    {
      make: () => new CosineDecay({ initialLearningRate: 1, decaySteps: 1, warmupSteps: 3 }),
      says: "CosineDecay: warmupSteps is 3, and there is no warmupTarget",
    },
    {
      make: () => new CosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 1, tMul: 0.5 }),
      says: "CosineDecayRestarts: tMul is 0.5",
    },
  ])("$says", ({ make, says }) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(says);
  });
});

describe("CosineDecayRestarts begins anew at every restart point", () => {
  it.each([1, 1.1, 1.5, 2, 2.5, 3, 7])("that is an integer, with tMul %d", (tMul) => {
    const found: number[] = [];
    for (const firstDecaySteps of [1, 3, 7, 10, 100, 1000, 1234]) {
      const points: number[] = [];
      let end = 0;
      for (let length = firstDecaySteps; points.length < 60; length *= tMul) {
        end += length;
        if (end >= 2 ** 24) break;
        if (Math.abs(end - Math.round(end)) < 1e-9) points.push(Math.round(end));
      }
      const schedule = new CosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps, tMul });
      for (const rates of everyWay((steps) => schedule.at(steps), tensor(points, undefined, "int32"))) {
        found.push(...rates);
      }
    }
    expect(found.length).toBeGreaterThan(20);
    expect(Math.min(...found)).toBeGreaterThan(0.999999);
  });
});
