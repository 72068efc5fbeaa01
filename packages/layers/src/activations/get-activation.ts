import type { Tensor } from "@strata/core";
import { resolveName, type Spelled } from "../utilities/names.ts";
import { describeValue } from "../utilities/options.ts";
import * as functions from "./functions.ts";

/** The activations that have names, in camelCase. */
export type KnownActivation =
  | "celu"
  | "elu"
  | "exponential"
  | "gelu"
  | "hardSigmoid"
  | "leakyRelu"
  | "linear"
  | "logSigmoid"
  | "logSoftmax"
  | "mish"
  | "relu"
  | "relu6"
  | "selu"
  | "sigmoid"
  | "silu"
  | "softmax"
  | "softplus"
  | "softsign"
  | "swish"
  | "tanh"
  | "tanhShrink";

const table: Readonly<Record<KnownActivation, ActivationFunction>> = {
  celu: functions.celu,
  elu: functions.elu,
  exponential: functions.exponential,
  gelu: functions.gelu,
  hardSigmoid: functions.hardSigmoid,
  leakyRelu: functions.leakyRelu,
  linear: functions.linear,
  logSigmoid: functions.logSigmoid,
  logSoftmax: functions.logSoftmax,
  mish: functions.mish,
  relu: functions.relu,
  relu6: functions.relu6,
  selu: functions.selu,
  sigmoid: functions.sigmoid,
  silu: functions.silu,
  softmax: functions.softmax,
  softplus: functions.softplus,
  softsign: functions.softsign,
  swish: functions.silu,
  tanh: functions.tanh,
  tanhShrink: functions.tanhShrink,
};

/**
 * The activations that have names, in camelCase, in snake_case, and capitalised.
 */
export type ActivationName = Spelled<KnownActivation>;

/** What an activation does: a tensor in, a tensor of the same shape out. */
export type ActivationFunction = (x: Tensor) => Tensor;

/** An activation, by its name or as a function; null for none. */
export type ActivationLike = ActivationName | ActivationFunction | null;

/**
 * The function that a name stands for.
 *
 * @param operation Who asks, for the message. Default: `"getActivation"`.
 * @throws RangeError for an unknown name, with the accepted ones.
 */
export function getActivation(activation: ActivationLike, operation = "getActivation"): ActivationFunction {
  if (activation === null) return functions.linear;
  if (typeof activation === "function") return activation;
  if (typeof activation === "string") return resolveName(operation, "activation", table, activation);
  throw new RangeError(
    `${operation}: the activation is ${describeValue(activation)}; it must be a name or a function`,
  );
}

/** The name under which the function can be had again, or the function itself if it has none. */
export function activationConfig(activation: ActivationFunction): ActivationLike {
  for (const [name, value] of entries(table)) if (value === activation) return name;
  return activation;
}

function entries<Name extends string, Value>(record: Record<Name, Value>): [Name, Value][] {
  const names: Name[] = [];
  for (const name in record) names.push(name);
  return names.map((name) => [name, record[name]]);
}
