import type { DType } from "../dtype.ts";
import { withTrace } from "../graph/trace.ts";
import { cast } from "../ops/arithmetic.ts";
import { full } from "../ops/creation.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { type Variable, variable } from "../variable.ts";

/** Tensors by name: the slots of one Variable, or scalars that the updates of all Variables share. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** State that an optimizer keeps for each Variable that it changes. */
export interface SlotDescription {
  /** By this name the update finds it. */
  readonly name: string;
  /** What it holds before the first step: a number everywhere, or what the Variable holds. Default: 0. */
  readonly initial?: number | "value";
  /** Its shape, by that of the Variable. Default: the same. */
  readonly shape?: (shape: Shape) => Shape;
}

/** A Variable for a slot of `owner`, or for one that all share where there is no owner. */
export function createSlot(
  optimizer: string,
  slot: SlotDescription,
  owner: Variable | null,
  dtype: DType,
): Variable {
  const { name, initial = 0, shape = (same) => same } = slot;
  const path = [optimizer, name, ...(owner ? [owner.name] : [])].join("/");
  const options = { name: path, trainable: false };
  // In a trace, too, a slot begins with what the Variable held before it.
  if (owner && initial === "value") return withTrace(null, () => variable(cast(owner.value, dtype), options));
  return variable(full(shape(owner?.shape ?? []), Number(initial), dtype), options);
}
