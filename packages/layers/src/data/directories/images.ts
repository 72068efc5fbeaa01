import { type FileSource, type Tensor, tensor } from "@strata/core";
import { readOptionTable } from "../../schema/configurable.ts";
import { type Given, type OptionValues, option } from "../../schema/option.ts";
import { boolean, choice, dataFormat } from "../../schema/vocabulary.ts";
import { decodedImage } from "../images/decoded-image.ts";
import { fittedImage } from "../images/fit-image.ts";
import { channelsOf, withChannels } from "../images/raw-image.ts";
import { imageInterpolations } from "../images/resample.ts";
import { type DirectoryDatasets, directoryDatasets, type KnownOptions } from "./directory-dataset.ts";
import { directoryOptions } from "./directory-options.ts";
import type { DirectoryLike } from "./folder-tree.ts";

const operation = "imageDatasetFromDirectory";

const imageSize = option<
  readonly [height: number, width: number],
  number | readonly [height: number, width: number]
>({
  accepted: "a positive integer, or [height, width]",
  read: (given) => {
    const [height, width, ...more] = Array.isArray(given) ? given : [given, given];
    const isSize = [height, width].every((size) => Number.isInteger(size) && size > 0);
    return isSize && more.length === 0 ? [height, width] : undefined;
  },
});

const options = {
  ...directoryOptions,
  /** As what colours are given: 1 channel, 3, or 4, the last of which is opacity. */
  colorMode: choice(["rgb", "grayscale", "rgba"])("rgb"),
  /** The height and width that all images get. */
  imageSize: imageSize([256, 256]),
  /** How the pixels between pixels are found. */
  interpolation: choice(imageInterpolations)("bilinear"),
  /** Whether proportions are kept by leaving out what is at the sides. */
  cropToAspectRatio: boolean(false),
  /** Whether proportions are kept by filling up the sides with zeros. */
  padToAspectRatio: boolean(false),
  /** The place of the channels. */
  dataFormat: dataFormat("channelsLast"),
};

/** Options of {@link imageDatasetFromDirectory}. */
export interface ImageDirectoryOptions extends Given<typeof options> {}

/**
 * The images of a directory, with labels: each folder in it is a class, in alphabetical order. PNG, JPEG, GIF (the first picture) and BMP
 * files are decoded when they are wanted, several at once, and brought to one size.
 *
 * @param directory A path; in browsers a handle of a folder, or Files.
 * @param options Labels, batches, order and parts of the directory, and channels and size of the images.
 * @returns Batches of `[images, labels]`: float32 [batch, height, width, channels], from 0 to 255, and the labels; or of images alone. Of
 * `subset: "both"`, a pair of datasets.
 * @throws RangeError for an option that is not accepted, and where the directory has no such files; FileError, when it is run, for a file
 * that cannot be decoded.
 *
 * @example
 * ```text
 * const [training, validation] = await imageDatasetFromDirectory("flowers", {
 *   imageSize: [180, 180],
 *   validationSplit: 0.2,
 *   subset: "both",
 *   seed: 123,
 * });
 * await model.fit(training, null, { validationData: validation, epochs: 10 });
 * ```
 */
export function imageDatasetFromDirectory<const Options extends ImageDirectoryOptions = object>(
  directory: DirectoryLike,
  options?: KnownOptions<Options, ImageDirectoryOptions>,
): Promise<DirectoryDatasets<Options, Tensor>>;
export async function imageDatasetFromDirectory(
  directory: DirectoryLike,
  given: ImageDirectoryOptions = {},
): Promise<unknown> {
  const values = readOptionTable(operation, options, given);
  if (values.cropToAspectRatio && values.padToAspectRatio) {
    throw new RangeError(
      `${operation}: cropToAspectRatio and padToAspectRatio are both true; one of them can be`,
    );
  }
  return directoryDatasets(
    {
      operation,
      endings: [".bmp", ".gif", ".jpeg", ".jpg", ".png"],
      load: (source) => readImage(source, values),
      batch: (files, size) => files.batch(size),
    },
    directory,
    values,
  );
}

async function readImage(
  source: FileSource,
  {
    colorMode,
    imageSize: size,
    interpolation,
    cropToAspectRatio,
    padToAspectRatio,
    dataFormat: format,
  }: OptionValues<typeof options>,
): Promise<Tensor> {
  const image = await decodedImage(source, operation);
  const { width, height } = image;
  const channels = channelsOf[colorMode];
  const pixels = fittedImage(
    { data: withChannels(image, colorMode), width, height, channels },
    {
      size,
      interpolation,
      antialias: false,
      proportions: cropToAspectRatio ? "cropped" : padToAspectRatio ? "padded" : "changed",
    },
  );
  const fitted = tensor(pixels, [...size, channels]);
  return format === "channelsLast" ? fitted : fitted.transpose([2, 0, 1]);
}
