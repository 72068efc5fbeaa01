import { crc32, inflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { encodePng } from "./png.ts";

it.each([
  [1, 0],
  [3, 2],
  [4, 6],
] as const)("PNG of %d channels has its bytes, and the sums that readers check", (channels, colourType) => {
  const width = 200;
  const height = 150;
  const bytes = Uint8Array.from({ length: width * height * channels }, (_, index) => (index * 7) % 256);
  const png = Buffer.from(encodePng({ width, height, channels, bytes }));
  const chunks = new Map<string, Buffer>();
  for (let offset = 8; offset < png.length; ) {
    const length = png.readUInt32BE(offset);
    const named = png.subarray(offset + 4, offset + 8 + length);
    expect(png.readUInt32BE(offset + 8 + length)).toBe(crc32(named));
    chunks.set(named.toString("latin1", 0, 4), named.subarray(4));
    offset += length + 12;
  }
  expect([...chunks.keys()]).toEqual(["IHDR", "IDAT", "IEND"]);
  const header = chunks.get("IHDR") ?? Buffer.alloc(13);
  expect([header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9]]).toEqual([
    width,
    height,
    8,
    colourType,
  ]);
  // Inflating checks Adler-32.
  const lines = inflateSync(chunks.get("IDAT") ?? Buffer.alloc(0));
  const row = width * channels;
  const pixels = Array.from({ length: height }, (_, y) =>
    lines.subarray(y * (row + 1) + 1, (y + 1) * (row + 1)),
  );
  expect(Buffer.concat(pixels).equals(bytes)).toBe(true);
});
