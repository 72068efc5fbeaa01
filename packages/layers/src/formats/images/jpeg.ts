import { decode, encode } from "jpeg-js";
import type { RawImage } from "../../data/images/raw-image.ts";

const limits = { maxResolutionInMP: 200, maxMemoryUsageInMB: 2048 };

/** The image in a JPEG file. Turning by what cameras note is up to the program. */
export function decodeJpeg(bytes: Uint8Array): RawImage {
  const { width, height, data } = decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    ...limits,
  });
  return { width, height, channels: 3, data };
}

/** The file of an image of red, green, blue and opacity, which is left out. */
export function encodeJpeg({ width, height, data }: RawImage): Uint8Array {
  return new Uint8Array(encode({ width, height, data: new Uint8Array(data) }, 90).data);
}
