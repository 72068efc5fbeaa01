import { flip, lessEqual, stack, sub, type Tensor, type TensorLike, unstack, where } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { choice } from "../../../schema/vocabulary.ts";
import { type BoundingBoxes, clipBoxes, type ImageSize } from "./bounding-boxes.ts";
import type { TransformOptions } from "./image-layer.ts";
import { randomImageOptions } from "./image-options.ts";
import { flagPerImage } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** Whether images are mirrored from left to right, from top to bottom, or both at once. */
  mode: choice(["horizontalAndVertical", "horizontal", "vertical"])("horizontalAndVertical"),
};

/** Options of {@link RandomFlip}. */
export interface RandomFlipOptions extends Given<typeof options> {}

export interface RandomFlip extends Values<typeof options> {}

/** The random numbers of {@link RandomFlip}. */
export interface Flips {
  /** Whether each image is mirrored: [batch, 1, 1, 1]. */
  readonly flips: TensorLike;
}

/**
 * In training mirrors images, each with a probability of one half.
 *
 * @example
 * ```ts
 * import { RandomFlip } from "@strata/layers";
 *
 * const layer = new RandomFlip("horizontal");
 * const mirrored = layer.transformImages([[[1], [2]]], { flips: true });
 * console.log(mirrored.arraySync()); // [[[2], [1]]]
 * ```
 */
export class RandomFlip extends RandomImageLayer<Flips> {
  static override readonly className: string = "RandomFlip";
  static override readonly options = options;

  constructor(
    ...given:
      | [mode?: RandomFlipOptions["mode"], options?: Rest<RandomFlipOptions, "mode">]
      | [options: RandomFlipOptions]
  ) {
    super(named(new.target, given, "mode"));
  }

  protected override drawn(count: number): Flips {
    return { flips: lessEqual(this.between([0, 1], [count, 1, 1, 1]), 0.5) };
  }

  protected override alter(images: Tensor, { flips }: Flips): Tensor {
    const axes = { horizontal: [2], vertical: [1], horizontalAndVertical: [1, 2] }[this.mode];
    return where(flagPerImage(flips), flip(images, axes), images);
  }

  override transformSegmentationMasks(
    masks: Tensor,
    transformation: Flips | null,
    { training = true }: TransformOptions = {},
  ): Tensor {
    if (!training || transformation === null) return masks;
    return this.onBatch(masks, (batch) => this.alter(batch, transformation));
  }

  override transformBoundingBoxes(
    boxes: BoundingBoxes,
    transformation: Flips | null,
    size: ImageSize,
    { training = true }: TransformOptions = {},
  ): BoundingBoxes {
    if (!training || transformation === null) return boxes;
    return this.onCorners(boxes, size, size, ({ boxes: corners, labels }) => {
      const [left, top, right, bottom] = unstack(corners, -1);
      const [x0, x1] =
        this.mode === "vertical" ? [left, right] : [sub(size.width, right), sub(size.width, left)];
      const [y0, y1] =
        this.mode === "horizontal" ? [top, bottom] : [sub(size.height, bottom), sub(size.height, top)];
      const isFlipped = flagPerImage(transformation.flips).squeeze(-1);
      return clipBoxes({ boxes: where(isFlipped, stack([x0, y0, x1, y1], -1), corners), labels }, size);
    });
  }
}
