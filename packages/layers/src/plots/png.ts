import { crc32, joinBytes } from "@strata/core/internal";

/** An image of bytes, row by row: of one channel (grey), of three (red, green, blue) or four (and opacity). */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly bytes: Uint8Array;
}

const colourTypes = { 1: 0, 3: 2, 4: 6 } as const;

/** The longest block of zlib that is not compressed. */
const longestBlock = 65_535;

/** PNG of the image, without compression (W3C, "Portable Network Graphics Specification", third edition). */
export function encodePng({ width, height, channels, bytes }: Raster): Uint8Array {
  const row = width * channels;
  // Before each row stands its filter, 0 for none.
  const lines = new Uint8Array(height * (row + 1));
  for (let y = 0; y < height; y++) lines.set(bytes.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  header[9] = colourTypes[channels];
  return joinBytes([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("IDAT", stored(lines)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** The address of the image in itself. */
export function pngAddress(raster: Raster): string {
  let binary = "";
  for (const byte of encodePng(raster)) binary += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(binary)}`;
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const named = joinBytes([new TextEncoder().encode(name), data]);
  const result = new Uint8Array(named.length + 8);
  const view = new DataView(result.buffer);
  view.setUint32(0, data.length);
  result.set(named, 4);
  view.setUint32(named.length + 4, crc32(named) >>> 0);
  return result;
}

/** The bytes in zlib's form, in blocks that are not compressed (RFC 1950 and 1951). */
function stored(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let start = 0; start < bytes.length; start += longestBlock) {
    const part = bytes.subarray(start, start + longestBlock);
    const { length } = part;
    const isLast = start + length === bytes.length ? 1 : 0;
    parts.push(Uint8Array.of(isLast, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255), part);
  }
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, adler32(bytes));
  return joinBytes([...parts, sum]);
}

function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return ((high << 16) | low) >>> 0;
}
