import { add, layerNorm, mul, reshape, ShapeError, type Tensor, type Variable } from "@strata/core";
import { normalizeAxis } from "@strata/core/internal";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, knownSize } from "../../layer/input-rule.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { integer, integerWhere } from "../../schema/vocabulary.ts";
import { formatShape, type SymbolicShape } from "../../utilities/shapes.ts";
import {
  ScaledNormalization,
  scaledNormalizationOptions,
  withFullPrecision,
} from "./scaled-normalization.ts";

const groupCount = integerWhere("a positive integer, or -1 for a group for each channel", (count) => {
  return count > 0 || count === -1;
});

const options = {
  ...layerOptions,
  /** How many groups the channels are divided into; −1: one for each, which is instance normalization. */
  groups: groupCount(32),
  /** The axis of the channels. */
  axis: integer(-1),
  ...scaledNormalizationOptions,
};

/** Options of {@link GroupNormalization}. */
export interface GroupNormalizationOptions extends Given<typeof options> {}

export interface GroupNormalization extends Values<typeof options> {}

/**
 * Gives each group of channels of each example the mean 0 and the variance 1, then applies gamma and beta, which have an
 * element for each channel. Keeps the shape. Y. Wu, K. He, "Group normalization" (2018).
 *
 * @example
 * ```ts
 * import { GroupNormalization } from "@strata/layers";
 *
 * const layer = new GroupNormalization(2, { epsilon: 0 });
 * console.log(layer.apply([[1, 3, 10, 30]]).arraySync()); // [[-1, 1, -1, 1]]
 * ```
 */
export class GroupNormalization extends ScaledNormalization {
  static override readonly className: string = "GroupNormalization";
  static override readonly options = options;
  #built: { readonly rank: number; readonly channels: number } | null = null;

  constructor(
    ...given:
      | [groups?: number, options?: Rest<GroupNormalizationOptions, "groups">]
      | [options: GroupNormalizationOptions]
  ) {
    super(named(new.target, given, "groups"));
  }

  protected override get inputRule(): InputRule {
    if (this.#built === null) return { leastRank: 2 };
    return { rank: this.#built.rank, sizes: { [this.axis]: this.#built.channels } };
  }

  override build(inputShape: SymbolicShape): void {
    const channels = knownSize(this, inputShape, this.axis);
    if (this.groups !== -1 && channels % this.groups !== 0) {
      throw new ShapeError(
        `${this.name}: the input has the shape ${formatShape(inputShape)}; its ${channels} channels in axis ${this.axis} cannot ` +
          `be divided into ${this.groups} groups`,
      );
    }
    this.#built = { rank: inputShape.length, channels };
    this.addScaleAndOffset([channels]);
  }

  override call(inputs: Tensor): Tensor {
    return withFullPrecision(inputs, (x) => {
      const { shape } = x;
      const at = normalizeAxis(this.name, this.axis, shape.length);
      const groups = this.groups === -1 ? shape[at] : this.groups;
      const grouped = reshape(x, [...shape.slice(0, at), groups, shape[at] / groups, ...shape.slice(at + 1)]);
      const axis = grouped.shape.map((_, each) => each).filter((each) => each > 0 && each !== at);
      const normalized = reshape(layerNorm(grouped, { axis, epsilon: this.epsilon }), shape);
      const along = (weight: Variable): Tensor =>
        reshape(
          weight.value.cast(x.dtype),
          shape.map((size, each) => (each === at ? size : 1)),
        );
      const scaled = this.gamma === null ? normalized : mul(normalized, along(this.gamma));
      return this.beta === null ? scaled : add(scaled, along(this.beta));
    });
  }

  protected override optionValue(name: string, given: unknown): unknown {
    if (name === "groups" && given === -1) return this.#built?.channels ?? given;
    return super.optionValue(name, given);
  }
}
