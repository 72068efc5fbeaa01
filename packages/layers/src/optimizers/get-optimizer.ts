import { Optimizer } from "@strata/core";
import { type OptimizerName as ClassName, describeValue, optimizers } from "@strata/core/internal";
import { Registry } from "../registry/registry.ts";

/** The names of optimizers: those of their classes in lower case, or in Keras's snake_case. */
export type OptimizerName = Lowercase<ClassName> | `${string}_${string}`;

/** An optimizer: by name, with its default options, or as an object. */
export type OptimizerLike = OptimizerName | Optimizer;

/** The optimizers that have names; some cannot be made without options. */
export const optimizerRegistry = new Registry<new (options: never) => Optimizer>(
  "optimizer",
  optimizers,
  {},
  (name) => name.toLowerCase(),
);

/**
 * The optimizer that a name stands for, with its default options.
 *
 * @param optimizer A name, or an optimizer.
 * @param operation Who asks, for the message. Default: `"getOptimizer"`.
 * @throws RangeError for an unknown name, with the accepted ones.
 */
export function getOptimizer(optimizer: OptimizerLike, operation = "getOptimizer"): Optimizer {
  if (optimizer instanceof Optimizer) return optimizer;
  if (typeof optimizer === "string")
    return Reflect.construct(optimizerRegistry.resolve(operation, optimizer), []);
  throw new RangeError(
    `${operation}: the optimizer is ${describeValue(optimizer)}; it must be a name or an Optimizer`,
  );
}
