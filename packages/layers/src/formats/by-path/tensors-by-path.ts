/** The weights of a model as a record of tensors, by their paths in it. */
import { FileError, type Tensor, tensor, type Variable } from "@strata/core";
import { sameShape } from "@strata/core/internal";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { classNameOf, toSnakeCase } from "../../utilities/names.ts";
import { formatShape } from "../../utilities/shapes.ts";
import type { LoadWeightsOptions } from "../formats.ts";

/**
 * The values of all weights by path, `"encoder/attention/query/kernel"`, and what layers know in numbers besides.
 *
 * @throws TypeError for a model that is not built, and for layers that know texts, as a vocabulary.
 */
export function tensorsByPath(model: AnyLayer): Record<string, Tensor> {
  if (!model.built) throw new TypeError(`saveWeights: "${model.name}" is not built, and has no weights yet`);
  const known = knowledgeByPath(model).flatMap(({ path, layer }) => {
    const { texts, numbers } = layer.readKnowledge();
    if (texts.size > 0) {
      throw new TypeError(
        `saveWeights: the layer ${JSON.stringify(path)} knows ${[...texts.keys()].join(", ")}, which is no tensor; ` +
          "save the model as .keras",
      );
    }
    return [...numbers].map(
      ([name, values]) => [joinPath(path, name), tensor([...values], undefined, "float32")] as const,
    );
  });
  const weights = [...weightsByPath(model)].map(([path, weight]) => [path, weight.value] as const);
  return Object.fromEntries([...weights, ...known]);
}

/**
 * Gives a model the weights of a record.
 *
 * @throws FileError, before anything is changed, if one is missing, does not fit, or has no place in the model; with
 *   `skipMismatch` there is a warning instead.
 */
export function takeTensors(
  model: AnyLayer,
  tensors: Readonly<Record<string, Tensor>>,
  file: string,
  { skipMismatch = false, byName = false }: LoadWeightsOptions,
): void {
  if (byName) {
    throw new FileError(
      file,
      "",
      "byName is for Keras's older format; weights have their paths as names here",
    );
  }
  const skipped: string[] = [];
  const refuse = (path: string, rule: string): void => {
    if (!skipMismatch) throw new FileError(file, JSON.stringify(path), rule);
    skipped.push(`${path}: ${rule}`);
  };
  const left = new Map(Object.entries(tensors));
  const take = (path: string): Tensor | undefined => {
    const found = left.get(path);
    left.delete(path);
    if (found === undefined) refuse(path, "it is missing in the file");
    return found;
  };
  const assignments: [Variable, Tensor][] = [];
  for (const [path, weight] of weightsByPath(model)) {
    const value = take(path);
    if (value === undefined) continue;
    if (sameShape(value.shape, weight.shape)) assignments.push([weight, value.cast(weight.dtype)]);
    else
      refuse(
        path,
        `it has the shape ${formatShape(value.shape)}; the weight has ${formatShape(weight.shape)}`,
      );
  }
  const known = knowledgeByPath(model).map(({ path, layer }) => {
    const { numbers } = layer.readKnowledge();
    const found = [...numbers.keys()].flatMap((name) => {
      const value = take(joinPath(path, name));
      return value === undefined ? [] : [[name, Array.from(value.dataSync())] as const];
    });
    return { layer, numbers: new Map(found) };
  });
  for (const path of left.keys()) refuse(path, "the model has no weight of this path");
  for (const [weight, value] of assignments) weight.assign(value);
  for (const { layer, numbers } of known) {
    if (numbers.size > 0) layer.takeKnowledge({ texts: new Map(), numbers });
  }
  if (skipped.length > 0) {
    console.warn(`${file}: left as they are, because they do not fit:\n${skipped.join("\n")}`);
  }
}

/** The layers of a model, each once, by their paths. */
function layersByPath(model: AnyLayer): ReadonlyMap<AnyLayer, string> {
  const found = new Map<AnyLayer, string>();
  const visit = (layer: AnyLayer, path: string): void => {
    if (found.has(layer)) return;
    found.set(layer, path);
    for (const { name, part } of withStableNames(layer.sublayers)) visit(part, joinPath(path, name));
  };
  visit(model, "");
  return found;
}

/**
 * Layers under names that do not depend on how many layers were made before: those that were not named by hand, as `dense_7`, are
 * counted anew, `dense`, `dense_1`….
 */
function withStableNames(parts: AnyLayer["sublayers"]): readonly { name: string; part: AnyLayer }[] {
  const counts = new Map<string, number>();
  return parts.map(({ name, part }) => {
    const stem = toSnakeCase(classNameOf(part));
    const isCounted = name.startsWith(`${stem}_`) && /^\d+$/.test(name.slice(stem.length + 1));
    if (name !== stem && !isCounted) return { name, part };
    const count = counts.get(stem) ?? 0;
    counts.set(stem, count + 1);
    return { name: count === 0 ? stem : `${stem}_${count}`, part };
  });
}

/** The weights of a model, each once, by their paths. */
function weightsByPath(model: AnyLayer): ReadonlyMap<string, Variable> {
  const weights = new Map<string, Variable>();
  const seen = new Set<Variable>();
  for (const [layer, path] of layersByPath(model)) {
    const own = new Set(layer.ownWeights);
    for (const [name, weight] of layer.weightPaths) {
      if (!own.has(weight) || seen.has(weight)) continue;
      seen.add(weight);
      weights.set(joinPath(path, name), weight);
    }
  }
  return weights;
}

/** The layers that know something besides weights. */
function knowledgeByPath(model: AnyLayer): { readonly path: string; readonly layer: AnyLayer }[] {
  return [...layersByPath(model)].flatMap(([layer, path]) => {
    const { texts, numbers } = layer.readKnowledge();
    return texts.size + numbers.size > 0 ? [{ layer, path }] : [];
  });
}

function joinPath(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}
