/** Whole models of `fixtures/keras`. */
import { Model } from "../models/model.ts";
import { findKerasOperation } from "../operations/keras-operations.ts";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { findKerasClass } from "../saving/known-classes.ts";
import { findCoreClass } from "../saving/optimizer-config.ts";
import { isJsonRecord, type Json } from "../schema/option.ts";
import { isTensorCase, type TensorCase, tensorOf } from "./keras-cases.node.ts";

/** The model that a configuration describes, with weights of these values. */
export function restoreModel(config: Json | undefined, weights: Json | undefined): Model {
  const model = fromKerasConfig(config ?? null);
  if (!(model instanceof Model)) throw new Error("the configuration is not that of a model");
  model.setWeights(tensorCasesIn(weights).map(tensorOf));
  return model;
}

/** The tensors of a list. */
export function tensorCasesIn(list: Json | undefined): readonly TensorCase[] {
  return Array.isArray(list) ? list.filter(isTensorCase) : [];
}

/** The classes in a configuration that are not there. */
export function missingClasses(config: Json | undefined): readonly string[] {
  const names = new Set<string>();
  const visit = (json: Json | undefined): void => {
    if (Array.isArray(json)) for (const each of json) visit(each);
    if (!isJsonRecord(json)) return;
    const { class_name: name, module } = json;
    if (typeof name === "string" && !name.startsWith("__") && !isKnown(String(module), name)) names.add(name);
    for (const each of Object.values(json)) visit(each);
  };
  visit(config);
  return [...names];
}

function isKnown(module: string, name: string): boolean {
  if (module.startsWith("keras.src.ops")) return findKerasOperation(name) !== undefined;
  return (findKerasClass(module, name) ?? findCoreClass(name)) !== undefined;
}
