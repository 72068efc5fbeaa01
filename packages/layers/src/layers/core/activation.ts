import type { Tensor } from "@strata/core";
import { type ActivationLike, activation } from "../../activations/registry.ts";
import { warnOfSoftmaxOverOne } from "../../activations/softmax-over-one.ts";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, oneTensor } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";

const options = {
  ...layerOptions,
  /** Applied to the input, by name or as a function. */
  activation: activation(),
};

/** Options of {@link Activation}. */
export interface ActivationOptions extends Given<typeof options> {}

export interface Activation extends Values<typeof options> {}

/**
 * Applies an activation to its input, and keeps the shape.
 *
 * @example
 * ```ts
 * import { Activation } from "@strata/layers";
 *
 * console.log(new Activation("relu").apply([[-1, 2]]).arraySync()); // [[0, 2]]
 * ```
 */
export class Activation extends Layer {
  static override readonly className: string = "Activation";
  static override readonly options = options;
  static override readonly recordsBuild = false;
  override readonly supportsMasking = true;

  constructor(
    ...given:
      | [activation: ActivationLike, options?: Rest<ActivationOptions, "activation">]
      | [options: ActivationOptions]
  ) {
    super(named(new.target, given, "activation"));
  }

  protected override get inputRule(): InputRule {
    return oneTensor;
  }

  override build(inputShape: SymbolicShape): void {
    warnOfSoftmaxOverOne(this.name, this.activation, inputShape.at(-1) ?? null);
  }

  override call(inputs: Tensor): Tensor {
    return this.activation(inputs);
  }
}
