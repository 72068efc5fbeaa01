import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setBackend } from "../evaluate.ts";
import { tensor } from "../tensor.ts";
import { variable } from "../variable.ts";
import { Adadelta } from "./adadelta.ts";
import { Adafactor } from "./adafactor.ts";
import { Adagrad } from "./adagrad.ts";
import { Adam, AdamW } from "./adam.ts";
import { Adamax } from "./adamax.ts";
import { Ftrl } from "./ftrl.ts";
import { Lamb } from "./lamb.ts";
import { Lion } from "./lion.ts";
import { Nadam } from "./nadam.ts";
import type { Optimizer } from "./optimizer.ts";
import { RMSprop } from "./rmsprop.ts";
import { ScheduleFreeAdamW } from "./schedule-free-adamw.ts";
import { SGD } from "./sgd.ts";

/** What a step makes of weights, given their gradient, the number of the step, and what it left before. */
type Formula = (w: number[], g: number[], t: number, state: Record<string, number[]>) => number[];

const rate = 0.125;
const start = [0.7, -1.3, 2.1, 0.05, -0.4, 1.9];
const gradients = [1, 2, 3, 4, 5].map((step) => start.map((_, index) => Math.sin(3 * step + 1.7 * index)));

/** A state of zeros, or of `initial`, that is replaced element by element. */
function average(
  state: Record<string, number[]>,
  name: string,
  next: (before: number, index: number) => number,
  initial = 0,
): number[] {
  state[name] = (state[name] ?? start.map(() => initial)).map(next);
  return state[name];
}

const norm = (x: readonly number[]): number => Math.hypot(...x);
const rootMeanSquare = (x: readonly number[]): number => norm(x) / Math.sqrt(x.length);

const cases: readonly {
  name: string;
  make: () => Optimizer;
  formula: Formula;
  shape?: readonly number[];
}[] = [
  {
    name: "SGD",
    make: () => new SGD({ learningRate: rate }),
    formula: (w, g) => w.map((each, i) => each - rate * g[i]),
  },
  {
    name: "SGD with momentum",
    make: () => new SGD({ learningRate: rate, momentum: 0.6 }),
    formula: (w, g, _t, state) => {
      const v = average(state, "v", (before, i) => 0.6 * before - rate * g[i]);
      return w.map((each, i) => each + v[i]);
    },
  },
  {
    name: "SGD with Nesterov's momentum",
    make: () => new SGD({ learningRate: rate, momentum: 0.6, nesterov: true }),
    formula: (w, g, _t, state) => {
      const v = average(state, "v", (before, i) => 0.6 * before - rate * g[i]);
      return w.map((each, i) => each + 0.6 * v[i] - rate * g[i]);
    },
  },
  {
    name: "RMSprop",
    make: () => new RMSprop({ learningRate: rate, rho: 0.7, epsilon: 1e-3 }),
    formula: (w, g, _t, state) => {
      const v = average(state, "v", (before, i) => 0.7 * before + 0.3 * g[i] ** 2);
      return w.map((each, i) => each - (rate * g[i]) / Math.sqrt(v[i] + 1e-3));
    },
  },
  {
    name: "RMSprop, centered, with momentum",
    make: () => new RMSprop({ learningRate: rate, rho: 0.7, epsilon: 1e-3, centered: true, momentum: 0.4 }),
    formula: (w, g, _t, state) => {
      const v = average(state, "v", (before, i) => 0.7 * before + 0.3 * g[i] ** 2);
      const a = average(state, "a", (before, i) => 0.7 * before + 0.3 * g[i]);
      const m = average(state, "m", (before, i) => {
        return 0.4 * before + (rate * g[i]) / Math.sqrt(v[i] - a[i] ** 2 + 1e-3);
      });
      return w.map((each, i) => each - m[i]);
    },
  },
  {
    name: "Adam",
    make: () => new Adam({ learningRate: rate, beta1: 0.8, beta2: 0.9, epsilon: 1e-3 }),
    formula: (w, g, t, state) => {
      const m = average(state, "m", (before, i) => 0.8 * before + 0.2 * g[i]);
      const v = average(state, "v", (before, i) => 0.9 * before + 0.1 * g[i] ** 2);
      const alpha = (rate * Math.sqrt(1 - 0.9 ** t)) / (1 - 0.8 ** t);
      return w.map((each, i) => each - (alpha * m[i]) / (Math.sqrt(v[i]) + 1e-3));
    },
  },
  {
    name: "Adam with AMSGrad",
    make: () => new Adam({ learningRate: rate, beta1: 0, beta2: 0.5, amsgrad: true }),
    formula: (w, g, t, state) => {
      const v = average(state, "v", (before, i) => 0.5 * before + 0.5 * g[i] ** 2);
      const largest = average(state, "largest", (before, i) => Math.max(before, v[i]));
      const alpha = rate * Math.sqrt(1 - 0.5 ** t);
      return w.map((each, i) => each - (alpha * g[i]) / (Math.sqrt(largest[i]) + 1e-7));
    },
  },
  {
    name: "AdamW",
    make: () => new AdamW({ learningRate: rate, weightDecay: 0.3 }),
    formula: (w, g, t, state) => {
      const m = average(state, "m", (before, i) => 0.9 * before + 0.1 * g[i]);
      const v = average(state, "v", (before, i) => 0.999 * before + 0.001 * g[i] ** 2);
      const alpha = (rate * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
      return w.map((each, i) => each - each * 0.3 * rate - (alpha * m[i]) / (Math.sqrt(v[i]) + 1e-7));
    },
  },
  {
    name: "Adagrad",
    make: () => new Adagrad({ learningRate: rate, initialAccumulatorValue: 0.2, epsilon: 1e-3 }),
    formula: (w, g, _t, state) => {
      const a = average(state, "a", (before, i) => before + g[i] ** 2, 0.2);
      return w.map((each, i) => each - (rate * g[i]) / Math.sqrt(a[i] + 1e-3));
    },
  },
  {
    name: "Adadelta",
    make: () => new Adadelta({ learningRate: rate, rho: 0.8, epsilon: 1e-3 }),
    formula: (w, g, _t, state) => {
      const a = average(state, "a", (before, i) => 0.8 * before + 0.2 * g[i] ** 2);
      const d = state.d ?? start.map(() => 0);
      const delta = g.map((each, i) => (each * Math.sqrt(d[i] + 1e-3)) / Math.sqrt(a[i] + 1e-3));
      average(state, "d", (before, i) => 0.8 * before + 0.2 * delta[i] ** 2);
      return w.map((each, i) => each - rate * delta[i]);
    },
  },
  {
    name: "Adamax",
    make: () => new Adamax({ learningRate: rate, beta1: 0.8, beta2: 0.5, epsilon: 1e-3 }),
    formula: (w, g, t, state) => {
      const m = average(state, "m", (before, i) => 0.8 * before + 0.2 * g[i]);
      const u = average(state, "u", (before, i) => Math.max(0.5 * before, Math.abs(g[i])));
      return w.map((each, i) => each - (rate * m[i]) / ((1 - 0.8 ** t) * (u[i] + 1e-3)));
    },
  },
  {
    name: "Nadam",
    make: () => new Nadam({ learningRate: rate, beta1: 0.8, beta2: 0.9, epsilon: 1e-3 }),
    formula: (w, g, t, state) => {
      const decay = (step: number): number => 0.8 * (1 - 0.5 * 0.96 ** step);
      const product = (steps: number): number =>
        Array.from({ length: steps }, (_, index) => decay(index + 1)).reduce((a, b) => a * b);
      const m = average(state, "m", (before, i) => 0.8 * before + 0.2 * g[i]);
      const v = average(state, "v", (before, i) => 0.9 * before + 0.1 * g[i] ** 2);
      return w.map((each, i) => {
        const ahead =
          (decay(t + 1) * m[i]) / (1 - product(t + 1)) + ((1 - decay(t)) * g[i]) / (1 - product(t));
        return each - (rate * ahead) / (Math.sqrt(v[i] / (1 - 0.9 ** t)) + 1e-3);
      });
    },
  },
  {
    name: "Ftrl",
    make: () =>
      new Ftrl(rate, {
        learningRatePower: -0.4,
        initialAccumulatorValue: 0.3,
        l1RegularizationStrength: 0.2,
        l2RegularizationStrength: 0.15,
        l2ShrinkageRegularizationStrength: 0.05,
        beta: 0.3,
      }),
    formula: (w, g, _t, state) => {
      const before = state.n ?? start.map(() => 0.3);
      const n = average(state, "n", (sum, i) => sum + g[i] ** 2, 0.3);
      const sigma = n.map((sum, i) => (sum ** 0.4 - before[i] ** 0.4) / rate);
      const z = average(state, "z", (linear, i) => linear + g[i] + 2 * 0.05 * w[i] - sigma[i] * w[i]);
      return z.map((linear, i) => {
        const shrunk = Math.abs(linear) <= 0.2 ? 0 : Math.sign(linear) * 0.2 - linear;
        return shrunk / ((n[i] ** 0.4 + 0.3) / rate + 2 * 0.15);
      });
    },
  },
  {
    name: "ScheduleFreeAdamW with a warmup",
    make: () => new ScheduleFreeAdamW(rate, { beta1: 0.8, beta2: 0.9, epsilon: 1e-3, warmupSteps: 4 }),
    formula: (w, g, t, state) => {
      const before = state.z ?? start;
      const v = average(state, "v", (square, i) => 0.9 * square + 0.1 * g[i] ** 2);
      const warm = rate * Math.min(t / 4, 1);
      state.z = before.map((z, i) => z - (warm * g[i]) / (Math.sqrt(v[i] / (1 - 0.9 ** t)) + 1e-3));
      return w.map((y, i) => {
        const x = (y - 0.2 * before[i]) / 0.8;
        return 0.2 * state.z[i] + 0.8 * (x + (state.z[i] - x) / t);
      });
    },
  },
  {
    name: "Lion",
    make: () => new Lion({ learningRate: rate, beta1: 0.8, beta2: 0.6 }),
    formula: (w, g, _t, state) => {
      const m = state.m ?? start.map(() => 0);
      average(state, "m", (before, i) => 0.6 * before + 0.4 * g[i]);
      return w.map((each, i) => each - rate * Math.sign(0.8 * m[i] + 0.2 * g[i]));
    },
  },
  {
    name: "Lamb",
    make: () => new Lamb({ learningRate: rate, beta1: 0.8, beta2: 0.9, epsilon: 1e-3 }),
    formula: (w, g, t, state) => {
      const m = average(state, "m", (before, i) => 0.8 * before + 0.2 * g[i]);
      const v = average(state, "v", (before, i) => 0.9 * before + 0.1 * g[i] ** 2);
      const u = m.map((each, i) => each / (1 - 0.8 ** t) / (Math.sqrt(v[i] / (1 - 0.9 ** t)) + 1e-3));
      return w.map((each, i) => each - ((rate * norm(w)) / norm(u)) * u[i]);
    },
  },
  {
    name: "Adafactor of a vector",
    make: () => new Adafactor({ learningRate: 0.75, beta2Decay: -0.5, clipThreshold: 0.6 }),
    formula: (w, g, t, state) => {
      const share = t ** -0.5;
      const v = average(state, "v", (before, i) => (1 - share) * before + share * g[i] ** 2);
      return adafactorStep(w, g, v, Math.min(0.75, 1 / Math.sqrt(t)));
    },
  },
  {
    name: "Adafactor of a matrix, without relative steps",
    make: () =>
      new Adafactor({ learningRate: 0.75, beta2Decay: -0.5, clipThreshold: 0.6, relativeStep: false }),
    shape: [2, 3],
    formula: (w, g, t, state) => {
      const share = t ** -0.5;
      const squares = g.map((each) => each ** 2);
      const row = (index: number): number => Math.floor(index / 3);
      const column = (index: number): number => index % 3;
      const meanWhere = (of: (index: number) => number, at: number): number => {
        const chosen = squares.filter((_, index) => of(index) === at);
        return chosen.reduce((a, b) => a + b) / chosen.length;
      };
      const r = average(state, "r", (before, i) => (1 - share) * before + share * meanWhere(row, row(i)));
      const c = average(
        state,
        "c",
        (before, i) => (1 - share) * before + share * meanWhere(column, column(i)),
      );
      const meanOfRows = (r[0] + r[3]) / 2;
      return adafactorStep(
        w,
        g,
        r.map((each, i) => (each / meanOfRows) * c[i]),
        0.75,
      );
    },
  },
];

function adafactorStep(w: number[], g: number[], v: number[], step: number): number[] {
  const u = g.map((each, i) => each / Math.sqrt(v[i]));
  const scale = Math.max(1e-3, rootMeanSquare(w)) * step;
  return w.map((each, i) => each - (scale * u[i]) / Math.max(1, rootMeanSquare(u) / 0.6));
}

describe("the formulas in float64", () => {
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));

  it.each(cases)("$name", ({ make, formula, shape = [start.length] }) => {
    const weights = variable(tensor(Float64Array.from(start), shape));
    const optimizer = make();
    const state = {};
    let expected = start;
    gradients.forEach((gradient, index) => {
      optimizer.applyGradients([tensor(Float64Array.from(gradient), shape)], [weights]);
      expected = formula(expected, gradient, index + 1, state);
      weights.dataSync().forEach((value, at) => {
        expect(value).toBeCloseTo(expected[at], 12);
      });
    });
  });
});
