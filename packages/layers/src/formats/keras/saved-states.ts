import { LossScaleOptimizer, type Optimizer, type Variable } from "@strata/core";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { kerasNameOf } from "../../saving/known-classes.ts";
import { Trainable } from "../../training/trainable.ts";
import { classNameOf, toSnakeCase } from "../../utilities/names.ts";

/**
 * The content of one place in a weights file of Keras 3: the Variables of a layer or an optimizer, without those of its
 * parts.
 */
export interface SavedState {
  /** The place in the file, as `layers/dense`; of the model itself it is empty. */
  readonly path: string;
  /** The layer; null for an optimizer. */
  readonly layer: AnyLayer | null;
  /** The name of the layer or optimizer, which the file tells too. */
  readonly name: string;
  /** In the order of their numbers in the file. */
  readonly variables: readonly Variable[];
}

/**
 * All that a weights file keeps of a model, in the order in which Keras visits it: the layer, its parts by attribute, within
 * collections by class and number (`layers/dense`, `layers/dense_1`), what is shared at its first place only.
 */
export function savedStatesOf(model: AnyLayer): readonly SavedState[] {
  const states: SavedState[] = [];
  const seen = new Set<AnyLayer>();
  const visit = (layer: AnyLayer, path: string): void => {
    if (seen.has(layer)) return;
    seen.add(layer);
    states.push({ path, layer, name: layer.name, variables: layer.ownWeights });
    for (const { name, parts } of layer.savedParts) {
      if (!isList(parts)) visit(parts, joined(path, name));
      else for (const [key, part] of numbered(parts)) visit(part, joined(path, `${name}/${key}`));
    }
    if (layer instanceof Trainable && layer.compiled) {
      states.push(...statesOfOptimizer(layer.optimizer, joined(path, "optimizer")));
    }
  };
  visit(model, "");
  return states;
}

function statesOfOptimizer(optimizer: Optimizer, path: string): readonly SavedState[] {
  const own = { path, layer: null, name: optimizer.name, variables: optimizer.variables };
  if (!(optimizer instanceof LossScaleOptimizer)) return [own];
  return [own, ...statesOfOptimizer(optimizer.options.innerOptimizer, `${path}/inner_optimizer`)];
}

/** The layers of a collection by their keys in files: the class in snake_case, numbered from the second of a class on. */
function numbered(layers: readonly AnyLayer[]): readonly (readonly [key: string, layer: AnyLayer])[] {
  const counts = new Map<string, number>();
  return layers.map((layer) => {
    const key = toSnakeCase(kerasNameOf(layer.constructor) ?? classNameOf(layer));
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return [count === 0 ? key : `${key}_${count}`, layer];
  });
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

function isList(parts: AnyLayer | readonly AnyLayer[]): parts is readonly AnyLayer[] {
  return Array.isArray(parts);
}
