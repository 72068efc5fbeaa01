import { ShapeError, type TensorLike } from "@strata/core";
import { isFloat, readOptions } from "@strata/core/internal";
import { checkInteger } from "../utilities/options.ts";
import { formatShape } from "../utilities/shapes.ts";
import { toTensor } from "../utilities/tensors.ts";
import { pngAddress, type Raster } from "./png.ts";
import { drawing, element, fitted, text } from "./svg.ts";

/** Options of {@link plotImages}. */
export interface PlotImagesOptions {
  /** A line of text below each image. */
  readonly labels?: readonly string[];
  /** How many images stand side by side. Default: 8 at most. */
  readonly columns?: number;
  /** The width of an image in the picture, in pixels. Default: 80. */
  readonly size?: number;
  /** The values that are drawn black and white. Default: 0 and 255 for whole numbers, 0 and 1 for floats that are all
   * between, else the least and the largest value. */
  readonly range?: readonly [black: number, white: number];
}

const gap = 8;
const labelHeight = 18;

/**
 * Draws images in rows.
 *
 * @param images [images, height, width, channels] of one channel (grey), three (red, green, blue) or four (and opacity); or
 * [images, height, width].
 * @returns SVG, for a file or a page, which holds the images.
 * @throws ShapeError for what are no images.
 *
 * @example
 * ```ts
 * import { uniform } from "@strata/core";
 * import { plotImages } from "@strata/layers";
 *
 * const svg = await plotImages(uniform([2, 4, 4, 3]), { labels: ["noise", "more noise"] });
 * console.log(svg.startsWith("<svg"), svg.includes("data:image/png")); // true true
 * ```
 */
export async function plotImages(images: TensorLike, options: PlotImagesOptions = {}): Promise<string> {
  readOptions("plotImages", options, ["labels", "columns", "size", "range"]);
  const { labels, size = 80 } = options;
  const tensor = toTensor(images);
  const { shape } = tensor;
  const [count, height, width, channels = 1] = shape;
  if (![3, 4].includes(shape.length) || !isChannels(channels) || count * height * width === 0) {
    throw new ShapeError(
      `plotImages: the images have the shape ${formatShape(shape)}; it must be [images, height, width] or [images, height, ` +
        "width, channels], of 1, 3 or 4 channels",
    );
  }
  const { columns = Math.min(8, count) } = options;
  checkInteger("plotImages", "columns", columns, 1);
  const values = await tensor.data();
  const [black, white] = options.range ?? rangeOf(values, isFloat(tensor.dtype));
  const elements = height * width * channels;
  const cell = {
    width: size + gap,
    height: (size * height) / width + gap + (labels === undefined ? 0 : labelHeight),
  };
  const cells = Array.from({ length: count }, (_, index) => {
    const place = {
      x: gap + (index % columns) * cell.width,
      y: gap + Math.floor(index / columns) * cell.height,
    };
    const bytes = Uint8Array.from({ length: elements }, (_, offset) =>
      byteOf(Number(values[index * elements + offset]), black, white),
    );
    return [
      picture({ width, height, channels, bytes }, place, size),
      ...(labels?.[index] === undefined ? [] : [caption(labels[index], place, cell.height, size)]),
    ];
  });
  const rows = Math.ceil(count / columns);
  const whole = { width: gap + Math.min(columns, count) * cell.width, height: gap + rows * cell.height };
  return drawing(whole.width, whole.height, `${count} images`, ...cells.flat());
}

function isChannels(channels: number): channels is Raster["channels"] {
  return [1, 3, 4].includes(channels);
}

function picture(raster: Raster, place: { readonly x: number; readonly y: number }, size: number): string {
  return element("image", {
    ...place,
    width: size,
    height: (size * raster.height) / raster.width,
    // The pixels of small images are to be seen.
    style: raster.width < size ? "image-rendering:pixelated" : undefined,
    href: pngAddress(raster),
  });
}

function caption(
  label: string,
  place: { readonly x: number; readonly y: number },
  height: number,
  size: number,
) {
  const centre = { x: place.x + size / 2, y: place.y + height - gap - 4 };
  return text(fitted(label, size + gap), { ...centre, "text-anchor": "middle" });
}

function rangeOf(values: ArrayLike<number | boolean>, areFloats: boolean): readonly [number, number] {
  if (!areFloats) return [0, 255];
  let low = Infinity;
  let high = -Infinity;
  for (let index = 0; index < values.length; index++) {
    const value = Number(values[index]);
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low >= 0 && high <= 1 ? [0, 1] : [low, high];
}

function byteOf(value: number, black: number, white: number): number {
  const share = white === black ? 0 : (value - black) / (white - black);
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}
