import { centredPart } from "../../layers/preprocessing/images/crop-to-shape.ts";
import { type ImageInterpolation, type PixelBlock, resampled } from "./resample.ts";

/** How an image comes to a size. */
export interface Fitting {
  readonly size: readonly [height: number, width: number];
  readonly interpolation: ImageInterpolation;
  readonly antialias: boolean;
  /** Whether proportions are kept: by leaving out the sides, or by filling them up with zeros. */
  readonly proportions: "changed" | "cropped" | "padded";
}

/** An image in another size, [height, width, channels], as Keras's `image_dataset_from_directory` makes it. */
export function fittedImage(image: PixelBlock, fitting: Fitting): Float32Array {
  const { size, interpolation, antialias, proportions } = fitting;
  const [height, width] = size;
  const whole = { top: 0, left: 0, height: image.height, width: image.width };
  if (image.height === height && image.width === width) return Float32Array.from(image.data);
  if (proportions === "padded") return paddedImage(image, fitting);
  const window = proportions === "cropped" ? { ...centredPart(image, { height, width }) } : whole;
  return resampled(image, window, height, width, interpolation, antialias);
}

function paddedImage(image: PixelBlock, { size, interpolation, antialias }: Fitting): Float32Array {
  const [height, width] = size;
  const { channels } = image;
  const isWide = image.width * height > image.height * width;
  const innerHeight = isWide ? Math.max(1, Math.floor((image.height * width) / image.width)) : height;
  const innerWidth = isWide ? width : Math.max(1, Math.floor((image.width * height) / image.height));
  const whole = { top: 0, left: 0, height: image.height, width: image.width };
  const inner = resampled(image, whole, innerHeight, innerWidth, interpolation, antialias);
  const padded = new Float32Array(height * width * channels);
  const top = Math.floor((height - innerHeight) / 2);
  const left = Math.floor((width - innerWidth) / 2);
  for (let row = 0; row < innerHeight; row++) {
    const line = inner.subarray(row * innerWidth * channels, (row + 1) * innerWidth * channels);
    padded.set(line, ((top + row) * width + left) * channels);
  }
  return padded;
}
