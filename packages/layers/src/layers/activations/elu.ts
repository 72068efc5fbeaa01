import { elu, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, oneTensor } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import type { Given, Values } from "../../schema/option.ts";
import { number } from "../../schema/vocabulary.ts";

const options = {
  ...layerOptions,
  /** The distance of the lower bound from 0. */
  alpha: number(1),
};

/** Options of {@link ELU}. */
export interface ELUOptions extends Given<typeof options> {}

export interface ELU extends Values<typeof options> {}

/**
 * The exponential linear unit: x where x > 0, else α (eˣ − 1) (Clevert et al. 2016). Keeps the shape.
 *
 * @example
 * ```ts
 * import { ELU } from "@strata/layers";
 *
 * console.log(new ELU().apply([[0, 2]]).arraySync()); // [[0, 2]]
 * ```
 */
export class ELU extends Layer {
  static override readonly className: string = "ELU";
  static override readonly options = options;
  static override readonly recordsBuild = false;
  override readonly supportsMasking = true;

  constructor(options: ELUOptions = {}) {
    super(options);
  }

  protected override get inputRule(): InputRule {
    return oneTensor;
  }

  override call(inputs: Tensor): Tensor {
    return elu(inputs, this.alpha);
  }
}
