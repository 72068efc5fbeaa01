import { rmsNorm, type Tensor, type Variable } from "@strata/core";
import { normalizeAxes } from "@strata/core/internal";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, knownSize } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { axes, nonNegativeNumber } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";
import { withFullPrecision } from "./scaled-normalization.ts";

const options = {
  ...layerOptions,
  /** The axis, or the axes, whose mean square becomes 1. */
  axis: axes(-1),
  /** Added to the mean square, so that nothing is divided by 0. */
  epsilon: nonNegativeNumber(1e-6),
};

/** Options of {@link RMSNormalization}. */
export interface RMSNormalizationOptions extends Given<typeof options> {}

export interface RMSNormalization extends Values<typeof options> {}

/**
 * Divides each example by the root of its mean square over the axes: x / √(mean(x²) + epsilon) · scale. Keeps the shape.
 * B. Zhang, R. Sennrich, "Root mean square layer normalization" (2019).
 *
 * @example
 * ```ts
 * import { RMSNormalization } from "@strata/layers";
 *
 * console.log(new RMSNormalization({ epsilon: 0 }).apply([[1, 7]]).arraySync()); // [[0.2, 1.4]]
 * ```
 */
export class RMSNormalization extends Layer {
  static override readonly className: string = "RMSNormalization";
  static override readonly options = options;
  /** The factors, of the sizes of the axes. */
  declare scale: Variable;

  constructor(
    ...given:
      | [axis?: number | readonly number[], options?: Rest<RMSNormalizationOptions, "axis">]
      | [options: RMSNormalizationOptions]
  ) {
    super(named(new.target, given, "axis"));
  }

  protected override get inputRule(): InputRule {
    return {};
  }

  override build(inputShape: SymbolicShape): void {
    const sizes = normalizeAxes(this.name, this.axis, inputShape.length).map((axis) =>
      knownSize(this, inputShape, axis),
    );
    this.scale = this.addWeight("scale", sizes, { initializer: "ones" });
  }

  override call(inputs: Tensor): Tensor {
    const { axis, epsilon, scale } = this;
    return withFullPrecision(inputs, (x) => rmsNorm(x, { axis, epsilon, scale }));
  }

  protected override optionValue(name: string, given: unknown): unknown {
    if (name === "axis" && this.built) return [this.axis].flat().sort((one, other) => one - other);
    return super.optionValue(name, given);
  }
}
