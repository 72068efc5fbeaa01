import {
  cast,
  expandDims,
  type Shape,
  ShapeError,
  squeeze,
  Tensor,
  type TensorLike,
  transpose,
} from "@strata/core";
import { AnyLayer, type CallContext, type CallOptions } from "../../../layer/any-layer.ts";
import type { Structure } from "../../../layer/structure.ts";
import type { SymbolicTensor } from "../../../layer/symbolic-tensor.ts";
import { isPlainObject } from "../../../schema/configurable.ts";
import type { OptionTable } from "../../../schema/option.ts";
import { toCamelCase } from "../../../utilities/names.ts";
import { formatShape } from "../../../utilities/shapes.ts";
import { toTensor } from "../../../utilities/tensors.ts";
import {
  type BoundingBoxes,
  type BoundingBoxFormat,
  convertBoxes,
  type ImageSize,
} from "./bounding-boxes.ts";
import { imageOptions } from "./image-options.ts";

/** Images with what belongs to them. Names are taken in camelCase and in snake_case, and come back as they were given. */
export interface LabelledImages {
  /** [batch, height, width, channels], or without the batch dimension. */
  readonly images: TensorLike;
  /** Vectors of classes, [batch, classes]. */
  readonly labels?: TensorLike;
  /** Boxes [batch, boxes, 4] in the layer's format, and the class of each, [batch, boxes]. */
  readonly boundingBoxes?: { readonly boxes: TensorLike; readonly labels: TensorLike };
  /** A class for each pixel, [batch, height, width, 1]. */
  readonly segmentationMasks?: TensorLike;
}

/** Options of {@link ImageLayer.transformImages} and of its siblings. */
export interface TransformOptions {
  /** Whether images are transformed for training; in inference most layers leave them as they are. Default: true. */
  readonly training?: boolean;
}

/**
 * A layer of images: [batch, height, width, channels], or one image without the batch dimension; with `"channelsFirst"`
 * [batch, channels, height, width]. They come alone, or in an object with labels, bounding boxes and masks. A call that does
 * not say `training` is one in training, as in Keras.
 *
 * @typeParam Transformation Tells, for each image of a batch, what is done to it; null where all are treated alike.
 */
export abstract class ImageLayer<Transformation = null> extends AnyLayer {
  static override readonly options: OptionTable = imageOptions;
  /** The place of the channels in the shape. */
  declare readonly dataFormat: "channelsLast" | "channelsFirst";
  /** The meaning of the four numbers of bounding boxes; null where there are none. */
  declare readonly boundingBoxFormat: BoundingBoxFormat | null;
  /** Whether images are transformed in inference, too. */
  protected readonly actsAlways: boolean = false;
  /** Whether pixels stay where they are, so that boxes and masks need no change. */
  protected readonly keepsPlaces: boolean = true;

  /** The transformation of a batch whose channels are last. */
  protected abstract transform(images: Tensor, transformation: Transformation | null): Tensor;

  protected override get trainsByDefault(): boolean {
    return true;
  }

  /**
   * Transforms images, and what comes with them.
   *
   * @param inputs Images, or an object of them and what belongs to them.
   * @param options Whether it is a call in training. Default: true.
   */
  override apply(inputs: SymbolicTensor, options?: CallOptions): SymbolicTensor;
  override apply(inputs: TensorLike, options?: CallOptions): Tensor;
  override apply<Data extends LabelledImages>(
    inputs: Data,
    options?: CallOptions,
  ): { readonly [Name in keyof Data]: Data[Name] extends TensorLike ? Tensor : BoundingBoxes };
  override apply(inputs: unknown, options?: CallOptions): unknown {
    return super.apply(inputs, options);
  }

  override call(inputs: Structure<Tensor | null>, { training }: CallContext): unknown {
    const images = isPlainObject(inputs) ? inputs.images : inputs;
    const size = this.sizeOf(this.#checked(images));
    const drawn = this.getRandomTransformation(this.#checked(images), { training });
    if (!isPlainObject(inputs)) return this.transformImages(this.#checked(images), drawn, { training });
    return Object.fromEntries(
      Object.entries(inputs).map(([name, given]): [string, unknown] => {
        const key = toCamelCase(name);
        if (key === "boundingBoxes") return [name, this.#transformedBoxes(given, drawn, size, training)];
        if (!(given instanceof Tensor)) return [name, given];
        if (key === "images") return [name, this.transformImages(given, drawn, { training })];
        if (key === "labels") return [name, this.transformLabels(given, drawn, { training })];
        if (key === "segmentationMasks") {
          return [name, this.transformSegmentationMasks(given, drawn, { training })];
        }
        return [name, given];
      }),
    );
  }

  /** Draws what is to be done to each image of a batch; null if nothing is. */
  getRandomTransformation(_images: Tensor, _options: TransformOptions = {}): Transformation | null {
    return null;
  }

  /**
   * Does to images what a transformation says.
   *
   * @param images A batch of images, or one.
   * @param transformation As {@link ImageLayer.getRandomTransformation} gives it; names may be spelled as in Keras, too.
   */
  transformImages(
    images: TensorLike,
    transformation: Transformation | null,
    { training = true }: TransformOptions = {},
  ): Tensor {
    const given = this.converted(toTensor(images));
    if (!training && !this.actsAlways) return given;
    return this.onBatch(given, (batch) => this.transform(batch, inCamelCase(transformation)));
  }

  /** The labels of transformed images. By default those that were given. */
  transformLabels(
    labels: Tensor,
    _transformation: Transformation | null,
    _options: TransformOptions = {},
  ): Tensor {
    return labels;
  }

  /** The masks of transformed images. By default those that were given. */
  transformSegmentationMasks(
    masks: Tensor,
    _transformation: Transformation | null,
    _options: TransformOptions = {},
  ): Tensor {
    return masks;
  }

  /** The bounding boxes of transformed images, [batch, boxes, 4]. By default those that were given. */
  transformBoundingBoxes(
    boxes: BoundingBoxes,
    _transformation: Transformation | null,
    _size: ImageSize,
    _options: TransformOptions = {},
  ): BoundingBoxes {
    if (this.keepsPlaces) return boxes;
    throw new RangeError(
      `${this.name}: boundingBoxes cannot be given; the layer transforms images, labels and segmentationMasks`,
    );
  }

  /** Images in the dtype that the layer computes in. */
  protected converted(images: Tensor): Tensor {
    return cast(images, this.computeDType);
  }

  /** The height and width of images in the layer's format. */
  protected sizeOf({ shape }: { readonly shape: Shape }): ImageSize {
    const [height, width] = this.dataFormat === "channelsLast" ? shape.slice(-3) : shape.slice(-2);
    return { height, width };
  }

  /** How many images there are. */
  protected countOf({ shape }: { readonly shape: Shape }): number {
    return shape.length === 3 ? 1 : shape[0];
  }

  /** Runs a function of batches, whose channels are last, on what has the layer's format and may be one image. */
  protected onBatch(images: Tensor, apply: (batch: Tensor) => Tensor): Tensor {
    const isSingle = this.#checked(images).rank === 3;
    const result = this.fromChannelsLast(apply(this.toChannelsLast(asBatch(images))));
    return isSingle ? squeeze(result, 0) : result;
  }

  /** A batch in the layer's format with the channels last. */
  protected toChannelsLast(batch: Tensor): Tensor {
    return this.dataFormat === "channelsLast" ? batch : transpose(batch, [0, 2, 3, 1]);
  }

  /** A batch with the channels last in the layer's format. */
  protected fromChannelsLast(batch: Tensor): Tensor {
    return this.dataFormat === "channelsLast" ? batch : transpose(batch, [0, 3, 1, 2]);
  }

  /** Runs a function of boxes that are given by their corners, in pixels, on boxes in the layer's format. */
  protected onCorners(
    { boxes, labels }: BoundingBoxes,
    size: ImageSize,
    sizeAfter: ImageSize,
    apply: (corners: BoundingBoxes) => BoundingBoxes,
  ): BoundingBoxes {
    const format = this.#boxFormat();
    const found = apply({ boxes: convertBoxes(boxes, format, "xyxy", size), labels });
    return { boxes: convertBoxes(found.boxes, "xyxy", format, sizeAfter), labels: found.labels };
  }

  #boxFormat(): BoundingBoxFormat {
    if (this.boundingBoxFormat !== null) return this.boundingBoxFormat;
    throw new RangeError(
      `${this.name}: there are boundingBoxes, and boundingBoxFormat is null; it must say what their four numbers are, as "xyxy"`,
    );
  }

  #transformedBoxes(
    given: unknown,
    drawn: Transformation | null,
    size: ImageSize,
    training: boolean,
  ): unknown {
    const { boxes, labels } = isPlainObject(given) ? given : {};
    if (!(boxes instanceof Tensor && labels instanceof Tensor)) {
      throw new TypeError(`${this.name}: boundingBoxes must be an object of boxes and labels`);
    }
    this.#boxFormat();
    const isSingle = boxes.rank === 2;
    const batch = isSingle
      ? { boxes: expandDims(boxes, 0), labels: expandDims(labels, 0) }
      : { boxes, labels };
    const found = this.transformBoundingBoxes(batch, drawn, size, { training });
    return isSingle ? { boxes: squeeze(found.boxes, 0), labels: squeeze(found.labels, 0) } : found;
  }

  #checked(images: unknown): Tensor {
    if (images instanceof Tensor && (images.rank === 3 || images.rank === 4)) return images;
    const found = images instanceof Tensor ? `have the shape ${formatShape(images.shape)}` : "are no tensor";
    throw new ShapeError(
      `${this.name}: the images ${found}; they must have 3 dimensions, or 4 with that of the batch`,
    );
  }
}

/** Images as a batch, which one image becomes. */
export function asBatch(images: Tensor): Tensor {
  return images.rank === 3 ? expandDims(images, 0) : images;
}

/** A transformation with its names in camelCase. */
function inCamelCase<Transformation>(transformation: Transformation): Transformation;
function inCamelCase(transformation: unknown): unknown {
  if (Array.isArray(transformation)) return transformation.map((each: unknown) => inCamelCase(each));
  if (!isPlainObject(transformation)) return transformation;
  const entries = Object.entries(transformation);
  return Object.fromEntries(entries.map(([name, each]) => [toCamelCase(name), inCamelCase(each)]));
}
