import { type Tensor, transpose } from "@strata/core";

/** The place of the channels in the shape of images: `[batch, ..., channels]` or `[batch, channels, ...]`. */
export type DataFormat = "channelsLast" | "channelsFirst";

/** The axis of the channels. */
export function channelAxis(format: DataFormat): number {
  return format === "channelsLast" ? -1 : 1;
}

/** The names of all axes of images with so many spatial ones, for messages. */
export function imageAxes(spatialRank: number, format: DataFormat = "channelsLast"): string[] {
  const spatial = spatialRank === 1 ? ["steps"] : ["depth", "height", "width"].slice(-spatialRank);
  return format === "channelsLast" ? ["batch", ...spatial, "channels"] : ["batch", "channels", ...spatial];
}

/** The axes of images of a rank that are neither that of the batch nor that of the channels. */
export function spatialAxes(format: DataFormat, rank: number): number[] {
  const first = format === "channelsLast" ? 1 : 2;
  return Array.from({ length: rank - 2 }, (_, axis) => first + axis);
}

/** Applies a function of images with channels last to images of any format, and gives its result in that format. */
export function withChannelsLast(format: DataFormat, images: Tensor, f: (images: Tensor) => Tensor): Tensor {
  if (format === "channelsLast") return f(images);
  const axes = images.shape.map((_, axis) => axis);
  const result = f(transpose(images, [0, ...axes.slice(2), 1]));
  return transpose(result, [0, images.rank - 1, ...axes.slice(1, -1)]);
}
