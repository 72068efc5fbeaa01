import { matmul, type Tensor, type Variable } from "@strata/core";
import { activation } from "../../activations/registry.ts";
import { warnOfSoftmaxOverOne } from "../../activations/softmax-over-one.ts";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, lastSize } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Json, Rest, Values } from "../../schema/option.ts";
import { positiveInteger } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";
import { addBias } from "../add-bias.ts";
import { kernelOptions } from "../kernel-options.ts";

const options = {
  ...layerOptions,
  /** The number of outputs. */
  units: positiveInteger(),
  /** Applied to the result, by name or as a function. */
  activation: activation("linear"),
  ...kernelOptions,
};

/** Options of {@link Dense}. */
export interface DenseOptions extends Given<typeof options> {}

export interface Dense extends Values<typeof options> {}

/**
 * Every output depends on every input: activation(x · kernel + bias), [..., inputs] → [..., units].
 *
 * @example
 * ```ts
 * import { Dense } from "@strata/layers";
 *
 * console.log(new Dense(2, { kernelInitializer: "ones" }).apply([[1, 2, 3]]).arraySync()); // [[6, 6]]
 * ```
 */
export class Dense extends Layer {
  static override readonly className: string = "Dense";
  static override readonly options = options;
  static override readonly configConstants: Readonly<Record<string, Json>> = { quantization_config: null };
  override readonly supportsMasking = true;
  /** The matrix of weights, [inputs, units]. */
  declare kernel: Variable;
  /** The offsets, [units]; null without them. */
  bias: Variable | null = null;

  constructor(...given: [units: number, options?: Rest<DenseOptions, "units">] | [options: DenseOptions]) {
    super(named(new.target, given, "units"));
  }

  protected override get inputRule(): InputRule {
    return { leastRank: 2, sizes: this.built ? { [-1]: this.kernel.shape[0] } : {} };
  }

  override build(inputShape: SymbolicShape): void {
    this.kernel = this.addWeight("kernel", [lastSize(this, inputShape), this.units]);
    if (this.useBias) this.bias = this.addWeight("bias", [this.units]);
    warnOfSoftmaxOverOne(this.name, this.activation, this.units);
  }

  override call(inputs: Tensor): Tensor {
    return this.activation(addBias(matmul(inputs, this.kernel), this.bias));
  }
}
