import { maximum, mul, rsqrt, square, sum, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import type { InputRule } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { axes } from "../../schema/vocabulary.ts";
import { withFullPrecision } from "./scaled-normalization.ts";

const options = {
  ...layerOptions,
  /** The axis, or the axes, along which vectors become unit vectors. */
  axis: axes(-1),
};

/** Options of {@link UnitNormalization}. */
export interface UnitNormalizationOptions extends Given<typeof options> {}

export interface UnitNormalization extends Values<typeof options> {}

/**
 * Divides vectors by their Euclidean length: x / √max(Σ x², 1e-12). Keeps the shape.
 *
 * @example
 * ```ts
 * import { UnitNormalization } from "@strata/layers";
 *
 * console.log(new UnitNormalization().apply([[0, 5]]).arraySync()); // [[0, 1]]
 * ```
 */
export class UnitNormalization extends Layer {
  static override readonly className: string = "UnitNormalization";
  static override readonly options = options;
  static override readonly recordsBuild = false;
  override readonly supportsMasking = true;

  constructor(
    ...given:
      | [axis?: number | readonly number[], options?: Rest<UnitNormalizationOptions, "axis">]
      | [options: UnitNormalizationOptions]
  ) {
    super(named(new.target, given, "axis"));
  }

  protected override get inputRule(): InputRule {
    return {};
  }

  override call(inputs: Tensor): Tensor {
    return withFullPrecision(inputs, (x) => mul(x, rsqrt(maximum(sum(square(x), this.axis, true), 1e-12))));
  }
}
