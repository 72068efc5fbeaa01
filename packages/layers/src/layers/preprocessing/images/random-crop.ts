import { add, arange, cast, gather, resize, stack, sub, type Tensor, type TensorLike } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { positiveInteger } from "../../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../../utilities/shapes.ts";
import { type BoundingBoxes, clipBoxes, type ImageSize } from "./bounding-boxes.ts";
import { centredPart } from "./crop-to-shape.ts";
import type { TransformOptions } from "./image-layer.ts";
import { randomImageOptions } from "./image-options.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** The height of the part. */
  height: positiveInteger(),
  /** Its width. */
  width: positiveInteger(),
};

/** Options of {@link RandomCrop}. */
export interface RandomCropOptions extends Given<typeof options> {}

export interface RandomCrop extends Values<typeof options> {}

/** The row and the column where the part begins. */
type Corner = readonly [top: TensorLike, left: TensorLike];

/**
 * In training takes a part of the images, at a place drawn for the batch: [batch, height, width, channels]. Images that are
 * not larger than it give the largest part of its shape, resized. In inference they stay as they are.
 *
 * @example
 * ```ts
 * import { RandomCrop } from "@strata/layers";
 *
 * const layer = new RandomCrop(1, 1);
 * console.log(layer.transformImages([[[1], [2]], [[3], [4]]], [1, 0]).arraySync()); // [[[3]]]
 * ```
 */
export class RandomCrop extends RandomImageLayer<Corner> {
  static override readonly className: string = "RandomCrop";
  static override readonly options = options;

  constructor(
    ...given:
      | [height: number, width: number, options?: Rest<RandomCropOptions, "height" | "width">]
      | [options: RandomCropOptions]
  ) {
    super(named(new.target, given, "height", "width"));
  }

  protected override drawn(_count: number, images: Tensor): Corner {
    const { height, width } = this.sizeOf(images);
    if (height > this.height && width > this.width) {
      const start = (room: number) => cast(this.between([0, room + 1], []), "int32");
      return [start(height - this.height), start(width - this.width)];
    }
    const { top, left } = centredPart({ height, width }, this);
    return [top, left];
  }

  protected override alter(images: Tensor, [top, left]: Corner): Tensor {
    const part = along(along(images, top, this.height, 1), left, this.width, 2);
    const [, height, width] = part.shape;
    return height === this.height && width === this.width ? part : resize(part, [this.height, this.width]);
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const [batch, channels] = [inputShape.slice(0, -3), this.dataFormat === "channelsLast" ? -1 : -3];
    const size = [this.height, this.width];
    const depth = inputShape.at(channels) ?? null;
    return this.dataFormat === "channelsLast" ? [...batch, ...size, depth] : [...batch, depth, ...size];
  }

  override transformSegmentationMasks(
    masks: Tensor,
    corner: Corner | null,
    { training = true }: TransformOptions = {},
  ): Tensor {
    if (!training || corner === null) return masks;
    return this.onBatch(masks, (batch) => this.alter(batch, corner));
  }

  override transformBoundingBoxes(
    boxes: BoundingBoxes,
    corner: Corner | null,
    size: ImageSize,
    { training = true }: TransformOptions = {},
  ): BoundingBoxes {
    if (!training || corner === null) return boxes;
    const [top, left] = corner.map((each) => cast(each, "float32"));
    return this.onCorners(boxes, size, this, ({ boxes: corners, labels }) =>
      clipBoxes({ boxes: sub(corners, stack([left, top, left, top])), labels }, this),
    );
  }
}

/** A part of an axis: of `size` elements, or as many as there are. */
function along(images: Tensor, start: TensorLike, size: number, axis: number): Tensor {
  if (typeof start !== "number") return gather(images, add(arange(size), start), axis);
  return gather(images, arange(start, Math.min(start + size, images.shape[axis])), axis);
}
