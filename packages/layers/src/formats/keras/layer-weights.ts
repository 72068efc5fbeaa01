/** Weights in Keras's older format: a group a layer, which lists its weights in order. */
import { FileError, type Variable } from "@strata/core";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { groupAt, type Hdf5Dataset, type Hdf5Group, memberAt } from "../hdf5/tree.ts";
import { Assignments } from "./assignments.ts";

/** How weights of the older format are taken over. */
export interface LayerWeightsOptions {
  /** Whether what does not fit is left as it is, with a warning. Default: false. */
  readonly skipMismatch?: boolean;
  /** Whether layers are found by their names, and not by their order. Default: false. */
  readonly byName?: boolean;
}

/** The layers of a model, as the older format lists them. */
export interface ListedModel extends AnyLayer {
  readonly layers: readonly AnyLayer[];
}

/** Whether a group lists the weights of layers. */
export function listsLayers(group: Hdf5Group): boolean {
  return group.attributes.has("layer_names") || group.attributes.has("layer_names0");
}

/**
 * Gives a model the weights of a file of the older format.
 *
 * @param group The group with the attribute `layer_names`.
 * @throws FileError, before anything is changed, if layers or weights are missing or do not fit.
 */
export async function readLayerWeights(
  model: ListedModel,
  group: Hdf5Group,
  file: string,
  { skipMismatch = false, byName = false }: LayerWeightsOptions = {},
): Promise<void> {
  const assignments = new Assignments(file, skipMismatch);
  const saved = textsOf(group, "layer_names").map((name) => ({
    name,
    datasets: datasetsOf(group, name, file),
  }));
  for (const [layer, { name, datasets }] of byName
    ? pairsByName(model, saved)
    : pairsInOrder(model, saved, file)) {
    await assign(assignments, layer.name, weightsInOrder(layer), datasets, name);
  }
  const own = "top_level_model_weights";
  if (groupAt(group, own) !== undefined && !byName) {
    await assign(assignments, model.name, model.ownWeights, datasetsOf(group, own, file), own);
  }
  assignments.carryOut();
}

/** The part of a file that belongs to a layer. */
interface SavedLayer {
  readonly name: string;
  readonly datasets: readonly Hdf5Dataset[];
}

function pairsByName(
  model: ListedModel,
  saved: readonly SavedLayer[],
): readonly (readonly [AnyLayer, SavedLayer])[] {
  const byName = new Map(model.layers.map((layer) => [layer.name, layer]));
  return saved.flatMap((each) => {
    const layer = byName.get(each.name);
    return layer === undefined ? [] : [[layer, each] as const];
  });
}

function pairsInOrder(
  model: ListedModel,
  saved: readonly SavedLayer[],
  file: string,
): readonly (readonly [AnyLayer, SavedLayer])[] {
  const layers = model.layers.filter(({ weights }) => weights.length > 0);
  const withWeights = saved.filter(({ datasets }) => datasets.length > 0);
  if (layers.length === withWeights.length) return layers.map((layer, index) => [layer, withWeights[index]]);
  throw new FileError(
    file,
    "layer_names",
    `it has the weights of ${withWeights.length} layers, and the model ${layers.length} layers with weights; with byName: true ` +
      "layers are found by their names",
  );
}

async function assign(
  assignments: Assignments,
  layer: string,
  variables: readonly Variable[],
  datasets: readonly Hdf5Dataset[],
  place: string,
): Promise<void> {
  if (variables.length !== datasets.length) {
    assignments.refuse(
      place,
      `${JSON.stringify(layer)} has ${variables.length} weights; there are ${datasets.length} in the file`,
    );
    return;
  }
  for (const [index, variable] of variables.entries()) {
    await assignments.add(`${place}, weight ${index}`, variable, datasets[index]);
  }
}

/** In the older format all weights that are trained come first. */
function weightsInOrder({ trainableWeights, nonTrainableWeights }: AnyLayer): readonly Variable[] {
  return [...trainableWeights, ...nonTrainableWeights];
}

/** A dataset under the name that a group lists it by. */
export interface ListedDataset {
  readonly name: string;
  readonly dataset: Hdf5Dataset;
}

/** The datasets of a group in the order in which it lists them. */
export function listed(group: Hdf5Group, name: string, file: string): readonly ListedDataset[] {
  const found = groupAt(group, name);
  if (found === undefined) throw new FileError(file, name, "the group is missing, though it is listed");
  return textsOf(found, "weight_names").map((weight) => {
    const dataset = memberAt(found, weight);
    if (dataset?.kind === "dataset") return { name: weight, dataset };
    throw new FileError(file, `${name}/${weight}`, "the dataset is missing, though it is listed");
  });
}

function datasetsOf(group: Hdf5Group, name: string, file: string): readonly Hdf5Dataset[] {
  return listed(group, name, file).map(({ dataset }) => dataset);
}

/** A list of texts in an attribute, or in several with numbers where it is long. */
function textsOf({ attributes }: Hdf5Group, name: string): readonly string[] {
  const whole = attributes.get(name);
  if (whole !== undefined) return [whole].flat().map(String);
  const texts: string[] = [];
  for (let index = 0; attributes.has(`${name}${index}`); index++) {
    texts.push(...[attributes.get(`${name}${index}`) ?? []].flat().map(String));
  }
  return texts;
}
