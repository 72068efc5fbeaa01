import { clip, lessEqual, minimum, mul, relu, sub, type Tensor, where } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, oneTensor } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import type { Given, Values } from "../../schema/option.ts";
import { nonNegativeNumber } from "../../schema/vocabulary.ts";

const options = {
  ...layerOptions,
  /** The upper bound of the result. Null: none. */
  maxValue: nonNegativeNumber().orNull(),
  /** The slope up to the threshold. */
  negativeSlope: nonNegativeNumber(0),
  /** Inputs above it are passed on. */
  threshold: nonNegativeNumber(0),
};

/** Options of {@link ReLU}. */
export interface ReLUOptions extends Given<typeof options> {}

export interface ReLU extends Values<typeof options> {}

/**
 * The rectified linear unit: min(x, maxValue) above the threshold, else negativeSlope · (x − threshold). Keeps the shape.
 *
 * @example
 * ```ts
 * import { ReLU } from "@strata/layers";
 *
 * console.log(new ReLU({ maxValue: 6 }).apply([[-1, 2, 8]]).arraySync()); // [[0, 2, 6]]
 * ```
 */
export class ReLU extends Layer {
  static override readonly className: string = "ReLU";
  static override readonly options = options;
  static override readonly recordsBuild = false;
  override readonly supportsMasking = true;

  constructor(options: ReLUOptions = {}) {
    super(options);
  }

  protected override get inputRule(): InputRule {
    return oneTensor;
  }

  override call(inputs: Tensor): Tensor {
    const { maxValue, negativeSlope, threshold } = this;
    if (threshold === 0 && negativeSlope === 0) {
      return maxValue === null ? relu(inputs) : clip(inputs, 0, maxValue);
    }
    const above = maxValue === null ? inputs : minimum(inputs, maxValue);
    const below = negativeSlope === 0 ? 0 : mul(sub(inputs, threshold), negativeSlope);
    return where(lessEqual(inputs, threshold), below, above);
  }
}
