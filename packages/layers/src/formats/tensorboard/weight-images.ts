/** Weights as images, as Keras shows them in TensorBoard. */
import type { Raster } from "../../plots/png.ts";

/** How many images there are of a weight at most. */
const mostImages = 8;
/** How many pixels an image has in a direction at most; of longer ones every second is shown, every third, and so on. */
const longestSide = 1024;

/** The values of a weight at the places of an image. */
interface View {
  readonly width: number;
  readonly height: number;
  readonly channels: Raster["channels"];
  readonly at: (x: number, y: number, channel: number) => number;
}

/**
 * The images of a weight, black for its least value and white for its largest: a vector as one row, a matrix as it is or, if it
 * is higher than wide, turned; of a kernel of one dimension [size, channels, filters] an image [size, channels] a filter, and of
 * two dimensions [height, width, channels, filters] one in grey or in colours for one channel or three, for others the channels
 * side by side. There are 8 at most, and none of weights with more axes.
 */
export function weightImages(values: ArrayLike<number>, shape: readonly number[]): readonly Raster[] {
  if (values.length === 0) return [];
  const tones = tonesOf(values);
  return viewsOf(values, squeezed(shape)).map((view) => rasterOf(view, tones));
}

/** The shape without axes of one element. */
function squeezed(shape: readonly number[]): readonly number[] {
  // The axes of a kernel have their meanings by place.
  return shape.length === 4 ? shape : shape.filter((size) => size !== 1);
}

function viewsOf(values: ArrayLike<number>, shape: readonly number[]): readonly View[] {
  const [first = 1, second = 1, third = 1, fourth = 1] = shape;
  const grey = { channels: 1 } as const;
  if (shape.length <= 1) return [{ ...grey, width: first, height: 1, at: (x) => values[x] }];
  if (shape.length === 2) {
    return first > second
      ? [{ ...grey, width: first, height: second, at: (x, y) => values[x * second + y] }]
      : [{ ...grey, width: second, height: first, at: (x, y) => values[y * second + x] }];
  }
  if (shape.length === 3) {
    return upTo(third, (filter) => ({
      ...grey,
      width: second,
      height: first,
      at: (x, y) => values[(y * second + x) * third + filter],
    }));
  }
  if (shape.length > 4) return [];
  return upTo(fourth, (filter): View => {
    const at = (x: number, y: number, channel: number): number =>
      values[((y * second + x) * third + channel) * fourth + filter];
    if (third === 1 || third === 3) return { width: second, height: first, channels: third, at };
    const sideBySide = (x: number, y: number): number => at(x % second, y, Math.floor(x / second));
    return { ...grey, width: second * third, height: first, at: sideBySide };
  });
}

function upTo(count: number, make: (index: number) => View): readonly View[] {
  return Array.from({ length: Math.min(mostImages, count) }, (_, index) => make(index));
}

function rasterOf(view: View, tone: (value: number) => number): Raster {
  const { channels } = view;
  const strideX = Math.ceil(view.width / longestSide);
  const strideY = Math.ceil(view.height / longestSide);
  const width = Math.ceil(view.width / strideX);
  const height = Math.ceil(view.height / strideY);
  const bytes = new Uint8Array(width * height * channels);
  let index = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        bytes[index++] = tone(view.at(x * strideX, y * strideY, channel));
      }
    }
  }
  return { width, height, channels, bytes };
}

/** The tone of a value, from 0 for the least to 255 for the largest; grey where all are equal, black for NaN. */
function tonesOf(values: ArrayLike<number>): (value: number) => number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) continue;
    low = Math.min(low, values[index]);
    high = Math.max(high, values[index]);
  }
  if (low >= high) return (value) => (Number.isNaN(value) ? 0 : 128);
  return (value) => Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low))));
}
