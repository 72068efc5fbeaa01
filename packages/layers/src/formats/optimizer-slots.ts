/** The slots of optimizers as TensorFlow has called them since Keras 2, also in TensorFlow.js, and where they are here. */
import type { Optimizer, Variable } from "@strata/core";
import type { Json } from "../schema/option.ts";

/** The slots of an optimizer. */
export interface SlotLayout {
  /** As TensorFlow lists them: each for all weights, one after the other. */
  readonly listed: readonly string[];
  /** As Keras 3 does: one group after the other, and within a group weight by weight. */
  readonly groups: readonly (readonly string[])[];
}

/** Of the options of an optimizer those that slots depend on. */
export interface SlotOptions {
  readonly momentum?: Json | undefined;
  readonly centered?: Json | undefined;
  readonly amsgrad?: Json | undefined;
}

/** The slots of an optimizer of a class of Keras 3; null for classes whose slots are laid out otherwise. */
export function slotLayout(
  className: string,
  { momentum = 0, centered = false, amsgrad = false }: SlotOptions,
): SlotLayout | null {
  const hasMomentum = momentum !== 0;
  switch (className) {
    case "SGD":
      return inGroups(hasMomentum ? [["momentum"]] : []);
    case "Adam":
      return inGroups(amsgrad === true ? [["m", "v"], ["vhat"]] : [["m", "v"]]);
    case "Adamax":
      return inGroups([["m", "v"]]);
    case "Adagrad":
      return inGroups([["accumulator"]]);
    case "Adadelta":
      return inGroups([["accum_grad", "accum_var"]]);
    case "RMSprop":
      return inGroups([
        ["rms"],
        ...(hasMomentum ? [["momentum"]] : []),
        ...(centered === true ? [["mg"]] : []),
      ]);
    default:
      return null;
  }
}

function inGroups(groups: SlotLayout["groups"]): SlotLayout {
  return { listed: groups.flat(), groups };
}

/** The Variables of an optimizer's slots by the slot, in the order of the weights; null if it has others. */
export function slotVariables(
  { variables }: Optimizer,
  { groups }: SlotLayout,
  weights: number,
): ReadonlyMap<string, readonly Variable[]> | null {
  const count = weights * groups.flat().length;
  // Before the slots are the number of steps and, unless it follows a schedule, the learning rate.
  const before = variables.length - count;
  if (before !== 1 && before !== 2) return null;
  const found = new Map<string, readonly Variable[]>();
  let start = before;
  for (const group of groups) {
    const ofGroup = variables.slice(start, start + weights * group.length);
    for (const [place, slot] of group.entries()) {
      found.set(
        slot,
        ofGroup.filter((_, index) => index % group.length === place),
      );
    }
    start += ofGroup.length;
  }
  return found;
}
