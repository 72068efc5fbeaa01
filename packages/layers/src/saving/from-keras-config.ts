import { type DType, type NestedArray, type Tensor, tensor } from "@strata/core";
import { describeValue, isDType } from "@strata/core/internal";
import { Configurable, isPlainObject } from "../schema/configurable.ts";
import type { Json } from "../schema/option.ts";
import { isKerasObject, type KerasObject } from "./keras-object.ts";
import { type ConfigurableClass, findCustom, findKerasClass, findKerasFunction } from "./known-classes.ts";
import { findCoreClass, restoreCoreObject } from "./optimizer-config.ts";

/**
 * Restores an object from the form in which Keras 3 writes configurations.
 *
 * @param json `{ module, class_name, config, registered_name }`, or plain data that hold such objects.
 * @throws RangeError for a class that is neither one of Keras's nor registered, and for options that are not supported.
 *
 * @example
 * ```ts
 * import { Dense, fromKerasConfig } from "@strata/layers";
 *
 * const layer = fromKerasConfig({ class_name: "Dense", config: { units: 3, activation: "relu" } });
 * console.log(layer instanceof Dense && layer.units); // 3
 * ```
 */
export function fromKerasConfig(json: Json): unknown {
  if (Array.isArray(json)) return json.map((each) => fromKerasConfig(each));
  if (!isPlainObject(json)) return json;
  if (!isKerasObject(json)) {
    return Object.fromEntries(Object.entries(json).map(([name, each]) => [name, fromKerasConfig(each)]));
  }
  if (json.class_name === "__tensor__") return restoreTensor(json.config);
  if (json.class_name === "function") return restoreFunction(json);
  if (json.class_name === "__lambda__") {
    throw new RangeError(
      "fromKerasConfig: the configuration holds the code of a Python function, which cannot run here; give the function a " +
        "name there, and register one of that name here by registerKerasSerializable",
    );
  }
  return restoreObject(json);
}

function restoreObject({
  module,
  class_name,
  config,
  registered_name,
  ...beside
}: KerasObject & { readonly [name: string]: Json }): object {
  if (module?.includes("optimizers") || !findKerasClass(module, class_name)) {
    const core = findCoreClass(class_name);
    if (core !== undefined) return restoreCoreObject(core, config, fromKerasConfig);
  }
  const made = findCustom(registered_name ?? class_name) ?? findKerasClass(module, class_name);
  if (!isConfigurableClass(made)) {
    throw new RangeError(
      `fromKerasConfig: the class ${JSON.stringify(class_name)} of ${module ?? "no module"} is unknown; a class of your own ` +
        "must be registered by registerKerasSerializable",
    );
  }
  const restored = made.restoreConfig(config, fromKerasConfig);
  restored.restoreBeside(beside, fromKerasConfig);
  return restored;
}

function restoreFunction({ config }: KerasObject): object {
  const found = findCustom(String(config)) ?? findKerasFunction(String(config));
  if (typeof found === "function") return found;
  throw new RangeError(
    `fromKerasConfig: the function ${JSON.stringify(config)} is unknown; register it by registerKerasSerializable`,
  );
}

function restoreTensor(config: Json): Tensor {
  const { value, dtype } = isPlainObject(config) ? config : {};
  if (isNested(value) && isDType(dtype)) return tensor(value, undefined, dtype satisfies DType);
  throw new RangeError(
    `fromKerasConfig: the tensor ${describeValue(config)} has no value or an unknown dtype`,
  );
}

function isNested(value: unknown): value is NestedArray | number {
  return typeof value === "number" || (Array.isArray(value) && value.every(isNested));
}

function isConfigurableClass(made: unknown): made is ConfigurableClass {
  return typeof made === "function" && made.prototype instanceof Configurable;
}
