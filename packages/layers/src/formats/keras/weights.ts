import { evaluate, tensor, type Variable } from "@strata/core";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { Trainable } from "../../training/trainable.ts";
import { groupAt, type Hdf5Dataset, type Hdf5Group } from "../hdf5/tree.ts";
import { datasetOfTensor, tensorOfDataset } from "../hdf5/values.ts";
import type { WrittenDataset, WrittenGroup } from "../hdf5/write-hdf5.ts";
import { Assignments } from "./assignments.ts";
import { type SavedState, savedStatesOf } from "./saved-states.ts";

/** The weights of a model, and the state of its optimizer, as Keras 3 lays them out: `layers/dense/vars/0`. */
export async function writeWeights(model: AnyLayer): Promise<WrittenGroup> {
  const root = new GroupMaker();
  const states = savedStatesOf(model);
  evaluate(...states.flatMap(({ variables }) => variables.map((each) => each.value)));
  for (const { path, name, layer, variables } of states) {
    const group = root.at(path).at("vars");
    group.attributes.set("name", name);
    for (const [index, variable] of variables.entries()) {
      group.members.set(String(index), await datasetOfTensor(variable.value));
    }
    for (const [key, numbers] of layer?.readKnowledge().numbers ?? []) {
      group.members.set(key, await datasetOfTensor(tensor(numbers, undefined, "float32")));
    }
  }
  return root;
}

class GroupMaker implements WrittenGroup {
  readonly kind = "group";
  readonly attributes = new Map<string, string>();
  readonly members = new Map<string, GroupMaker | WrittenDataset>();

  /** The group at a path within this one, which is made if it is not there. */
  at(path: string): GroupMaker {
    let group: GroupMaker = this;
    for (const name of path.split("/").filter((each) => each !== "")) {
      const found = group.members.get(name);
      const next = found instanceof GroupMaker ? found : new GroupMaker();
      group.members.set(name, next);
      group = next;
    }
    return group;
  }
}

/** How the weights of a file are taken over. */
export interface WeightsOptions {
  /** Whether weights that do not fit, or are missing in the file, are left as they are, with a warning. Default: false. */
  readonly skipMismatch?: boolean;
}

/** The files that belong to the layer at a path, as its vocabulary, by name. */
export type TextsOf = (path: string) => Promise<ReadonlyMap<string, string>>;

/**
 * Gives a model the weights of a file of Keras 3, and its optimizer the state that stands there.
 *
 * @param root The groups of the file.
 * @param file What messages call it.
 * @param textsOf The files that stand beside the weights. Default: none.
 * @throws FileError, before anything is changed, if a weight is missing or does not fit.
 */
export async function readWeights(
  model: AnyLayer,
  root: Hdf5Group,
  file: string,
  { skipMismatch = false }: WeightsOptions = {},
  textsOf: TextsOf = async () => new Map(),
): Promise<void> {
  if (model instanceof Trainable && model.compiled && groupAt(root, "optimizer/vars")) model.buildOptimizer();
  const assignments = new Assignments(file, skipMismatch);
  const known: (() => void)[] = [];
  for (const state of savedStatesOf(model)) {
    const { path, layer, variables } = state;
    const vars = varsAt(root, path);
    if (layer === null) await readOptimizer(assignments, state, vars);
    else {
      await readLayer(assignments, layer, variables, path, vars);
      const knowledge = { texts: await textsOf(path), numbers: await namedNumbers(vars, file, path) };
      if (knowledge.texts.size + knowledge.numbers.size > 0) known.push(() => layer.takeKnowledge(knowledge));
    }
  }
  assignments.carryOut();
  for (const take of known) take();
}

async function readLayer(
  assignments: Assignments,
  layer: AnyLayer,
  variables: readonly Variable[],
  path: string,
  vars: Hdf5Group | undefined,
): Promise<void> {
  const datasets = numberedDatasets(vars);
  if (datasets.length !== variables.length && !isFormerState(layer, datasets, variables)) {
    assignments.refuse(
      path,
      `${JSON.stringify(layer.name)} has ${variables.length} weights of its own; there are ${datasets.length} in the file`,
    );
    return;
  }
  for (const [index, variable] of variables.entries()) {
    await assignments.add(`${path}/vars/${index}`, variable, datasets[index]);
  }
}

/** Whether the file has variables of a layer that has none here: earlier versions of Keras kept states of random numbers. */
function isFormerState(
  layer: AnyLayer,
  datasets: readonly Hdf5Dataset[],
  variables: readonly Variable[],
): boolean {
  return variables.length === 0 && datasets.length === 1 && layer.savedParts.length === 0;
}

/** As in Keras, a state of another number of Variables is left: the file was written before or after other training. */
async function readOptimizer(
  assignments: Assignments,
  { path, name, variables }: SavedState,
  vars: Hdf5Group | undefined,
): Promise<void> {
  const datasets = numberedDatasets(vars);
  // An optimizer that had not taken a step has its iterations and perhaps a learning rate only.
  const isUnused = datasets.length <= 2 && datasets.length < variables.length;
  if (datasets.length !== variables.length && !isUnused) {
    console.warn(
      `${assignments.file}, ${path}: the state of ${JSON.stringify(name)} is left out; it has ${variables.length} Variables, and ` +
        `there are ${datasets.length} in the file`,
    );
    return;
  }
  for (const [index, dataset] of datasets.entries()) {
    await assignments.add(`${path}/vars/${index}`, variables[index], dataset);
  }
}

/** The group of a layer's Variables; attributes of Keras's layers had or have underscores in some versions. */
function varsAt(root: Hdf5Group, path: string): Hdf5Group | undefined {
  const others = [
    path,
    path.replaceAll("/_", "/"),
    path.replaceAll(/(?<=\/)(\w+_dense)$/g, "_$1"),
    path.replace(/^layers\b/, "_layer_checkpoint_dependencies"),
  ];
  return others.map((each) => groupAt(root, `${each}/vars`)).find((found) => found !== undefined);
}

/** The datasets with the names 0, 1, 2… */
function numberedDatasets(vars: Hdf5Group | undefined): readonly Hdf5Dataset[] {
  const datasets: Hdf5Dataset[] = [];
  for (;;) {
    const found = vars?.members.get(String(datasets.length));
    if (found?.kind !== "dataset") return datasets;
    datasets.push(found);
  }
}

/** The data beside the numbered datasets: the weights of a vocabulary. */
async function namedNumbers(
  vars: Hdf5Group | undefined,
  file: string,
  path: string,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const numbers = new Map<string, readonly number[]>();
  for (const [name, member] of vars?.members ?? []) {
    if (member.kind !== "dataset" || member.shape.length !== 1 || /^\d+$/.test(name)) continue;
    const values = await tensorOfDataset(member, { file, path: `${path}/vars/${name}` });
    numbers.set(name, [...(await values.data())]);
  }
  return numbers;
}
