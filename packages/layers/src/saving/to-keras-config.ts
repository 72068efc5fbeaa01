import { Tensor, Variable } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { Configurable, isPlainObject } from "../schema/configurable.ts";
import type { Json } from "../schema/option.ts";
import { classNameOf } from "../utilities/names.ts";
import { customNameOf, kerasFunctionNameOf, kerasNameOf } from "./known-classes.ts";
import { coreConfig } from "./optimizer-config.ts";

/**
 * An object in the form in which Keras 3 writes configurations: `{ module, class_name, config, registered_name }`.
 *
 * @param value A layer, model, loss, metric, initializer, regularizer or constraint, or plain data that hold them.
 * @throws TypeError for what has no name to restore it by: a class that is not registered, an anonymous function.
 *
 * @example
 * ```ts
 * import { initializers, toKerasConfig } from "@strata/layers";
 *
 * console.log(JSON.stringify(toKerasConfig(new initializers.Constant(3))));
 * // {"module":"keras.initializers","class_name":"Constant","config":{"value":3},"registered_name":null}
 * ```
 */
export function toKerasConfig(value: unknown): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return value.map(toKerasConfig);
  if (value instanceof Tensor || value instanceof Variable) return tensorConfig(value);
  if (value instanceof Configurable) return objectConfig(value);
  if (typeof value === "function") return functionConfig(value);
  if (typeof value === "object") {
    const config = coreConfig(value, toKerasConfig);
    if (config !== undefined) return config;
  }
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toKerasConfig(each)]));
  }
  throw new TypeError(`toKerasConfig: ${describeValue(value)} cannot be written in a configuration`);
}

function objectConfig(value: Configurable): Json {
  const made = value.constructor;
  const kerasName = kerasNameOf(made);
  const customName = customNameOf(made);
  if (kerasName === undefined && customName === undefined) {
    throw new TypeError(
      `toKerasConfig: the class ${classNameOf(value)} is not known to configurations; call ` +
        `registerKerasSerializable(${classNameOf(value)}) first`,
    );
  }
  return {
    module: kerasName === undefined ? null : value.kerasModule,
    class_name: kerasName ?? classNameOf(value),
    config: value.writeConfig(toKerasConfig),
    registered_name: customName ?? value.registeredName,
    ...value.writeBeside(toKerasConfig),
  };
}

function functionConfig(value: { readonly name: string }): Json {
  const known = kerasFunctionNameOf(value);
  if (known !== undefined) {
    return { module: "builtins", class_name: "function", config: known, registered_name: "function" };
  }
  const registered = customNameOf(value);
  if (registered === undefined) {
    throw new TypeError(
      `toKerasConfig: the function ${value.name || "(anonymous)"} has no name to restore it by; call ` +
        "registerKerasSerializable(f, { name }) first",
    );
  }
  return { module: "builtins", class_name: "function", config: registered, registered_name: "function" };
}

function tensorConfig(value: Tensor | Variable): Json {
  return {
    class_name: "__tensor__",
    config: { value: JSON.parse(JSON.stringify(value.arraySync())), dtype: value.dtype },
  };
}
