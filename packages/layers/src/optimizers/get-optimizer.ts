import { Adam, AdamW, Optimizer, RMSprop, SGD } from "@strata/core";
import { resolveName } from "../utilities/names.ts";
import { describeValue } from "../utilities/options.ts";

const table: Readonly<Record<Lowercase<OptimizerName>, () => Optimizer>> = {
  adam: () => new Adam(),
  adamw: () => new AdamW(),
  rmsprop: () => new RMSprop(),
  sgd: () => new SGD(),
};

/** The name of an optimizer: that of its class, in lower case or as it is. */
export type OptimizerName = "adam" | "adamw" | "rmsprop" | "sgd" | "Adam" | "AdamW" | "RMSprop" | "SGD";

/** An optimizer: by name, with its default options, or as an object. */
export type OptimizerLike = OptimizerName | Optimizer;

/**
 * The optimizer that a name stands for, with its default options.
 *
 * @param operation Who asks, for the message. Default: `"getOptimizer"`.
 * @throws RangeError for an unknown name, with the accepted ones.
 */
export function getOptimizer(optimizer: OptimizerLike, operation = "getOptimizer"): Optimizer {
  if (optimizer instanceof Optimizer) return optimizer;
  if (typeof optimizer === "string")
    return resolveName<() => Optimizer>(operation, "optimizer", table, optimizer)();
  throw new RangeError(
    `${operation}: the optimizer is ${describeValue(optimizer)}; it must be a name or an Optimizer`,
  );
}
