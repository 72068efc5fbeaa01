import { cast, type Shape, type Tensor, type Variable } from "@strata/core";
import { isHalf } from "@strata/core/internal";
import { constraint } from "../../constraints/registry.ts";
import { initializer } from "../../initializers/registry.ts";
import { Layer } from "../../layer/layer.ts";
import { regularizer } from "../../regularizers/registry.ts";
import type { Values } from "../../schema/option.ts";
import { boolean, nonNegativeNumber } from "../../schema/vocabulary.ts";

/** The options of normalizations that are followed by a scale and an offset. */
export const scaledNormalizationOptions = {
  /** Added to the variance, so that nothing is divided by 0. */
  epsilon: nonNegativeNumber(1e-3),
  /** Whether the offset beta is added. */
  center: boolean(true),
  /** Whether the normalized values are multiplied by the scale gamma. */
  scale: boolean(true),
  /** Initial values of the offset. */
  betaInitializer: initializer("zeros"),
  /** Initial values of the scale. */
  gammaInitializer: initializer("ones"),
  /** A penalty for the offset. */
  betaRegularizer: regularizer(),
  /** A penalty for the scale. */
  gammaRegularizer: regularizer(),
  /** The values that the offset may have. */
  betaConstraint: constraint(),
  /** The values that the scale may have. */
  gammaConstraint: constraint(),
};

export interface ScaledNormalization extends Values<typeof scaledNormalizationOptions> {}

/** A normalization that is followed by a scale and an offset. */
export abstract class ScaledNormalization extends Layer {
  override readonly supportsMasking = true;
  /** The scale; null without it. */
  gamma: Variable | null = null;
  /** The offset; null without it. */
  beta: Variable | null = null;

  /** Makes the scale and the offset that the options ask for. */
  protected addScaleAndOffset(shape: Shape): void {
    if (this.scale) this.gamma = this.addWeight("gamma", shape);
    if (this.center) this.beta = this.addWeight("beta", shape);
  }
}

/** Computes in float32 where x has 16 bits, in which sums of squares overflow, and rounds the result once. */
export function withFullPrecision(x: Tensor, compute: (x: Tensor) => Tensor): Tensor {
  return isHalf(x.dtype) ? cast(compute(cast(x, "float32")), x.dtype) : compute(x);
}
