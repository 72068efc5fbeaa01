import type { Tensor } from "@strata/core";
import { type CallContext, layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, oneTensor } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { L1L2 } from "../../regularizers/l1-l2.ts";
import type { Given, Values } from "../../schema/option.ts";
import { nonNegativeNumber } from "../../schema/vocabulary.ts";

const options = {
  ...layerOptions,
  /** The factor of the sum of magnitudes. */
  l1: nonNegativeNumber(0),
  /** The factor of the sum of squares. */
  l2: nonNegativeNumber(0),
};

/** Options of {@link ActivityRegularization}. */
export interface ActivityRegularizationOptions extends Given<typeof options> {}

export interface ActivityRegularization extends Values<typeof options> {}

/**
 * Passes its input on, and adds to the loss a penalty for it: l1 · Σ|x| + l2 · Σx², divided by the size of the batch.
 *
 * @example
 * ```ts
 * import { ActivityRegularization } from "@strata/layers";
 *
 * const layer = new ActivityRegularization({ l1: 0.5 });
 * layer.apply([[1, -3]]);
 * console.log(layer.losses[0]?.item()); // 2
 * ```
 */
export class ActivityRegularization extends Layer {
  static override readonly className: string = "ActivityRegularization";
  static override readonly options = options;
  static override readonly recordsBuild = false;
  override readonly supportsMasking = true;

  constructor(options: ActivityRegularizationOptions = {}) {
    super(options);
  }

  protected override get inputRule(): InputRule {
    return oneTensor;
  }

  override call(inputs: Tensor, context: CallContext): Tensor {
    const { l1, l2 } = this;
    context.addLoss(new L1L2({ l1, l2 }).apply(inputs).div(inputs.shape[0] ?? 1));
    return inputs;
  }
}
