import { expandDims, repeat, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import type { InputRule } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { positiveInteger } from "../../schema/vocabulary.ts";

const options = {
  ...layerOptions,
  /** The number of repetitions. */
  n: positiveInteger(),
};

/** Options of {@link RepeatVector}. */
export interface RepeatVectorOptions extends Given<typeof options> {}

export interface RepeatVector extends Values<typeof options> {}

/**
 * A sequence of copies of the input: [batch, features] → [batch, n, features].
 *
 * @example
 * ```ts
 * import { RepeatVector } from "@strata/layers";
 *
 * console.log(new RepeatVector(2).apply([[1, 2]]).arraySync()); // [[[1, 2], [1, 2]]]
 * ```
 */
export class RepeatVector extends Layer {
  static override readonly className: string = "RepeatVector";
  static override readonly options = options;

  constructor(
    ...given: [n: number, options?: Rest<RepeatVectorOptions, "n">] | [options: RepeatVectorOptions]
  ) {
    super(named(new.target, given, "n"));
  }

  protected override get inputRule(): InputRule {
    return { axes: ["batch", "features"] };
  }

  override call(inputs: Tensor): Tensor {
    return repeat(expandDims(inputs, 1), this.n, 1);
  }
}
