import { pad, type Tensor } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { integer, positiveInteger } from "../../../schema/vocabulary.ts";
import type { BoundingBoxes } from "./bounding-boxes.ts";
import { ImageLayer } from "./image-layer.ts";
import { imageOptions } from "./image-options.ts";

const options = {
  ...imageOptions,
  /** How many boxes each image has afterwards. */
  maxNumber: positiveInteger(),
  /** The coordinates and the class of missing boxes. */
  fillValue: integer(-1).omitted("always"),
};

/** Options of {@link MaxNumBoundingBoxes}. */
export interface MaxNumBoundingBoxesOptions extends Given<typeof options> {}

export interface MaxNumBoundingBoxes extends Values<typeof options> {}

/**
 * Gives each image the same number of bounding boxes: leaves out what is too much, and fills up what is missing. Images stay
 * as they are.
 *
 * @example
 * ```ts
 * import { MaxNumBoundingBoxes } from "@strata/layers";
 *
 * const layer = new MaxNumBoundingBoxes(2, { boundingBoxFormat: "xyxy" });
 * const images = [[[[0]]]];
 * const { boundingBoxes } = layer.apply({ images, boundingBoxes: { boxes: [[[0, 0, 1, 1]]], labels: [[5]] } });
 * console.log(boundingBoxes.labels.arraySync()); // [[5, -1]]
 * ```
 */
export class MaxNumBoundingBoxes extends ImageLayer {
  static override readonly className: string = "MaxNumBoundingBoxes";
  static override readonly options = options;

  constructor(
    ...given:
      | [maxNumber: number, options?: Rest<MaxNumBoundingBoxesOptions, "maxNumber">]
      | [options: MaxNumBoundingBoxesOptions]
  ) {
    super(named(new.target, given, "maxNumber"));
  }

  protected override converted(images: Tensor): Tensor {
    return images;
  }

  protected override transform(images: Tensor): Tensor {
    return images;
  }

  override transformBoundingBoxes({ boxes, labels }: BoundingBoxes): BoundingBoxes {
    const counted = (x: Tensor): Tensor => {
      const kept = x.slice([null, [0, this.maxNumber]]);
      const missing = this.maxNumber - kept.shape[1];
      const sides = kept.shape.map((_, axis) => (axis === 1 ? ([0, missing] as const) : ([0, 0] as const)));
      return pad(kept, sides, { value: this.fillValue });
    };
    return { boxes: counted(boxes), labels: counted(labels) };
  }
}
