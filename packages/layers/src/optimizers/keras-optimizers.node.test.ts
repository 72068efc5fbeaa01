/** The fixtures are core's, whose tests hold its optimizers to them; here they are made by `fromKerasConfig`. */
import { readFileSync } from "node:fs";
import { LearningRateSchedule, Optimizer, type Tensor, tensor, variable } from "@strata/core";
import { expect } from "vitest";
import { MaxNorm } from "../constraints/index.ts";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import type { Json } from "../schema/option.ts";
import { expectAsInKeras, type TensorCase, tensorOf } from "../testing/keras-cases.node.ts";
import { testKerasCases } from "../testing/keras-suite.node.ts";

interface NamedValues {
  readonly path: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface OptimizerCase {
  readonly id: string;
  readonly config: Json;
  readonly initial: readonly NamedValues[];
  readonly steps: readonly {
    readonly grads: readonly (readonly number[])[];
    readonly vars: readonly (readonly number[])[];
  }[];
  readonly exclude_from_weight_decay_var_names?: readonly string[] | null;
  readonly kernel_constraint?: "max_norm" | null;
}

interface ScheduleCase {
  readonly id: string;
  readonly config: Json;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

function casesOf<Case>(name: string): readonly Case[] {
  const file = new URL(`../../../core/fixtures/keras/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).cases;
}

function float32(data: readonly number[], shape: readonly number[]): TensorCase {
  return { dtype: "float32", data, shape };
}

testKerasCases("optimizers", casesOf<OptimizerCase>("optimizers"), (test) => {
  const optimizer = fromKerasConfig(test.config);
  if (!(optimizer instanceof Optimizer)) throw new Error("the configuration is not that of an optimizer");
  expect(toKerasConfig(optimizer)).toEqual(test.config);
  const constraint = new MaxNorm();
  const weights = test.initial.map(({ path, shape, data }) =>
    variable(tensorOf(float32(data, shape)), {
      name: path,
      constraint:
        test.kernel_constraint && path.endsWith("kernel")
          ? (kernel: Tensor) => constraint.apply(kernel)
          : null,
    }),
  );
  const names = test.exclude_from_weight_decay_var_names;
  if (names) optimizer.excludeFromWeightDecay({ names });
  test.steps.forEach(({ grads, vars }, step) => {
    const gradients = grads.map((values, index) => tensorOf(float32(values, weights[index].shape)));
    optimizer.applyGradients(gradients, weights);
    weights.forEach(({ name, value, shape }, index) => {
      expectAsInKeras(`${name} after step ${step}`, value, float32(vars[index], shape));
    });
  });
});

testKerasCases("schedules", casesOf<ScheduleCase>("schedules"), ({ config, steps, values }) => {
  const schedule = fromKerasConfig(config);
  if (!(schedule instanceof LearningRateSchedule)) {
    throw new Error("the configuration is not that of a schedule");
  }
  expect(toKerasConfig(schedule)).toEqual(config);
  const rates = schedule.at(tensor(steps, undefined, "int32"));
  expectAsInKeras("learning rates", rates, float32(values, [values.length]));
});
