import type { Tensor } from "../tensor.ts";
import type { Variable } from "../variable.ts";
import type { NamedTensors } from "./slots.ts";

/**
 * The operands of the step of one Variable. All tensors have the Variable's dtype, or float32 if it has 16 bits.
 *
 * @typeParam Slot The names of its slots. Default: any.
 * @typeParam Scalar The names of the scalars. Default: any.
 */
export interface UpdateInputs<Slot extends string = string, Scalar extends string = string> {
  /** The gradient: unscaled, averaged and clipped. */
  readonly gradient: Tensor;
  /** The value of the Variable, after weight decay. */
  readonly value: Tensor;
  /** The values of its slots, by name. */
  readonly slots: NamedTensors<Slot>;
  /** The result of the optimizer's `scalars`. */
  readonly scalars: NamedTensors<Scalar>;
  /** The Variable itself, for its name and shape. */
  readonly variable: Variable;
}

/** The result of the step of one Variable. */
export interface UpdateResult {
  /** The new value of the Variable. */
  readonly value: Tensor;
  /** The new values of those of its slots that change, by name. */
  readonly slots: NamedTensors;
}

/** The operands of a step's scalars. */
export interface ScalarInputs {
  /** The learning rate of this step. */
  readonly learningRate: Tensor;
  /** The number of this step, from 1 on. */
  readonly step: Tensor;
  /** The values of the shared slots, by name. */
  readonly shared: NamedTensors;
}
