/** The common part of optimizers that leave the steps to others. */
import { tensor } from "../tensor.ts";
import { type Variable, variable } from "../variable.ts";
import { Optimizer } from "./optimizer.ts";
import type { OptimizerOption } from "./option.ts";

/** The kind of option that an optimizer is. */
export const anOptimizer: OptimizerOption<Optimizer> = {
  rule: "an Optimizer",
  accepts: (value) => value instanceof Optimizer,
};

/** The iterations and the learning rate, 0, that Keras keeps for a wrapper too, and saves. */
export function wrapperState(name: string): readonly [iterations: Variable, learningRate: Variable] {
  return [
    variable(tensor(0, [], "int32"), { name: `${name}/iteration`, trainable: false }),
    variable(0, { name: `${name}/learning_rate`, trainable: false }),
  ];
}

/** Throws a RangeError if the inner optimizer would scale the loss once more. */
export function checkUnscaled(owner: string, { name, options }: Optimizer): void {
  if (!("lossScaleFactor" in options) || options.lossScaleFactor === null) return;
  throw new RangeError(
    `${owner}: the inner optimizer "${name}" has a lossScaleFactor; it must be null, since ${owner} scales the loss`,
  );
}
