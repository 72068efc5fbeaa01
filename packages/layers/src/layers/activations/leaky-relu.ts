import { leakyRelu, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, oneTensor } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import type { Given, Values } from "../../schema/option.ts";
import { nonNegativeNumber } from "../../schema/vocabulary.ts";

const options = {
  ...layerOptions,
  /** The slope of the negative part. */
  negativeSlope: nonNegativeNumber(0.3),
};

/** Options of {@link LeakyReLU}. */
export interface LeakyReLUOptions extends Given<typeof options> {}

export interface LeakyReLU extends Values<typeof options> {}

/**
 * x where x > 0, else negativeSlope · x (Maas et al. 2013). Keeps the shape.
 *
 * @example
 * ```ts
 * import { LeakyReLU } from "@strata/layers";
 *
 * console.log(new LeakyReLU({ negativeSlope: 0.5 }).apply([[-1, 2]]).arraySync()); // [[-0.5, 2]]
 * ```
 */
export class LeakyReLU extends Layer {
  static override readonly className: string = "LeakyReLU";
  static override readonly options = options;
  static override readonly recordsBuild = false;
  override readonly supportsMasking = true;

  constructor(options: LeakyReLUOptions = {}) {
    super(options);
  }

  protected override get inputRule(): InputRule {
    return oneTensor;
  }

  override call(inputs: Tensor): Tensor {
    return leakyRelu(inputs, this.negativeSlope);
  }
}
