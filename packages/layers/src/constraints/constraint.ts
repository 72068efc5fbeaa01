import type { Tensor, TensorLike } from "@strata/core";
import { Configurable } from "../schema/configurable.ts";

/** Brings a weight back among the values that it may have, after each step of training. */
export abstract class Constraint extends Configurable {
  static override readonly kerasModule: string | null = "keras.constraints";

  /**
   * The values that are allowed, nearest to those given.
   *
   * @param x The values of the weight.
   */
  abstract apply(x: TensorLike): Tensor;
}
