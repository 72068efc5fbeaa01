import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { BackendName } from "../evaluate.ts";
import { jit } from "../jit.ts";
import { add, clip, div, mul, sqrt, square } from "../ops/arithmetic.ts";
import { sum } from "../ops/reductions.ts";
import { type Tensor, tensor } from "../tensor.ts";
import { onBackend } from "../testing/backends.ts";
import { type Variable, variable } from "../variable.ts";
import type { Optimizer } from "./optimizer.ts";
import {
  type OptimizerCase,
  optimizerOf,
  ourForm,
  type ScheduleCase,
  scheduleOf,
} from "./testing/keras-cases.ts";

function casesOf<Case>(name: string): readonly Case[] {
  const file = new URL(`../../fixtures/keras/${name}.json`, import.meta.url);
  const { cases }: { cases: readonly Case[] } = JSON.parse(readFileSync(file, "utf8"));
  return cases;
}

const optimizerCases = casesOf<OptimizerCase>("optimizers");
const scheduleCases = casesOf<ScheduleCase>("schedules");

/** Each as close to Keras's as its own backends are to each other. */
function expectClose(values: ArrayLike<number>, expected: readonly number[], what: string): void {
  const off = Array.from(values, (value, index) => {
    const allowed = 1e-5 + 1e-4 * Math.abs(expected[index]);
    return Math.abs(value - expected[index]) <= allowed ? null : `${index}: ${value}, not ${expected[index]}`;
  }).filter((each) => each !== null);
  expect(off, what).toEqual([]);
  expect(values.length, what).toBe(expected.length);
}

/** Keras's MaxNorm: each column of a kernel has at most the norm 2. */
function maxNorm(kernel: Tensor): Tensor {
  const norms = sqrt(sum(square(kernel), 0, true));
  return mul(kernel, div(clip(norms, 0, 2), add(norms, 1e-7)));
}

function begin(given: OptimizerCase): { optimizer: Optimizer; weights: readonly Variable[] } {
  const optimizer = optimizerOf(given.config);
  const weights = given.initial.map(({ path, shape, data }) =>
    variable(tensor(Float32Array.from(data), shape), {
      name: path,
      constraint: given.kernel_constraint && path.endsWith("kernel") ? maxNorm : null,
    }),
  );
  const names = given.exclude_from_weight_decay_var_names;
  if (names) optimizer.excludeFromWeightDecay({ names });
  return { optimizer, weights };
}

/** Takes the steps of a case, comparing what the Variables hold after each, and the learning rate before it. */
function follow(
  given: OptimizerCase,
  compiled: boolean,
): { optimizer: Optimizer; weights: readonly Variable[] } {
  const { optimizer, weights } = begin(given);
  const apply = (...gradients: Tensor[]): void => optimizer.applyGradients(gradients, weights);
  const step = compiled ? jit(apply) : apply;
  given.steps.forEach(({ lr, grads, vars }, index) => {
    if (lr !== null) expectClose([optimizer.learningRate], [lr], `learning rate of step ${index}`);
    step(...grads.map((values, at) => tensor(Float32Array.from(values), weights[at].shape)));
    weights.forEach((each, at) => {
      expectClose(each.dataSync(), vars[at], `${each.name} after step ${index}`);
    });
  });
  return { optimizer, weights };
}

/** Names that Keras does not make of the Variable's and the slot's: a counter's, or the Variable's own. */
const namelessInKeras = /^variable(_\d+)?$|^adafactor(_\d+)?\/kernel$|^bias$/;

describe("optimizers go where Keras's go, and keep the same state", () => {
  it.each(optimizerCases)("$id", (given) => {
    const { optimizer, weights } = follow(given, true);
    const state = optimizer.variables;
    expect(state.map(({ shape }) => shape)).toEqual(given.optimizer_variables.map(({ shape }) => shape));
    given.optimizer_variables.forEach(({ path, data }, index) => {
      if (!namelessInKeras.test(path)) expect(state[index].name).toBe(path);
      expectClose(state[index].dataSync(), data, path);
    });
    optimizer.finalizeVariableValues(weights);
    (given.vars_after_finalize ?? given.steps[11].vars).forEach((values, index) => {
      expectClose(weights[index].dataSync(), values, `${weights[index].name} at the end`);
    });
  });

  const ofEachClass = optimizerCases.filter(
    ({ config: { class_name } }, index) =>
      optimizerCases.findIndex(({ config }) => config.class_name === class_name) === index,
  );
  const others = ofEachClass.flatMap((given) =>
    (["cpu", "reference"] satisfies BackendName[]).map((backend) => ({ ...given, backend })),
  );
  it.each(others)("$id, in a plain loop on the $backend backend", ({ backend, ...given }) => {
    onBackend(backend, () => follow(given, false));
  });
});

describe("the state of an optimizer goes on in another", () => {
  it.each(optimizerCases)("$id", (given) => {
    const half = { ...given, steps: given.steps.slice(0, 6) };
    const { optimizer, weights } = follow(half, false);
    const next = begin(given);
    next.optimizer.build(next.weights);
    next.weights.forEach((each, index) => {
      each.assign(weights[index].value);
    });
    next.optimizer.variables.forEach((each, index) => {
      each.assign(optimizer.variables[index].value);
    });
    for (const { grads, vars } of given.steps.slice(6)) {
      const gradients = grads.map((values, at) => tensor(Float32Array.from(values), weights[at].shape));
      next.optimizer.applyGradients(gradients, next.weights);
      next.weights.forEach((each, at) => {
        expectClose(each.dataSync(), vars[at], each.name);
      });
    }
  });
});

it.each([...optimizerCases, ...scheduleCases])(
  "$id is made of its configuration, and gives it back",
  ({ config }) => {
    const given = ourForm(config.config);
    const made = config.class_name.includes("Decay") ? scheduleOf(config) : optimizerOf(config);
    const plain = (value: unknown): unknown =>
      JSON.parse(
        JSON.stringify(value, (_, each) =>
          each && typeof each === "object" && "getConfig" in each ? each.getConfig() : each,
        ),
      );
    expect(plain(made.getConfig())).toEqual(plain(given));
  },
);

describe("schedules have Keras's values", () => {
  it.each(scheduleCases)("$id", ({ config, steps, values }) => {
    const schedule = scheduleOf(config);
    for (const backend of ["cpu", "reference"] as const) {
      onBackend(backend, () => {
        expectClose(schedule.at(tensor(steps, undefined, "int32")).dataSync(), values, "learning rates");
      });
    }
  });
});
