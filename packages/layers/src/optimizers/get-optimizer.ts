import {
  Adadelta,
  Adafactor,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  Ftrl,
  Lamb,
  Lion,
  Nadam,
  Optimizer,
  RMSprop,
  SGD,
} from "@strata/core";
import { resolveName } from "../utilities/names.ts";
import { describeValue } from "../utilities/options.ts";

const classes = {
  Adadelta: () => new Adadelta(),
  Adafactor: () => new Adafactor(),
  Adagrad: () => new Adagrad(),
  Adam: () => new Adam(),
  AdamW: () => new AdamW(),
  Adamax: () => new Adamax(),
  Ftrl: () => new Ftrl(),
  Lamb: () => new Lamb(),
  Lion: () => new Lion(),
  Nadam: () => new Nadam(),
  RMSprop: () => new RMSprop(),
  SGD: () => new SGD(),
};

type ClassName = keyof typeof classes;

/** The name of an optimizer: that of its class, in lower case or as it is. */
export type OptimizerName = ClassName | Lowercase<ClassName>;

const table: Readonly<Record<string, () => Optimizer>> = Object.fromEntries(
  Object.entries(classes).map(([name, make]) => [name.toLowerCase(), make]),
);

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
