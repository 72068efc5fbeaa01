import { type FileTarget, ShapeError, type Tensor, type TensorLike, tensor } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { boolean, choice } from "../../schema/vocabulary.ts";
import { formatShape } from "../../utilities/shapes.ts";
import { toTensor } from "../../utilities/tensors.ts";
import { canDraw, type DrawnSource, encodeByBrowser, pixelsOf } from "./canvas.ts";
import { channelsOf, type RawImage, withChannels } from "./raw-image.ts";

/** Pixels in memory, as `ImageData` has them: red, green, blue and opacity, from 0 to 255. */
export interface Pixels {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Four numbers a pixel, row after row. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Pixels in memory, as an ImageData is made of them. */
export interface ClampedPixels extends Pixels {
  /** Four numbers a pixel, row after row. */
  readonly data: Uint8ClampedArray;
}

/** An image that {@link imageToTensor} takes. */
export type ImageLike = Pixels | DrawnSource;

const fromOptions = {
  /** As what colours are given: 1 channel, 3, or 4, the last of which is opacity. */
  colorMode: choice(["rgb", "grayscale", "rgba"])("rgb"),
};

/** Options of {@link imageToTensor}. */
export interface ImageToTensorOptions extends Given<typeof fromOptions> {}

/**
 * An image as a tensor: of a canvas, an `<img>`, an ImageBitmap, the present picture of a `<video>` (which a webcam may feed), or of pixels
 * in memory, as ImageData. Keras's `img_to_array`.
 *
 * @param image The image, which is loaded already.
 * @param options Channels.
 * @returns A tensor [height, width, channels] of float32, whole numbers from 0 to 255.
 * @throws TypeError for what is no image.
 *
 * @example
 * ```ts
 * import { imageToTensor } from "@strata/layers";
 *
 * const pixels = { width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 255) };
 * console.log(imageToTensor(pixels).arraySync()); // [[[255, 0, 0], [0, 0, 255]]]
 * ```
 */
export function imageToTensor(image: ImageLike, options: ImageToTensorOptions = {}): Tensor {
  const { colorMode } = readOptionTable("imageToTensor", fromOptions, options);
  const raw = rawOf(image);
  const data = withChannels(raw, colorMode);
  return tensor(Float32Array.from(data), [raw.height, raw.width, channelsOf[colorMode]]);
}

function rawOf(image: ImageLike): RawImage {
  if (typeof image === "object" && image !== null && "data" in image) {
    const { width, height, data } = image;
    const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
    if (isBytes && data.length === width * height * 4) return { width, height, data, channels: 4 };
  } else if (canDraw() && typeof image === "object" && image !== null) return pixelsOf(image);
  throw new TypeError(
    `imageToTensor: the image is ${describeValue(image)}; it must be pixels { width, height, data } of four bytes each, or in browsers ` +
      "what is drawn on canvases",
  );
}

const toOptions = {
  /** Whether the values are spread, so that the smallest becomes 0 and the largest 255. */
  scale: boolean(true),
};

/** Options of {@link tensorToImage}. */
export interface TensorToImageOptions extends Given<typeof toOptions> {}

/**
 * A tensor as an image: pixels that `new ImageData(data, width, height)` takes. Keras's `array_to_img`.
 *
 * @param x [height, width, channels], with 1, 3 or 4 channels.
 * @param options Whether the values are spread from 0 to 255, as they are unless `scale` is false.
 * @throws ShapeError for another shape.
 *
 * @example
 * ```ts
 * import { tensorToImage } from "@strata/layers";
 *
 * console.log([...tensorToImage([[[0.5], [1]]]).data]); // [0, 0, 0, 255, 255, 255, 255, 255]
 * ```
 */
export function tensorToImage(x: TensorLike, options: TensorToImageOptions = {}): ClampedPixels {
  const { scale } = readOptionTable("tensorToImage", toOptions, options);
  const { width, height, channels, values } = bytesOfImage("tensorToImage", x, scale);
  const raw = { width, height, channels, data: values };
  return { width, height, data: new Uint8ClampedArray(withChannels(raw, "rgba")) };
}

const encodeOptions = {
  ...toOptions,
  /** The format of the file. JPEG has no opacity. */
  fileFormat: choice(["png", "jpeg"])("png"),
};

/** Options of {@link encodeImage}. */
export interface EncodeImageOptions extends Given<typeof encodeOptions> {}

/**
 * The PNG or JPEG file of an image.
 *
 * @param x [height, width, channels], with 1, 3 or 4 channels.
 * @param options The format, and whether the values are spread from 0 to 255, as they are unless `scale` is false.
 * @throws ShapeError for another shape.
 */
export async function encodeImage(x: TensorLike, options: EncodeImageOptions = {}): Promise<Uint8Array> {
  const { scale, fileFormat } = readOptionTable("encodeImage", encodeOptions, options);
  const { width, height, channels, values } = bytesOfImage("encodeImage", x, scale);
  const image: RawImage = { width, height, channels, data: values };
  const opaque = (): RawImage => ({ width, height, channels: 4, data: withChannels(image, "rgba") });
  if (canDraw()) return encodeByBrowser(opaque(), `image/${fileFormat}`);
  if (fileFormat === "jpeg") return (await import("../../formats/images/jpeg.ts")).encodeJpeg(opaque());
  return (await import("../../formats/images/png.ts")).encodePng(image);
}

const saveOptions = {
  ...toOptions,
  /** The format of the file; null for that of its name's ending, or else PNG. */
  fileFormat: choice(["png", "jpeg"])().orNull(),
};

/** Options of {@link saveImage}. */
export interface SaveImageOptions extends Given<typeof saveOptions> {}

/**
 * Writes an image as a PNG or JPEG file. Keras's `save_img`.
 *
 * @param target A path, or another target of files.
 * @param x [height, width, channels], with 1, 3 or 4 channels.
 * @param options The format, and whether the values are spread from 0 to 255, as they are unless `scale` is false.
 * @throws ShapeError for another shape; FileError if the file cannot be written.
 *
 * @example
 * ```text
 * await saveImage("digit.png", digit.expandDims(-1));
 * ```
 */
export async function saveImage(
  target: FileTarget,
  x: TensorLike,
  options: SaveImageOptions = {},
): Promise<void> {
  const { scale, fileFormat } = readOptionTable("saveImage", saveOptions, options);
  const name = typeof target === "string" || target instanceof URL ? String(target) : "";
  const bytes = await encodeImage(x, {
    scale,
    fileFormat: fileFormat ?? (/\.jpe?g$/i.test(name) ? "jpeg" : "png"),
  });
  const { writeTarget } = await import("@strata/core/internal/files");
  await writeTarget(target, bytes, "saveImage");
}

interface ImageBytes {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly values: Uint8Array;
}

function bytesOfImage(operation: string, x: TensorLike, scale: boolean): ImageBytes {
  const given = toTensor(x);
  const [height, width, channels] = given.shape;
  if (given.rank !== 3 || (channels !== 1 && channels !== 3 && channels !== 4) || given.size === 0) {
    throw new ShapeError(
      `${operation}: the image is ${formatShape(given.shape)}; it must be [height, width, channels], with 1, 3 or 4 channels`,
    );
  }
  const values = given.dataSync();
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const factor = high === low ? 0 : 255 / (high - low);
  // As NumPy converts to bytes: towards zero.
  const byte = (value: number): number =>
    Math.trunc(Math.min(255, Math.max(0, scale ? (value - low) * factor : value)));
  return { width, height, channels, values: Uint8Array.from(values, byte) };
}
