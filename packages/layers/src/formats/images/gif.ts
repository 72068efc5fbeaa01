/** GIF files (CompuServe's GIF89a), of which the first picture is read. */
import { FileError } from "@strata/core/internal/files";
import type { RawImage } from "../../data/images/raw-image.ts";

/** The first picture in a GIF file: red, green, blue and opacity. */
export function decodeGif(bytes: Uint8Array, name: string): RawImage {
  return new GifReader(bytes, name).read();
}

class GifReader {
  readonly #bytes: Uint8Array;
  readonly #name: string;
  #position = 6;
  /** The index of the palette that is transparent; −1 for none. */
  #transparent = -1;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  read(): RawImage {
    const [width, height] = [this.#short(), this.#short()];
    const flags = this.#byte();
    this.#skip(2);
    const palette = this.#palette(flags);
    if (width === 0 || height === 0) throw this.#damaged("it has no pixels");
    while (true) {
      const kind = this.#byte();
      if (kind === 0x2c) return this.#picture(width, height, palette);
      if (kind !== 0x21) throw this.#damaged("there is no picture in it");
      const isControl = this.#byte() === 0xf9;
      const content = this.#blocks();
      if (isControl) this.#transparent = content[0] & 1 ? content[3] : -1;
    }
  }

  #picture(width: number, height: number, common: Uint8Array | null): RawImage {
    const [left, top, partWidth, partHeight] = [this.#short(), this.#short(), this.#short(), this.#short()];
    const flags = this.#byte();
    const palette = this.#palette(flags) ?? common;
    if (palette === null) throw this.#damaged("it has no palette");
    const isInterlaced = (flags & 0x40) !== 0;
    const codeSize = this.#byte();
    if (codeSize < 1 || codeSize > 11) throw this.#damaged(`its codes have ${codeSize} bits`);
    const indices = expand(this.#blocks(), codeSize, partWidth * partHeight);
    if (indices === null) throw this.#damaged("its pixels are damaged or cut short");
    const data = new Uint8Array(width * height * 4);
    const rows = isInterlaced ? interlacedRows(partHeight) : null;
    for (let line = 0; line < partHeight; line++) {
      const row = top + (rows?.[line] ?? line);
      for (let column = 0; column < partWidth; column++) {
        const index = indices[line * partWidth + column];
        if (index === this.#transparent || row >= height || left + column >= width) continue;
        const to = (row * width + left + column) * 4;
        data.set(palette.subarray(3 * index, 3 * index + 3), to);
        data[to + 3] = 255;
      }
    }
    return { width, height, channels: 4, data };
  }

  #palette(flags: number): Uint8Array | null {
    if ((flags & 0x80) === 0) return null;
    const length = 3 * 2 ** ((flags & 7) + 1);
    return this.#bytes.subarray(this.#skip(length), this.#position);
  }

  /** Blocks of up to 255 bytes, joined. */
  #blocks(): Uint8Array {
    const start = this.#position;
    let total = 0;
    for (let size = this.#byte(); size > 0; size = this.#byte()) {
      this.#skip(size);
      total += size;
    }
    const joined = new Uint8Array(total);
    let filled = 0;
    for (let at = start; filled < total; at += this.#bytes[at] + 1) {
      joined.set(this.#bytes.subarray(at + 1, at + 1 + this.#bytes[at]), filled);
      filled += this.#bytes[at];
    }
    return joined;
  }

  #skip(length: number): number {
    const start = this.#position;
    this.#position += length;
    if (this.#position > this.#bytes.length) throw this.#damaged("it is cut short");
    return start;
  }

  #byte(): number {
    return this.#bytes[this.#skip(1)];
  }

  #short(): number {
    const start = this.#skip(2);
    return this.#bytes[start] | (this.#bytes[start + 1] << 8);
  }

  #damaged(reason: string): FileError {
    return new FileError(this.#name, `byte ${this.#position}`, reason);
  }
}

/** The rows in the order in which an interlaced picture has them. */
function interlacedRows(height: number): readonly number[] {
  const passes = [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const;
  return passes.flatMap(([first, step]) =>
    Array.from(
      { length: Math.max(0, Math.ceil((height - first) / step)) },
      (_, index) => first + index * step,
    ),
  );
}

const longestCode = 12;

/**
 * The indices that codes of growing length stand for: T. Welch, "A technique for high-performance data compression" (1984). Each new code is
 * an earlier one and the first index of the next. Null if they stand for less than `count`, or for nothing.
 */
function expand(packed: Uint8Array, codeSize: number, count: number): Uint8Array | null {
  const clear = 2 ** codeSize;
  const prefixes = new Int16Array(2 ** longestCode);
  const suffixes = new Uint8Array(2 ** longestCode);
  const indices = new Uint8Array(count);
  const chain = new Uint8Array(2 ** longestCode);
  let filled = 0;
  let next = clear + 2;
  let length = codeSize + 1;
  let previous = -1;
  let [bits, available, position] = [0, 0, 0];
  while (filled < count) {
    while (available < length) {
      if (position >= packed.length) return null;
      bits |= packed[position++] << available;
      available += 8;
    }
    const code = bits & (2 ** length - 1);
    bits >>>= length;
    available -= length;
    if (code === clear) {
      next = clear + 2;
      length = codeSize + 1;
      previous = -1;
      continue;
    }
    if (code === clear + 1 || code > next || (code === next && previous < 0)) return null;
    let size = 0;
    let current = code === next ? previous : code;
    for (; current >= clear; current = prefixes[current]) chain[size++] = suffixes[current];
    const first = current;
    chain[size++] = first;
    for (let at = size - 1; at >= 0 && filled < count; at--) indices[filled++] = chain[at];
    if (code === next && filled < count) indices[filled++] = first;
    if (previous >= 0 && next < 2 ** longestCode) {
      prefixes[next] = previous;
      suffixes[next] = first;
      next++;
      if (next === 2 ** length && length < longestCode) length++;
    }
    previous = code;
  }
  return indices;
}
