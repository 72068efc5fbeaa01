import { exp, greater, logSumExp, softmax, sub, type Tensor, where } from "@strata/core";
import { warnOfSoftmaxOverOne } from "../../activations/softmax-over-one.ts";
import { type CallArguments, type CallContext, layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, oneTensor } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { singleMask } from "../../layer/masks.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { axes } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";

const options = {
  ...layerOptions,
  /** The axis whose elements sum to 1, or several. */
  axis: axes(-1),
};

/** Options of {@link Softmax}. */
export interface SoftmaxOptions extends Given<typeof options> {}

export interface Softmax extends Values<typeof options> {}

/**
 * eˣ / Σ eˣ along an axis or several. Keeps the shape. With a mask, which broadcasts to the input, elements that do not
 * count have 0, and the others sum to 1.
 *
 * @example
 * ```ts
 * import { Softmax } from "@strata/layers";
 *
 * console.log(new Softmax().apply([[1, 1]]).arraySync()); // [[0.5, 0.5]]
 * console.log(new Softmax().apply([[1, 1]], { mask: [[true, false]] }).arraySync()); // [[1, 0]]
 * ```
 */
export class Softmax extends Layer {
  static override readonly className: string = "Softmax";
  static override readonly options = options;
  static override readonly recordsBuild = false;
  override readonly supportsMasking = true;

  constructor(
    ...given:
      | [axis?: number | readonly number[], options?: Rest<SoftmaxOptions, "axis">]
      | [options: SoftmaxOptions]
  ) {
    super(named(new.target, given, "axis"));
  }

  protected override get inputRule(): InputRule {
    return oneTensor;
  }

  override build(inputShape: SymbolicShape): void {
    const axes = [this.axis].flat();
    if (axes.length === 1) warnOfSoftmaxOverOne(this.name, softmax, inputShape.at(axes[0]) ?? null);
  }

  override call(inputs: Tensor, _context: CallContext, { mask }: CallArguments): Tensor {
    const given = singleMask(mask);
    if (given === null) return this.#normalized(inputs);
    const counts = given.dtype === "bool" ? given : greater(given, 0.5);
    // Not −∞, so that a row of nothing that counts is no NaN.
    const lowest = inputs.dtype === "float16" ? -3e4 : -1e9;
    return where(counts, this.#normalized(where(counts, inputs, lowest)), 0);
  }

  #normalized(x: Tensor): Tensor {
    const axes = [this.axis].flat();
    return axes.length === 1 ? softmax(x, axes[0]) : exp(sub(x, logSumExp(x, axes, true)));
  }
}
