import { cast, clip, pad, resize, round, type Tensor } from "@strata/core";
import { isFloat } from "@strata/core/internal";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { boolean, choice, number, positiveInteger } from "../../../schema/vocabulary.ts";
import { type BoundingBoxes, clipBoxes, type ImageSize, movedBoxes } from "./bounding-boxes.ts";
import { centredPart, partOf } from "./crop-to-shape.ts";
import { ImageLayer } from "./image-layer.ts";
import { imageOptions } from "./image-options.ts";

const interpolations = ["bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"] as const;

const options = {
  ...imageOptions,
  /** The new height. */
  height: positiveInteger(),
  /** The new width. */
  width: positiveInteger(),
  /** How pixels between pixels are found. */
  interpolation: choice(interpolations)("bilinear"),
  /** Whether proportions are kept by leaving out what is at the sides. */
  cropToAspectRatio: boolean(false),
  /** Whether proportions are kept by filling up the sides. */
  padToAspectRatio: boolean(false),
  /** How the sides are filled up: with `fillValue`. */
  fillMode: choice(["constant"])("constant"),
  /** The value that they are filled up with. */
  fillValue: number(0),
  /** Whether an image that shrinks is smoothed. */
  antialias: boolean(false),
};

/** Options of {@link Resizing}. */
export interface ResizingOptions extends Given<typeof options> {}

export interface Resizing extends Values<typeof options> {}

/**
 * Images of another size: [batch, height, width, channels]. Whole numbers stay whole numbers.
 *
 * @example
 * ```ts
 * import { Resizing } from "@strata/layers";
 *
 * console.log(new Resizing(1, 4).apply([[[0], [1]]]).arraySync()); // [[[0], [0.25], [0.75], [1]]]
 * ```
 */
export class Resizing extends ImageLayer {
  static override readonly className: string = "Resizing";
  static override readonly options = options;
  protected override readonly actsAlways = true;

  constructor(
    ...given:
      | [height: number, width: number, options?: Rest<ResizingOptions, "height" | "width">]
      | [options: ResizingOptions]
  ) {
    super(named(new.target, given, "height", "width"));
    if (this.cropToAspectRatio && this.padToAspectRatio) {
      throw new RangeError(
        "Resizing: cropToAspectRatio and padToAspectRatio are both true; one of them can be",
      );
    }
  }

  protected override converted(images: Tensor): Tensor {
    return images;
  }

  protected override transform(images: Tensor): Tensor {
    return this.#resized(images, this.interpolation);
  }

  override transformSegmentationMasks(masks: Tensor): Tensor {
    return this.onBatch(masks, (batch) => this.#resized(batch, "nearest"));
  }

  override transformBoundingBoxes(
    boxes: BoundingBoxes,
    _transformation: null,
    size: ImageSize,
  ): BoundingBoxes {
    const ratios = [this.width / size.width, this.height / size.height] as const;
    const kept = this.cropToAspectRatio ? Math.max(...ratios) : Math.min(...ratios);
    const scales = this.cropToAspectRatio || this.padToAspectRatio ? ([kept, kept] as const) : ratios;
    const offset = (after: number, before: number, scale: number): number =>
      Math.trunc((after - before * scale) / 2);
    const offsets = [
      offset(this.width, size.width, scales[0]),
      offset(this.height, size.height, scales[1]),
    ] as const;
    return this.onCorners(boxes, size, this, ({ boxes: corners, labels }) =>
      clipBoxes({ boxes: movedBoxes(corners, scales, offsets), labels }, this),
    );
  }

  #resized(images: Tensor, interpolation: (typeof interpolations)[number]): Tensor {
    const result = resize(this.#inProportion(images), [this.height, this.width], {
      interpolation,
      antialias: this.antialias,
    });
    if (result.dtype === images.dtype) return result;
    const whole = isFloat(images.dtype) ? result : round(result);
    return cast(images.dtype === "uint8" ? clip(whole, 0, 255) : whole, images.dtype);
  }

  /** The images with the proportions of the result, if those are to be kept. */
  #inProportion(images: Tensor): Tensor {
    const [, height, width] = images.shape;
    if (this.cropToAspectRatio) return partOf(images, centredPart({ height, width }, this));
    if (!this.padToAspectRatio) return images;
    const filled = (size: number, wanted: number): number =>
      Math.trunc((Math.max(size, Math.trunc(wanted)) - size) / 2);
    const rows = filled(height, (width * this.height) / this.width);
    const columns = filled(width, (height * this.width) / this.height);
    const sides = [
      [0, 0],
      [rows, rows],
      [columns, columns],
      [0, 0],
    ] as const;
    return pad(images, sides, { value: this.fillValue });
  }
}
