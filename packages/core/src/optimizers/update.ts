import type { Tensor } from "../tensor.ts";
import type { Variable } from "../variable.ts";
import type { NamedTensors } from "./slots.ts";

/** What the step of one Variable is computed from. All tensors have the Variable's dtype, or float32 if it has 16 bits. */
export interface UpdateInputs {
  /** The gradient: unscaled, averaged and clipped. */
  readonly gradient: Tensor;
  /** What the Variable holds, after weight decay. */
  readonly value: Tensor;
  /** What its slots hold, by name. */
  readonly slots: NamedTensors;
  /** What the optimizer's `scalars` returned. */
  readonly scalars: NamedTensors;
  /** The Variable itself, for its name and shape. */
  readonly variable: Variable;
}

/** What the step of one Variable leads to. */
export interface UpdateResult {
  /** What the Variable is to hold. */
  readonly value: Tensor;
  /** What those of its slots that change are to hold, by name. */
  readonly slots: NamedTensors;
}

/** What the scalars of a step are computed from. */
export interface ScalarInputs {
  /** The learning rate of this step. */
  readonly learningRate: Tensor;
  /** The number of this step, from 1 on. */
  readonly step: Tensor;
  /** What the shared slots hold, by name. */
  readonly shared: NamedTensors;
}
