/** BMP files: Windows's bitmaps of 1, 4, 8, 24 and 32 bits, not compressed. */
import { FileError } from "@strata/core/internal/files";
import type { RawImage } from "../../data/images/raw-image.ts";

const uncompressed = 0;
const bitFields = 3;

/** The image in a BMP file. */
export function decodeBmp(bytes: Uint8Array, name: string): RawImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (reason: string): never => {
    throw new FileError(name, "header", reason);
  };
  if (bytes.length < 54) return refuse(`it has ${bytes.length} bytes; the headers alone have 54`);
  const headerSize = view.getUint32(14, true);
  if (headerSize < 40) return refuse(`its header has ${headerSize} bytes; accepted are 40 and more`);
  const start = view.getUint32(10, true);
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const isPlain = compression === uncompressed || (compression === bitFields && bits === 32);
  if (!isPlain || ![1, 4, 8, 24, 32].includes(bits)) {
    return refuse(
      `it has ${bits} bits and the compression ${compression}; accepted are 1, 4, 8, 24 and 32 bits without any`,
    );
  }
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (width <= 0 || height === 0 || start + rowBytes * height > bytes.length) {
    return refuse(`it is cut short: ${width} × ${height} pixels do not fit in ${bytes.length} bytes`);
  }
  // Only with the masks of later headers is the fourth byte opacity.
  const hasOpacity = compression === bitFields && headerSize >= 56 && view.getUint32(66, true) !== 0;
  const channels = hasOpacity ? 4 : 3;
  const palette = 14 + headerSize;
  const data = new Uint8Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    const from = start + (signedHeight > 0 ? height - 1 - row : row) * rowBytes;
    for (let column = 0; column < width; column++) {
      const to = (row * width + column) * channels;
      const at = bits < 24 ? palette + 4 * indexAt(bytes, from, column, bits) : from + column * (bits / 8);
      data[to] = bytes[at + 2];
      data[to + 1] = bytes[at + 1];
      data[to + 2] = bytes[at];
      if (hasOpacity) data[to + 3] = bytes[at + 3];
    }
  }
  return { width, height, channels, data };
}

function indexAt(bytes: Uint8Array, from: number, column: number, bits: number): number {
  const bit = column * bits;
  return (bytes[from + (bit >> 3)] >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
}
