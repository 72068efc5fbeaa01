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
  Muon,
  Nadam,
  Optimizer,
  RMSprop,
  ScheduleFreeAdamW,
  SGD,
} from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { resolveName } from "../utilities/names.ts";

/** The name of an optimizer: that of its class, in lower case or as it is. */
export type OptimizerName =
  | "Adadelta"
  | "Adafactor"
  | "Adagrad"
  | "Adam"
  | "AdamW"
  | "Adamax"
  | "Ftrl"
  | "Lamb"
  | "Lion"
  | "Muon"
  | "Nadam"
  | "RMSprop"
  | "ScheduleFreeAdamW"
  | "SGD"
  | "adadelta"
  | "adafactor"
  | "adagrad"
  | "adam"
  | "adamw"
  | "adamax"
  | "ftrl"
  | "lamb"
  | "lion"
  | "muon"
  | "nadam"
  | "rmsprop"
  | "schedulefreeadamw"
  | "sgd";

const table: Readonly<Record<Lowercase<OptimizerName>, () => Optimizer>> = {
  adadelta: () => new Adadelta(),
  adafactor: () => new Adafactor(),
  adagrad: () => new Adagrad(),
  adam: () => new Adam(),
  adamw: () => new AdamW(),
  adamax: () => new Adamax(),
  ftrl: () => new Ftrl(),
  lamb: () => new Lamb(),
  lion: () => new Lion(),
  muon: () => new Muon(),
  nadam: () => new Nadam(),
  rmsprop: () => new RMSprop(),
  schedulefreeadamw: () => new ScheduleFreeAdamW(),
  sgd: () => new SGD(),
};

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
