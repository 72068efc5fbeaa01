import { add, cast, greater, mul, stack, type TensorLike, unstack, where } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import type { ImageSize } from "./bounding-boxes.ts";
import { factor, movingOptions } from "./image-options.ts";
import { ProjectingLayer } from "./moving-layer.ts";

const options = {
  ...movingOptions,
  /**
   * How far a pixel moves sideways for each row: drawn from this range, or from −factor to factor, and then negated or not.
   */
  xFactor: factor(-1, 1)(0),
  /** How far a pixel moves up or down for each column: drawn in the same way. */
  yFactor: factor(-1, 1)(0),
};

/** Options of {@link RandomShear}. */
export interface RandomShearOptions extends Given<typeof options> {}

export interface RandomShear extends Values<typeof options> {}

/** The random numbers of {@link RandomShear}. */
export interface Shear {
  /** How far pixels of each image move sideways for each row, and up or down for each column: [batch, 2]. */
  readonly shearFactor: TensorLike;
}

/**
 * In training shears each image by factors drawn for it: rows move against each other, or columns.
 *
 * @example
 * ```ts
 * import { RandomShear } from "@strata/layers";
 *
 * const layer = new RandomShear(0, 0);
 * console.log(layer.apply([[[1], [2]]]).arraySync()); // [[[1], [2]]]
 * ```
 */
export class RandomShear extends ProjectingLayer<Shear> {
  static override readonly className: string = "RandomShear";
  static override readonly options = options;

  constructor(
    ...given:
      | [
          xFactor?: RandomShearOptions["xFactor"],
          yFactor?: RandomShearOptions["yFactor"],
          options?: Rest<RandomShearOptions, "xFactor" | "yFactor">,
        ]
      | [options: RandomShearOptions]
  ) {
    super(named(new.target, given, "xFactor", "yFactor"));
  }

  protected override drawn(count: number): Shear {
    const sign = where(greater(this.between([0, 1], [count, 1]), 0.5), -1, 1);
    const factors = [this.xFactor, this.yFactor].map((range) => this.between(range, [count]));
    return { shearFactor: mul(stack(factors, -1), sign) };
  }

  protected override transforms({ shearFactor }: Shear, _size: ImageSize): TensorLike {
    const [x, y] = unstack(cast(shearFactor, "float32"), -1);
    const zero = mul(x, 0);
    const one = add(zero, 1);
    return stack([one, x, zero, y, one, zero, zero, zero], -1);
  }
}
