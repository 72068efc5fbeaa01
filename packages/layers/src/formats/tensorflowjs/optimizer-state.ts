/**
 * The state of optimizers as TensorFlow.js keeps it beside the weights: the number of steps, and then one slot after the other, in
 * each of them a value for every weight that is trained.
 */
import { FileError, type Tensor, type Variable, zerosLike } from "@strata/core";
import { sameShape } from "@strata/core/internal";
import type { AnyLayer } from "../../layer/any-layer.ts";
import { isJsonRecord, type Json } from "../../schema/option.ts";
import { Trainable } from "../../training/trainable.ts";
import { formatShape } from "../../utilities/shapes.ts";
import { type SlotLayout, slotLayout, slotVariables } from "../optimizer-slots.ts";
import type { JsonRecord } from "./artifacts.ts";
import { namedWeightsOf } from "./weight-names.ts";
import type { NamedValue } from "./weights.ts";

/** What the weights of optimizers are marked as. */
export const optimizerGroup = "optimizer";

/** The slots of an optimizer in TensorFlow.js. */
interface Slots extends SlotLayout {
  /** What a slot here is of the one there. Default: the same. */
  readonly factor?: number;
}

/** The slots of the optimizer that a model was compiled with; null if TensorFlow.js does not save its state. */
function slotsOf(training: Json): Slots | null {
  const { class_name, config } = isJsonRecord(training) ? recordOf(training.optimizer_config) : {};
  const options = recordOf(config);
  switch (class_name) {
    case "SGD":
    case "Adam":
    case "Adagrad":
    case "Adadelta":
      return slotLayout(class_name, {});
    case "Momentum": {
      const layout = slotLayout("SGD", options);
      // There the learning rate is a factor of the step, and here of what is added to the velocity.
      return layout && { ...layout, listed: ["momentum"], factor: -Number(options.learningRate) };
    }
    case "RMSProp": {
      const layout = slotLayout("RMSprop", options);
      const mean = options.centered === true ? ["mg"] : [];
      return layout && { ...layout, listed: ["rms", "momentum", ...mean] };
    }
    default:
      return null;
  }
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
  const slots = slotsOf(training);
  const ours = slots && slotVariables(optimizer, slots, trainableWeights.length);
  if (slots === null || ours === null || slots.factor === 0) return [];
  const names = new Map(namedWeightsOf(model).map(({ name, weight }) => [weight, name]));
  const values = slots.listed.flatMap((slot) =>
    trainableWeights.map((weight, index): OptimizerWeight => {
      const value = ours.get(slot)?.[index].value.div(slots.factor ?? 1) ?? zerosLike(weight);
      return { name: `${names.get(weight)}/${slot}`, value, group: optimizerGroup };
    }),
  );
  return [{ name: "iter", value: optimizer.iterations.value, group: optimizerGroup }, ...values];
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
  const slots = slotsOf(training);
  if (values.length > 0) model.buildOptimizer();
  // Before its first step an optimizer of TensorFlow.js has no slots.
  const layout = slots && (values.length > 0 ? slots : { ...slots, groups: [] });
  const ours = layout && slotVariables(optimizer, layout, trainableWeights.length);
  const isWhole =
    slots !== null && [0, slots.listed.length * trainableWeights.length].includes(values.length);
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
      const slot = slots.listed[Math.floor(index / trainableWeights.length)];
      const variable = ours.get(slot)?.[index % trainableWeights.length];
      if (variable === undefined) return [];
      const [, value] = fitting(file, variable, each);
      return [[variable, value.mul(slots.factor ?? 1)] as const];
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
