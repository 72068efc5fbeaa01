/** Optimizers and schedules, which are core's, in Keras's form. */
import {
  fromConfiguration,
  irregularOptionNames,
  optimizerParts,
  optimizers,
  schedules,
} from "@strata/core/internal";
import { isPlainObject } from "../schema/configurable.ts";
import type { Json, Restore, Serialize } from "../schema/option.ts";
import { toCamelCase, toSnakeCase } from "../utilities/names.ts";

/** An object of core's that tells its options. */
interface CoreObject {
  getConfig(): Readonly<Record<string, unknown>>;
}

type CoreClass = new (options: never) => CoreObject;

const modules: readonly (readonly [string, Readonly<Record<string, CoreClass>>])[] = [
  ["keras.optimizers", { ...optimizers, ...optimizerParts }],
  ["keras.optimizers.schedules", schedules],
];

/** The options by their names in Keras that no rule gives. */
const irregular = new Map(Object.entries(irregularOptionNames).map(([name, inKeras]) => [inKeras, name]));

/** The keys of an OptimizerMap are patterns of weights' names, and no options. */
const isMap = (name: string): boolean => name === "optimizerMap";

/** The class of core's that Keras has under a name; undefined if there is none. */
export function findCoreClass(name: string): CoreClass | undefined {
  for (const [, classes] of modules) if (Object.hasOwn(classes, name)) return classes[name];
  return undefined;
}

/** An optimizer or a schedule in Keras's form; undefined for other objects. */
export function coreConfig(value: object, serialize: Serialize): Json | undefined {
  for (const [module, classes] of modules) {
    const name = Object.keys(classes).find((each) => value.constructor === classes[each]);
    if (name === undefined || !isCoreObject(value)) continue;
    const entries = Object.entries(value.getConfig()).map(([option, each]): [string, Json] => [
      irregularOptionNames[option] ?? toSnakeCase(option),
      serialize(each),
    ]);
    return { module, class_name: name, config: Object.fromEntries(entries), registered_name: null };
  }
  return undefined;
}

/** Makes an optimizer or a schedule of its configuration. */
export function restoreCoreObject(made: CoreClass, config: Json, restore: Restore): object {
  const entries = Object.entries(isPlainObject(config) ? config : {}).map(([key, json]) => {
    const name = irregular.get(key) ?? toCamelCase(key);
    return [name, isMap(name) && isPlainObject(json) ? restoreEach(json, restore) : restore(json)];
  });
  return fromConfiguration(made, Object.fromEntries(entries));
}

function restoreEach(json: Readonly<Record<string, Json>>, restore: Restore): unknown {
  if ("class_name" in json) return restore({ ...json });
  return Object.fromEntries(Object.entries(json).map(([pattern, each]) => [pattern, restore(each)]));
}

function isCoreObject(value: object): value is CoreObject {
  return "getConfig" in value && typeof value.getConfig === "function";
}
