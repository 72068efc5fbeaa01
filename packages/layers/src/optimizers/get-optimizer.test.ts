import { RMSprop } from "@strata/core";
import { optimizers } from "@strata/core/internal";
import { expect, it } from "vitest";
import { getOptimizer, type OptimizerName } from "./get-optimizer.ts";

const names: readonly OptimizerName[] = [
  "adadelta",
  "adafactor",
  "adagrad",
  "adam",
  "adamw",
  "adamax",
  "ftrl",
  "lamb",
  "lion",
  "muon",
  "nadam",
  "rmsprop",
  "schedulefreeadamw",
  "sgd",
];

/** The classes of optimizers that need no other optimizer. */
const classes = Object.keys(optimizers).filter((name) => !/^(LossScale|Multi)Optimizer$/.test(name));

it("every optimizer of core is found by the name of its class in lower case", () => {
  expect(classes.map((name) => name.toLowerCase()).sort()).toEqual([...names].sort());
  for (const name of names) expect(getOptimizer(name).constructor.name.toLowerCase()).toBe(name);
  expect(getOptimizer("rms_prop")).toBeInstanceOf(RMSprop);
});
