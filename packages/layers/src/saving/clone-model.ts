import type { AnyLayer } from "../layer/any-layer.ts";
import { isJsonRecord } from "../schema/option.ts";
import { fromKerasConfig } from "./from-keras-config.ts";
import { toKerasConfig } from "./to-keras-config.ts";

/**
 * A model of the same layers, with weights of its own that begin anew; not compiled.
 *
 * @param model The model, or a single layer. Classes and functions of your own in it must be registered.
 * @throws TypeError for what has no name to restore it by.
 *
 * @example
 * ```ts
 * import { cloneModel, Dense, Input, Sequential } from "@strata/layers";
 *
 * const model = new Sequential([Input({ shape: [2] }), new Dense(3)]);
 * const copy = cloneModel(model);
 * console.log(copy.countParams(), copy.weights[0] === model.weights[0]); // 9 false
 * ```
 */
export function cloneModel<Cloned extends AnyLayer>(model: Cloned): Cloned {
  const config = toKerasConfig(model);
  const copy = fromKerasConfig(isJsonRecord(config) ? { ...config, compile_config: {} } : config);
  if (isLike(copy, model)) return copy;
  throw new TypeError(`cloneModel: the configuration of ${model.name} restores another class`);
}

function isLike<Cloned extends AnyLayer>(copy: unknown, model: Cloned): copy is Cloned {
  return typeof copy === "object" && copy !== null && copy.constructor === model.constructor;
}
