import type { Tensor, TensorLike } from "@strata/core";
import { Configurable } from "../schema/configurable.ts";

/** Gives a penalty for the values of a weight or of a layer's output, which is added to the loss. */
export abstract class Regularizer extends Configurable {
  static override readonly kerasModule: string | null = "keras.regularizers";

  /**
   * The penalty, a scalar.
   *
   * @param x The values.
   */
  abstract apply(x: TensorLike): Tensor;
}
