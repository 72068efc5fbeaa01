/** The options of losses and metrics that are made of a function, which may take options of its own. */
import type { Tensor } from "@strata/core";
import { type Configuration, isPlainObject } from "../schema/configurable.ts";
import { type Json, type OptionTable, option, type Serialize } from "../schema/option.ts";
import { toSnakeCase } from "../utilities/names.ts";

/** A function of targets and predictions, [batch, ...], that gives a number for each sample. */
export type SampleFunction = (yTrue: Tensor, yPred: Tensor, options?: never) => Tensor;

/** The function, and what it is given. */
export const wrappedFunctionOptions = {
  /** The function of targets, predictions and options. */
  fn: option<SampleFunction>({
    accepted: "a function of targets and predictions",
    read: (given) => (isSampleFunction(given) ? given : undefined),
    restore: (json, restore) => restore(json),
  })(),
  /** The options that the function is given. */
  functionOptions: option<Configuration>({
    accepted: "an object of options",
    read: (given) => (isPlainObject(given) ? given : undefined),
  })({}).omitted("always"),
};

/** Options with the name of the function, unless another is given. */
export function withFunctionName(given: object): object {
  const name = "fn" in given && isSampleFunction(given.fn) ? given.fn.name : "";
  return name === "" ? given : { name, ...given };
}

/** The value of the function with its options. */
export function callWrapped(
  fn: SampleFunction,
  yTrue: Tensor,
  yPred: Tensor,
  options: Configuration,
): Tensor {
  if (Object.keys(options).length > 0 && takesOptions(fn)) return fn(yTrue, yPred, options);
  return fn(yTrue, yPred);
}

/** A configuration with the options of the function beside those of the class, as Keras writes it. */
export function withFunctionOptions(config: Json, options: Configuration, serialize: Serialize): Json {
  const own = Object.entries(options).map(([name, value]) => [toSnakeCase(name), serialize(value)]);
  return { ...(isPlainObject(config) ? config : {}), ...Object.fromEntries(own) };
}

/** The options of the class, and those of the function under a name of their own. */
export function splitFunctionOptions(table: OptionTable, given: Configuration): Configuration {
  const entries = Object.entries(given);
  const functionOptions = Object.fromEntries(entries.filter(([name]) => !Object.hasOwn(table, name)));
  return { ...Object.fromEntries(entries.filter(([name]) => Object.hasOwn(table, name))), functionOptions };
}

function isSampleFunction(value: unknown): value is SampleFunction {
  return typeof value === "function";
}

function takesOptions(
  fn: SampleFunction,
): fn is (yTrue: Tensor, yPred: Tensor, options?: Configuration) => Tensor {
  return isSampleFunction(fn);
}
