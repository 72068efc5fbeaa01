import { convertIndexedToRgb, type DecodedPng, decode, encode } from "fast-png";
import type { RawImage } from "../../data/images/raw-image.ts";

/** The image in a PNG file. Of 16 bits, the upper eight are kept. */
export function decodePng(bytes: Uint8Array): RawImage {
  const image = decode(bytes, { checkCrc: true });
  const { width, height, palette } = image;
  if (palette !== undefined) {
    return { width, height, channels: palette[0]?.length === 4 ? 4 : 3, data: convertIndexedToRgb(image) };
  }
  const { channels } = image;
  if (channels !== 1 && channels !== 2 && channels !== 3 && channels !== 4) {
    throw new RangeError(`it has ${channels} channels`);
  }
  return withTransparency({ width, height, channels, data: eightBits(image) }, image);
}

/** The file of an image. */
export function encodePng({ width, height, channels, data }: RawImage): Uint8Array {
  return encode({ width, height, channels, data, depth: 8 });
}

function eightBits({ data, depth, width, height }: DecodedPng): Uint8Array {
  if (depth === 16) return Uint8Array.from(data, (value) => value >> 8);
  if (depth === 8) return data instanceof Uint8Array ? data : Uint8Array.from(data);
  // Greys of less than eight bits: several in a byte, and rows begin with one.
  const rowBytes = Math.ceil((width * depth) / 8);
  const most = 2 ** depth - 1;
  return Uint8Array.from({ length: width * height }, (_, pixel) => {
    const bit = (pixel % width) * depth;
    const byte = data[Math.floor(pixel / width) * rowBytes + (bit >> 3)];
    return (((byte >> (8 - depth - (bit & 7))) & most) * 255) / most;
  });
}

/** The one colour of an image without opacity that is transparent, if there is such. */
function withTransparency(image: RawImage, { transparency, depth }: DecodedPng): RawImage {
  const { width, height, channels, data } = image;
  if (transparency === undefined || transparency.length < channels || channels % 2 === 0) return image;
  const scale = (value: number): number => (depth === 16 ? value >> 8 : (value * 255) / (2 ** depth - 1));
  const colour = Array.from(transparency.subarray(0, channels), scale);
  const opaque = new Uint8Array(width * height * (channels + 1));
  for (let pixel = 0; pixel < width * height; pixel++) {
    const values = data.subarray(pixel * channels, (pixel + 1) * channels);
    opaque.set(values, pixel * (channels + 1));
    opaque[pixel * (channels + 1) + channels] = values.every((value, index) => value === colour[index])
      ? 0
      : 255;
  }
  return { width, height, channels: channels === 1 ? 2 : 4, data: opaque };
}
