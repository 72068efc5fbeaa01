/**
 * The state of optimizers as TensorFlow.js keeps it beside the weights: the number of steps, and then one slot after the other, in
 * each of them a value for every weight that is trained.
 */
import { FileError, type Optimizer, type Tensor, type Variable, zerosLike } from "@strata/core";
import { sameShape } from "@strata/core/internal";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import { Trainable } from "../../training/trainable.ts";
import { formatShape } from "../../utilities/shapes.ts";
import type { JsonRecord } from "./artifacts.ts";
import { namedWeightsOf } from "./weight-names.ts";
import type { NamedValue } from "./weights.ts";

/** What the weights of optimizers are marked as. */
export const optimizerGroup = "optimizer";

/** The slots of an optimizer, called as the names of its weights end in TensorFlow.js. */
interface SlotRule {
  /** In the order of TensorFlow.js. */
  readonly theirs: readonly string[];
  /** As Keras has them: one group after the other, and within a group weight by weight. */
  readonly ours: readonly (readonly string[])[];
  /** What a slot here is of the one there. Default: the same. */
  readonly factor?: number;
}

/** The slots of an optimizer of TensorFlow.js; null if that does not save its state. */
function slotsOf(training: Json): SlotRule | null {
  const { class_name, config } = isJsonRecord(training) ? recordOf(training.optimizer_config) : {};
  const { momentum, centered, learningRate } = recordOf(config);
  switch (class_name) {
    case "SGD":
      return { theirs: [], ours: [] };
    case "Momentum":
      // There the learning rate is a factor of the step, and here of what is added to the velocity.
      return {
        theirs: ["momentum"],
        ours: momentum === 0 ? [] : [["momentum"]],
        factor: -Number(learningRate),
      };
    case "Adam":
      return { theirs: ["m", "v"], ours: [["m", "v"]] };
    case "Adagrad":
      return { theirs: ["accumulator"], ours: [["accumulator"]] };
    case "Adadelta":
      return { theirs: ["accum_grad", "accum_var"], ours: [["accum_grad", "accum_var"]] };
    case "RMSProp": {
      const mean = centered === true ? ["mg"] : [];
      const moments = momentum === 0 ? [] : [["momentum"]];
      return { theirs: ["rms", "momentum", ...mean], ours: [["rms"], ...moments, mean] };
    }
    default:
      return null;
  }
}

/** The Variables of an optimizer's slots by the slot, in the order of the weights; null if it has others. */
function slotVariables(
  { variables }: Optimizer,
  { ours }: SlotRule,
  weights: number,
): ReadonlyMap<string, readonly Variable[]> | null {
  // Before the slots are the number of steps and the learning rate.
  let left = variables.slice(2);
  const found = new Map<string, readonly Variable[]>();
  for (const group of ours) {
    const ofGroup = left.slice(0, weights * group.length);
    left = left.slice(weights * group.length);
    for (const [place, slot] of group.entries()) {
      const inSlot = ofGroup.filter((_, index) => index % group.length === place);
      if (inSlot.length !== weights) return null;
      found.set(slot, inSlot);
    }
  }
  return left.length === 0 ? found : null;
}

/** A weight that is to be written. */
interface OptimizerWeight {
  readonly name: string;
  readonly value: Tensor;
  readonly group: typeof optimizerGroup;
}

/**
 * The state of a model's optimizer, for TensorFlow.js; empty before the first step, and where TensorFlow.js does not keep the state
 * of such an optimizer.
 *
 * @param training How the model was compiled, as TensorFlow.js is told.
 */
export function optimizerWeightsOf(model: AnyLayer, training: JsonRecord): readonly OptimizerWeight[] {
  if (!(model instanceof Trainable) || !model.compiled) return [];
  const { optimizer, trainableWeights } = model;
  const rule = slotsOf(training);
  const ours = rule && slotVariables(optimizer, rule, trainableWeights.length);
  if (rule === null || ours === null || rule.factor === 0) return [];
  const names = new Map(namedWeightsOf(model).map(({ name, weight }) => [weight, name]));
  const slots = rule.theirs.flatMap((slot) =>
    trainableWeights.map((weight, index): OptimizerWeight => {
      const value = ours.get(slot)?.[index].value.div(rule.factor ?? 1) ?? zerosLike(weight);
      return { name: `${names.get(weight)}/${slot}`, value, group: optimizerGroup };
    }),
  );
  return [{ name: "iter", value: optimizer.iterations.value, group: optimizerGroup }, ...slots];
}

/**
 * Gives the optimizer of a model, which was compiled as the file says, the state that is there.
 *
 * @throws FileError for a value of another shape than its weight.
 */
export function takeOptimizerState(
  file: string,
  model: AnyLayer,
  training: Json,
  state: readonly NamedValue[],
): void {
  if (!(model instanceof Trainable) || !model.compiled || state.length === 0) return;
  const [steps, ...values] = state;
  const { optimizer, trainableWeights } = model;
  const rule = slotsOf(training);
  if (values.length > 0) model.buildOptimizer();
  // Before its first step an optimizer of TensorFlow.js has no slots.
  const ours =
    rule &&
    slotVariables(optimizer, values.length > 0 ? rule : { ...rule, ours: [] }, trainableWeights.length);
  const isWhole = rule !== null && [0, rule.theirs.length * trainableWeights.length].includes(values.length);
  if (ours === null || !isWhole) {
    console.warn(
      `${file}: the state of the optimizer is left out, and it begins anew; ${values.length} values are not those of ` +
        `${trainableWeights.length} weights`,
    );
    return;
  }
  const assignments: (readonly [Variable, Tensor])[] = [
    fitting(file, optimizer.iterations, steps),
    ...values.flatMap((each, index) => {
      const slot = rule.theirs[Math.floor(index / trainableWeights.length)];
      const variable = ours.get(slot)?.[index % trainableWeights.length];
      if (variable === undefined) return [];
      const [, value] = fitting(file, variable, each);
      return [[variable, value.mul(rule.factor ?? 1)] as const];
    }),
  ];
  for (const [variable, value] of assignments) variable.assign(value);
}

/** The value for a Variable, of its dtype. */
function fitting(file: string, variable: Variable, { spec, value }: NamedValue): readonly [Variable, Tensor] {
  if (sameShape(spec.shape, variable.shape)) return [variable, value.cast(variable.dtype)];
  throw new FileError(
    file,
    `weight "${spec.name}"`,
    `it has the shape ${formatShape(spec.shape)}; that of the optimizer has ${formatShape(variable.shape)}`,
  );
}

function recordOf(json: Json | undefined): JsonRecord {
  return isJsonRecord(json) ? json : {};
}
