import { optimizers } from "@strata/core/internal";
import { expect, it } from "vitest";
import { getOptimizer, type OptimizerName } from "./get-optimizer.ts";

const names: readonly OptimizerName[] = [
  "Adadelta",
  "Adafactor",
  "Adagrad",
  "Adam",
  "AdamW",
  "Adamax",
  "Ftrl",
  "Lamb",
  "Lion",
  "Muon",
  "Nadam",
  "RMSprop",
  "ScheduleFreeAdamW",
  "SGD",
];
const lowerCaseNames: readonly OptimizerName[] = ["adamw", "ftrl", "rmsprop", "sgd"];

/** The classes of optimizers that need no other optimizer. */
const classes = Object.keys(optimizers).filter((name) => !/^(LossScale|Multi)Optimizer$/.test(name));

it("every optimizer of core is found by the name of its class, in lower case too", () => {
  expect(classes.sort()).toEqual([...names].sort());
  for (const name of names) expect(getOptimizer(name).constructor.name).toBe(name);
  for (const name of lowerCaseNames) {
    expect(getOptimizer(name).constructor.name.toLowerCase()).toBe(name);
  }
});
