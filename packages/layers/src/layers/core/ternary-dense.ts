import {
  abs,
  add,
  cast,
  greater,
  matmul,
  mean,
  mul,
  sign,
  stopGradient,
  sub,
  type Tensor,
  type Variable,
} from "@strata/core";
import { activation } from "../../activations/registry.ts";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, lastSize } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { regularizer } from "../../regularizers/registry.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { nonNegativeNumber, positiveInteger } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";
import { addBias } from "../add-bias.ts";
import { kernelOptions } from "../kernel-options.ts";

const options = {
  ...layerOptions,
  /** The number of outputs. */
  units: positiveInteger(),
  /** Weights of at most this magnitude count as 0. Null: half of the mean magnitude, by which the outputs are then scaled. */
  threshold: nonNegativeNumber().orNull(),
  /** Applied to the result, by name or as a function. */
  activation: activation("linear"),
  ...kernelOptions,
  /** A penalty for the layer's output, divided by the size of the batch and added to the loss. */
  activityRegularizer: regularizer(),
};

/** Options of {@link TernaryDense}. */
export interface TernaryDenseOptions extends Given<typeof options> {}

export interface TernaryDense extends Values<typeof options> {}

/**
 * A Dense whose weights count as −1, 0 or 1: activation(scale · x · ternary(kernel) + bias), [..., inputs] →
 * [..., units]. The kernel keeps real numbers, which training changes as if they were used as they are (S. Ma et al., "The
 * era of 1-bit LLMs: all large language models are in 1.58 bits", 2024).
 *
 * @example
 * ```ts
 * import { TernaryDense } from "@strata/layers";
 *
 * const layer = new TernaryDense(1, { threshold: 0.1, kernelInitializer: "ones" });
 * console.log(layer.apply([[2, 3]]).arraySync()); // [[5]]
 * ```
 */
export class TernaryDense extends Layer {
  static override readonly className: string = "TernaryDense";
  static override readonly options = options;
  override readonly supportsMasking = true;
  /** The matrix of weights, [inputs, units]. */
  declare kernel: Variable;
  /** The offsets, [units]; null without them. */
  bias: Variable | null = null;

  constructor(
    ...given: [units: number, options?: Rest<TernaryDenseOptions, "units">] | [options: TernaryDenseOptions]
  ) {
    super(named(new.target, given, "units"));
  }

  protected override get inputRule(): InputRule {
    return { leastRank: 2, sizes: this.built ? { [-1]: this.kernel.shape[0] } : {} };
  }

  override build(inputShape: SymbolicShape): void {
    const { units, useBias } = this;
    this.kernel = this.addWeight("kernel", [lastSize(this, inputShape), units]);
    if (useBias) this.bias = this.addWeight("bias", [units]);
  }

  override call(inputs: Tensor): Tensor {
    const { kernel, bias, threshold } = this;
    const magnitude = mean(abs(kernel));
    const isLarge = greater(abs(kernel), threshold ?? mul(magnitude, 0.5));
    const ternary = mul(sign(kernel), cast(isLarge, kernel.dtype));
    // The value is the ternary one; the gradient passes to the kernel as it is.
    const product = matmul(inputs, add(kernel, stopGradient(sub(ternary, kernel))));
    const scaled = threshold === null ? mul(product, magnitude) : product;
    return this.activation(addBias(scaled, bias));
  }
}
