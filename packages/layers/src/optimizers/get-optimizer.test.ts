import * as core from "@strata/core";
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
  "Nadam",
  "RMSprop",
  "SGD",
];
const lowerCaseNames: readonly OptimizerName[] = ["adamw", "ftrl", "rmsprop", "sgd"];

/** The classes of optimizers that core exports. */
const classes = Object.entries(core).filter(([, value]) => {
  const { prototype } = value instanceof Function ? value : {};
  return prototype instanceof core.Optimizer;
});

it("every optimizer of core is found by the name of its class, in lower case too", () => {
  expect(classes.map(([name]) => name).sort()).toEqual([...names].sort());
  for (const name of names) expect(getOptimizer(name).constructor.name).toBe(name);
  for (const name of lowerCaseNames) {
    expect(getOptimizer(name).constructor.name.toLowerCase()).toBe(name);
  }
});
