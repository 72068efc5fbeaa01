/** The state of an optimizer in Keras's older format. */
import type { Variable } from "@strata/core";
import type { Model } from "../../models/model.ts";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import type { Hdf5Group } from "../hdf5/tree.ts";
import { slotLayout, slotVariables } from "../optimizer-slots.ts";
import { Assignments } from "./assignments.ts";
import { type ListedDataset, listed } from "./layer-weights.ts";

const place = "optimizer_weights";

/**
 * Gives the optimizer of a model, which was compiled as the file says, the state that is there. Where the state is not that of its
 * weights, it begins anew, with a warning.
 *
 * @param training How the model was compiled, as the file has it.
 * @throws FileError for values of other shapes than the Variables have.
 */
export async function readOptimizerWeights(
  model: Model,
  training: { readonly [name: string]: Json },
  root: Hdf5Group,
  { file, isOfKeras2 }: { readonly file: string; readonly isOfKeras2: boolean },
): Promise<void> {
  const datasets = listed(root, place, file);
  if (datasets.length > 2) model.buildOptimizer();
  const variables = isOfKeras2
    ? variablesOfKeras2(model, training, datasets)
    : variablesInOrder(model.optimizer.variables, datasets);
  if (variables === null) {
    console.warn(`${file}, ${place}: the state of the optimizer is left out; it begins anew`);
    return;
  }
  const assignments = new Assignments(file, false);
  for (const [index, { dataset }] of datasets.entries()) {
    await assignments.add(`${place}, ${index}`, variables[index], dataset);
  }
  assignments.carryOut();
}

function variablesInOrder(
  variables: readonly Variable[],
  datasets: readonly ListedDataset[],
): readonly Variable[] | null {
  return variables.length === datasets.length ? variables : null;
}

/**
 * The Variables for the datasets of Keras 2: first the number of steps, `iter`; then slots, whose names end with what they are,
 * `Adam/dense/kernel/m:0`, each in the order of the weights. From version 2.11 on the order is that of Keras 3.
 */
function variablesOfKeras2(
  { optimizer, trainableWeights }: Model,
  { optimizer_config }: { readonly [name: string]: Json },
  datasets: readonly ListedDataset[],
): readonly Variable[] | null {
  const names = datasets.map(({ name }) => name.replace(/^.*\//, "").replace(/:\d+$/, ""));
  if (names[0] === "iteration") {
    const isRateKept = names[1] === "learning_rate";
    const isRateVariable = optimizer.variables[1]?.name.endsWith("/learning_rate") ?? false;
    const same = optimizer.variables.filter((_, index) => index !== 1 || isRateKept || !isRateVariable);
    return variablesInOrder(same, datasets);
  }
  const { class_name, config } = isJsonRecord(optimizer_config) ? optimizer_config : {};
  const layout = slotLayout(String(class_name), isJsonRecord(config) ? config : {});
  const hasSlots = datasets.length > 1;
  const slots =
    layout &&
    slotVariables(optimizer, hasSlots ? layout : { listed: [], groups: [] }, trainableWeights.length);
  if (slots === null || names[0] !== "iter") return null;
  const counts = new Map<string, number>();
  const variables = names.slice(1).map((slot) => {
    const count = counts.get(slot) ?? 0;
    counts.set(slot, count + 1);
    return slots.get(slot)?.[count];
  });
  const known = variables.filter((variable) => variable !== undefined);
  const isWhole = known.length === names.length - 1 && [...slots.values()].flat().length === known.length;
  return isWhole ? [optimizer.iterations, ...known] : null;
}
