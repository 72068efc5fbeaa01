import { constraintRegistry } from "../constraints/registry.ts";
import { initializerRegistry } from "../initializers/registry.ts";
import { DTypePolicy } from "../layer/dtype-policy.ts";
import { CustomScaleLayer } from "../layers/applications/custom-scale-layer.ts";
import { LayerScale } from "../layers/applications/layer-scale.ts";
import { layerRegistry } from "../layers/registry.ts";
import { lossFunctions, lossRegistry } from "../losses/get-loss.ts";
import { metricFunctions, metricRegistry } from "../metrics/get-metric.ts";
import { Model } from "../models/model.ts";
import { Sequential } from "../models/sequential.ts";
import { classesOf } from "../registry/classes.ts";
import { Registry } from "../registry/registry.ts";
import { regularizerRegistry } from "../regularizers/registry.ts";
import { Configurable } from "../schema/configurable.ts";
import { toSnakeCase } from "../utilities/names.ts";

/** A class whose objects have configurations. */
export type ConfigurableClass = (new (options?: never) => Configurable) & typeof Configurable;

/** The classes that Keras has too, by the part of Keras's module names that tells their kind. */
const kinds: Readonly<Record<string, Registry<new () => Configurable>>> = {
  layers: layerRegistry,
  losses: lossRegistry,
  metrics: metricRegistry,
  initializers: initializerRegistry,
  regularizers: regularizerRegistry,
  constraints: constraintRegistry,
  applications: new Registry("class", classesOf({ CustomScaleLayer, LayerScale }, Configurable)),
  keras: new Registry<new () => Configurable>("class", { DTypePolicy, Sequential, Functional: Model, Model }),
};

const functions: readonly Registry<object>[] = [lossFunctions, metricFunctions];

/** The function of a name in Keras; undefined if there is none. */
export function findKerasFunction(name: string): object | undefined {
  return functions.map((registry) => registry.find(name)).find((found) => found !== undefined);
}

/** The name that Keras has for a function; undefined if the function is not one of Keras's. */
export function kerasFunctionNameOf(f: object): string | undefined {
  const name = functions.map((registry) => registry.nameOf(f)).find((found) => found !== undefined);
  return name === undefined ? undefined : toSnakeCase(name);
}

const custom = new Map<string, object>();

/** The class of a name in a module of Keras's, in any module if that says nothing; undefined if there is none. */
export function findKerasClass(module: string | null | undefined, name: string): object | undefined {
  const parts = (module ?? "").split(".");
  const named = Object.keys(kinds).filter((kind) => kind !== "keras" && parts.includes(kind));
  const searched = named.length > 0 ? named : Object.keys(kinds);
  for (const kind of searched) {
    const found = kinds[kind].find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The name that Keras has for a class; undefined if the class is not one of Keras's. */
export function kerasNameOf(made: object): string | undefined {
  for (const registry of Object.values(kinds)) {
    const found = Object.entries(registry.entries).find(([, entry]) => entry === made);
    if (found !== undefined) return found[0];
  }
  return undefined;
}

/**
 * Makes a class or a function of your own known to configurations, so that models that use it can be restored.
 *
 * @param made The class, which takes its options as one object and tells them by `getConfig`; or a function.
 * @param options The package that it belongs to (default: `"Custom"`), and its name (default: its own).
 *
 * @example
 * ```ts
 * import { fromKerasConfig, Layer, registerKerasSerializable, toKerasConfig } from "@strata/layers";
 * import type { Tensor } from "@strata/core";
 *
 * class Twice extends Layer {
 *   override call(inputs: Tensor): Tensor {
 *     return inputs.mul(2);
 *   }
 * }
 * registerKerasSerializable(Twice);
 * console.log(fromKerasConfig(toKerasConfig(new Twice())) instanceof Twice); // true
 * ```
 */
export function registerKerasSerializable(
  made: { readonly name: string },
  options: { readonly package?: string; readonly name?: string } = {},
): void {
  custom.set(`${options.package ?? "Custom"}>${options.name ?? made.name}`, made);
}

/** The class or function registered under a name. */
export function findCustom(name: string): object | undefined {
  return custom.get(name) ?? [...custom].find(([registered]) => registered.endsWith(`>${name}`))?.[1];
}

/** The name that something was registered under. */
export function customNameOf(made: object): string | undefined {
  return [...custom].find(([, each]) => each === made)?.[0];
}
