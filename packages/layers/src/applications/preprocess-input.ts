import { cast, flip, Tensor, type TensorLike } from "@strata/core";
import { describeValue, isFloat, readOptions } from "@strata/core/internal";
import { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { operate } from "../operations/operation.ts";
import { formatShape } from "../utilities/shapes.ts";
import { toTensor } from "../utilities/tensors.ts";
import { imageNetDeviation, imageNetMean } from "./imagenet.ts";

/**
 * How the values of images, 0 to 255, are brought to those that a network was trained with: `"tf"`: to -1 … 1; `"torch"`: to
 * 0 … 1, and then to the mean 0 and the deviation 1 that ImageNet's channels have; `"caffe"`: the channels in the order blue,
 * green, red, each less ImageNet's mean.
 */
export type PreprocessMode = "caffe" | "tf" | "torch";

/** Options of {@link preprocessInput} and its relatives. */
export interface PreprocessOptions {
  /** The place of the channels in the shape. Default: `"channelsLast"`. */
  readonly dataFormat?: "channelsLast" | "channelsFirst";
}

/** ImageNet's means of blue, green and red, from 0 to 255. */
const caffeMean = [103.939, 116.779, 123.68];

const scalings: Readonly<Record<PreprocessMode, (images: Tensor, axis: -1 | -3) => Tensor>> = {
  tf: (images) => images.div(127.5).sub(1),
  torch: (images, axis) =>
    images.div(255).sub(alongChannels(imageNetMean, axis)).div(alongChannels(imageNetDeviation, axis)),
  caffe: (images, axis) => flip(images, axis).sub(alongChannels(caffeMean, axis)),
};

/**
 * Brings images to the values that a network was trained with.
 *
 * @param images Of values from 0 to 255, in the order red, green, blue: [height, width, 3] or [batch, height, width, 3]; a
 * symbolic tensor, too, so that it is a step of a model.
 * @param mode How.
 * @returns Floats of the same shape.
 * @throws RangeError for another mode, and for images that do not have three channels.
 *
 * @example
 * ```ts
 * import { preprocessInput } from "@strata/layers/applications";
 *
 * console.log(preprocessInput([[[0, 127.5, 255]]], "tf").arraySync()); // [[[-1, 0, 1]]]
 * ```
 */
export function preprocessInput(
  images: TensorLike,
  mode: PreprocessMode,
  options?: PreprocessOptions,
): Tensor;
export function preprocessInput(
  images: SymbolicTensor,
  mode: PreprocessMode,
  options?: PreprocessOptions,
): SymbolicTensor;
export function preprocessInput(
  images: TensorLike | SymbolicTensor,
  mode: PreprocessMode,
  options: PreprocessOptions = {},
): Tensor | SymbolicTensor {
  readOptions("preprocessInput", options, ["dataFormat"]);
  if (!Object.hasOwn(scalings, mode)) {
    throw new RangeError(
      `preprocessInput: the mode is ${describeValue(mode)}; it must be "caffe", "tf" or "torch"`,
    );
  }
  const { dataFormat = "channelsLast" } = options;
  if (dataFormat !== "channelsLast" && dataFormat !== "channelsFirst") {
    throw new RangeError(
      `preprocessInput: dataFormat is ${describeValue(dataFormat)}; it must be "channelsLast" or "channelsFirst"`,
    );
  }
  const axis = dataFormat === "channelsLast" ? -1 : -3;
  const given = images instanceof SymbolicTensor ? images : toTensor(images);
  if (given.shape.length < 3 || given.shape[given.shape.length + axis] !== 3) {
    throw new RangeError(
      `preprocessInput: the images have the shape ${formatShape(given.shape)}; axis ${axis} must be that of three channels`,
    );
  }
  const scale = (tensor: Tensor): Tensor =>
    scalings[mode](isFloat(tensor.dtype) ? tensor : cast(tensor, "float32"), axis);
  return given instanceof Tensor ? scale(given) : operate(scale, given);
}

/** A number for each channel, in a shape that goes with images. */
function alongChannels(values: readonly number[], axis: -1 | -3): TensorLike {
  return axis === -1 ? values : values.map((value) => [[value]]);
}
