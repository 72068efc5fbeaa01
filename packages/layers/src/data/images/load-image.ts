import { type FileSource, type Tensor, tensor } from "@strata/core";
import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { boolean, choice, perDimension } from "../../schema/vocabulary.ts";
import { decodedImage } from "./decoded-image.ts";
import { fittedImage } from "./fit-image.ts";
import { channelsOf, withChannels } from "./raw-image.ts";
import type { ImageInterpolation } from "./resample.ts";

const loadOptions = {
  /** As what colours are given: 1 channel, 3, or 4, the last of which is opacity. */
  colorMode: choice(["rgb", "grayscale", "rgba"])("rgb"),
  /** The height and width that the image is to have; null for its own. */
  targetSize: perDimension(2)().orNull(),
  /** How the pixels between pixels are found; what shrinks is smoothed, but for `"nearest"`. */
  interpolation: choice(["nearest", "bilinear", "bicubic", "lanczos"])("nearest"),
  /** Whether proportions are kept by leaving out what is at the sides. */
  keepAspectRatio: boolean(false),
};

/** Options of {@link loadImage}. */
export interface LoadImageOptions extends Given<typeof loadOptions> {}

const interpolations = {
  nearest: "nearest",
  bilinear: "bilinear",
  bicubic: "bicubic",
  lanczos: "lanczos3",
} as const satisfies Readonly<Record<string, ImageInterpolation>>;

/**
 * The image in a file: PNG, JPEG, GIF (its first picture) or BMP; in browsers what these decode. Keras's `load_img` and `img_to_array`
 * in one.
 *
 * @param source A path, an address, a Blob or File, or bytes.
 * @param options Channels, and the size.
 * @returns A tensor [height, width, channels] of float32, whole numbers from 0 to 255.
 * @throws FileError if it cannot be read, or is no image.
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 * import { encodeImage, loadImage } from "@strata/layers";
 *
 * const file = await encodeImage(tensor([[[0], [255]], [[128], [64]]]), { scale: false });
 * const image = await loadImage(file, { colorMode: "grayscale" });
 * console.log(image.shape, image.reshape([4]).arraySync()); // [2, 2, 1] [0, 255, 128, 64]
 * ```
 */
export async function loadImage(source: FileSource, options: LoadImageOptions = {}): Promise<Tensor> {
  const { colorMode, targetSize, interpolation, keepAspectRatio } = readOptionTable(
    "loadImage",
    loadOptions,
    options,
  );
  const image = await decodedImage(source, "loadImage");
  const channels = channelsOf[colorMode];
  const { width, height } = image;
  const data = withChannels(image, colorMode);
  if (targetSize === null) return tensor(Float32Array.from(data), [height, width, channels]);
  const [toHeight, toWidth] = targetSize;
  const fitted = fittedImage(
    { data, width, height, channels },
    {
      size: [toHeight, toWidth],
      interpolation: interpolations[interpolation],
      antialias: true,
      proportions: keepAspectRatio ? "cropped" : "changed",
    },
  );
  // An image is of bytes, which kernels that reach below zero leave.
  const bytes = fitted.map((value) => Math.min(255, Math.max(0, Math.floor(value + 0.5))));
  return tensor(bytes, [toHeight, toWidth, channels]);
}
