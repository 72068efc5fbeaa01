import { layerNorm, moments, rsqrt, type Tensor } from "@strata/core";
import { normalizeAxes } from "@strata/core/internal";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, knownSize } from "../../layer/input-rule.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { axes, boolean } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";
import {
  ScaledNormalization,
  scaledNormalizationOptions,
  withFullPrecision,
} from "./scaled-normalization.ts";

const options = {
  ...layerOptions,
  /** The axis, or the axes, that are normalized together. */
  axis: axes(-1),
  ...scaledNormalizationOptions,
  /** Whether only the scale is applied, and the mean is left in: x / √(variance + epsilon) · gamma. */
  rmsScaling: boolean(false),
};

/** Options of {@link LayerNormalization}. */
export interface LayerNormalizationOptions extends Given<typeof options> {}

export interface LayerNormalization extends Values<typeof options> {}

/**
 * Gives each example the mean 0 and the variance 1 over the axes: (x − mean) / √(variance + epsilon) · gamma + beta.
 * Keeps the shape. J. L. Ba et al., "Layer normalization" (2016).
 *
 * @example
 * ```ts
 * import { LayerNormalization } from "@strata/layers";
 *
 * const layer = new LayerNormalization({ epsilon: 0 });
 * console.log(layer.apply([[1, 3], [10, 30]]).arraySync()); // [[-1, 1], [-1, 1]]
 * ```
 */
export class LayerNormalization extends ScaledNormalization {
  static override readonly className: string = "LayerNormalization";
  static override readonly options = options;
  #axes: readonly number[] | null = null;

  constructor(
    ...given:
      | [axis?: number | readonly number[], options?: Rest<LayerNormalizationOptions, "axis">]
      | [options: LayerNormalizationOptions]
  ) {
    super(named(new.target, given, "axis"));
  }

  protected override get inputRule(): InputRule {
    return {};
  }

  override build(inputShape: SymbolicShape): void {
    const normalized = normalizeAxes(this.name, this.axis, inputShape.length);
    const shape = normalized.map((axis) => knownSize(this, inputShape, axis));
    this.#axes = normalized;
    if (this.rmsScaling) this.gamma = this.addWeight("gamma", shape);
    else this.addScaleAndOffset(shape);
  }

  override call(inputs: Tensor): Tensor {
    const { epsilon, gamma, beta } = this;
    const axis = this.#axes ?? this.axis;
    return withFullPrecision(inputs, (x) => {
      if (!this.rmsScaling || gamma === null)
        return layerNorm(x, { axis, epsilon, scale: gamma, offset: beta });
      const { variance } = moments(x, axis, true);
      const among = x.shape.map((size, at) => (variance.shape[at] === 1 ? size : 1));
      return x.mul(rsqrt(variance.add(epsilon))).mul(gamma.value.cast(x.dtype).reshape(among));
    });
  }

  protected override optionValue(name: string, given: unknown): unknown {
    return name === "axis" ? (this.#axes ?? given) : super.optionValue(name, given);
  }
}
