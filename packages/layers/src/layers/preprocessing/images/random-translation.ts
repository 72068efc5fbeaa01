import { add, cast, mul, neg, stack, type Tensor, type TensorLike, unstack } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import type { ImageSize } from "./bounding-boxes.ts";
import { givenFactor, movingOptions, rangeAround } from "./image-options.ts";
import { ProjectingLayer } from "./moving-layer.ts";

const isShare = (value: number): boolean => Math.abs(value) <= 1;

const options = {
  ...movingOptions,
  /** How far images move down, as a share of their height: drawn from this range, or from −factor to factor. */
  heightFactor: givenFactor("a number from -1 to 1", isShare)(),
  /** How far images move to the right, as a share of their width: drawn in the same way. */
  widthFactor: givenFactor("a number from -1 to 1", isShare)(),
};

/** Options of {@link RandomTranslation}. */
export interface RandomTranslationOptions extends Given<typeof options> {}

export interface RandomTranslation extends Values<typeof options> {}

/** The random numbers of {@link RandomTranslation}. */
export interface Translation {
  /** How far each image moves, in pixels, to the right and down: [batch, 2]. */
  readonly translations: TensorLike;
}

/**
 * In training moves each image by distances drawn for it.
 *
 * @example
 * ```ts
 * import { RandomTranslation } from "@strata/layers";
 *
 * const layer = new RandomTranslation(0, [0.5, 0.5], { fillMode: "constant" });
 * console.log(layer.apply([[[1], [2]]]).arraySync()); // [[[0], [1]]]
 * ```
 */
export class RandomTranslation extends ProjectingLayer<Translation> {
  static override readonly className: string = "RandomTranslation";
  static override readonly options = options;

  constructor(
    ...given:
      | [
          heightFactor: RandomTranslationOptions["heightFactor"],
          widthFactor: RandomTranslationOptions["widthFactor"],
          options?: Rest<RandomTranslationOptions, "heightFactor" | "widthFactor">,
        ]
      | [options: RandomTranslationOptions]
  ) {
    super(named(new.target, given, "heightFactor", "widthFactor"));
  }

  protected override drawn(count: number, images: Tensor): Translation {
    const { height, width } = this.sizeOf(images);
    const down = mul(this.between(rangeAround(this.heightFactor), [count]), height);
    const right = mul(this.between(rangeAround(this.widthFactor), [count]), width);
    return { translations: stack([right, down], -1) };
  }

  protected override transforms({ translations }: Translation, _size: ImageSize): TensorLike {
    const [right, down] = unstack(cast(translations, "float32"), -1);
    const zero = mul(right, 0);
    const one = add(zero, 1);
    return stack([one, zero, neg(right), zero, one, neg(down), zero, zero], -1);
  }
}
