import { any, notEqual, type Tensor, where } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import type { InputRule } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { number } from "../../schema/vocabulary.ts";

const options = {
  ...layerOptions,
  /** Steps all of whose features have this value do not count. */
  maskValue: number(0),
};

/** Options of {@link Masking}. */
export interface MaskingOptions extends Given<typeof options> {}

export interface Masking extends Values<typeof options> {}

/**
 * Gives sequences [batch, steps, ..., features] a mask, in which steps whose features all have a certain value do not
 * count; those become 0. Layers that take masks into account leave them out.
 *
 * @example
 * ```ts
 * import { Masking, maskOf } from "@strata/layers";
 *
 * const masked = new Masking().apply([[[1, 2], [0, 0]]]);
 * console.log(maskOf(masked)?.arraySync()); // [[true, false]]
 * ```
 */
export class Masking extends Layer {
  static override readonly className: string = "Masking";
  static override readonly options = options;
  static override readonly recordsBuild = false;
  override readonly supportsMasking = true;

  constructor(
    ...given: [maskValue?: number, options?: Rest<MaskingOptions, "maskValue">] | [options: MaskingOptions]
  ) {
    super(named(new.target, given, "maskValue"));
  }

  protected override get inputRule(): InputRule {
    return { leastRank: 2 };
  }

  override call(inputs: Tensor): Tensor {
    return where(any(notEqual(inputs, this.maskValue), -1, true), inputs, 0);
  }

  override computeMask(inputs: Tensor): Tensor {
    return any(notEqual(inputs, this.maskValue), -1);
  }
}
