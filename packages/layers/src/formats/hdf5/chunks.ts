import { FileError } from "@strata/core";
import type { ByteReader } from "./byte-reader.ts";
import { visitLeaves } from "./links.ts";

/** A filter that chunks went through when they were written. */
export interface ChunkFilter {
  readonly id: number;
  /** The bytes of an element, for the shuffle. */
  readonly elementBytes: number;
}

/** Reads a filter pipeline message, with the bytes of an element. */
export function readFilters(body: ByteReader, elementBytes: number): readonly ChunkFilter[] {
  const version = body.u8();
  const count = body.u8();
  if (version !== 1 && version !== 2)
    body.fail(`its filters have the version ${version}; accepted are 1 and 2`);
  if (version === 1) body.skip(6);
  return Array.from({ length: count }, () => {
    const id = body.u16();
    const nameLength = version === 1 || id >= 256 ? body.u16() : 0;
    body.skip(2);
    const values = body.u16();
    body.skip(version === 1 ? (nameLength + 7) & ~7 : nameLength);
    body.skip(4 * values + (version === 1 && values % 2 === 1 ? 4 : 0));
    if (!supported.has(id)) {
      body.fail(`its data went through the filter ${id}; accepted are ${[...supported.values()].join(", ")}`);
    }
    return { id, elementBytes };
  });
}

const [deflate, shuffle, fletcher32] = [1, 2, 3];
const supported = new Map([
  [deflate, "1 (deflate)"],
  [shuffle, "2 (shuffle)"],
  [fletcher32, "3 (Fletcher's checksum)"],
]);

/** A dataset in chunks. */
export interface ChunkedData {
  readonly place: string;
  readonly tree: number;
  /** The sizes of a chunk. */
  readonly chunk: readonly number[];
  readonly shape: readonly number[];
  readonly elementBytes: number;
  readonly filters: readonly ChunkFilter[];
}

/** Puts the chunks of a dataset together. The caller has checked that its size is within bounds. */
export async function readChunks(file: ByteReader, data: ChunkedData): Promise<Uint8Array> {
  const { place, chunk, shape, elementBytes, filters } = data;
  const whole = new Uint8Array(product(shape) * elementBytes);
  const chunkBytes = product(chunk) * elementBytes;
  const chunks: {
    readonly origin: readonly number[];
    readonly skipped: number;
    readonly bytes: Uint8Array;
  }[] = [];
  const most = product(shape.map((size, axis) => Math.ceil(size / chunk[axis])));
  const kind = { type: 1, keyBytes: 8 + 8 * (shape.length + 1) };
  visitLeaves(file, data.tree, place, kind, (key, address) => {
    const size = key.u32();
    const skipped = key.u32();
    const origin = shape.map(() => key.u64());
    const isInside = origin.every((start, axis) => start % chunk[axis] === 0 && start < shape[axis]);
    if (!isInside || chunks.length >= most) {
      key.fail(
        `a chunk stands at [${origin.join(", ")}]; chunks are [${chunk.join(", ")}] of [${shape.join(", ")}]`,
      );
    }
    chunks.push({ origin, skipped, bytes: file.part(place, address, size).bytes });
  });
  for (const { origin, skipped, bytes } of chunks) {
    const elements = await undoFilters(file, place, bytes, filters, skipped, chunkBytes);
    placeChunk(whole, elements, { origin, chunk, shape, elementBytes });
  }
  return whole;
}

async function undoFilters(
  file: ByteReader,
  place: string,
  stored: Uint8Array,
  filters: readonly ChunkFilter[],
  skipped: number,
  length: number,
): Promise<Uint8Array> {
  let bytes = stored;
  for (let index = filters.length - 1; index >= 0; index--) {
    if ((skipped >>> index) & 1) continue;
    const { id, elementBytes } = filters[index];
    if (id === deflate) bytes = await inflate(file, place, bytes, length + 4);
    else if (id === shuffle) bytes = unshuffle(bytes, elementBytes);
    else bytes = bytes.subarray(0, Math.max(0, bytes.length - 4));
  }
  if (bytes.length === length) return bytes;
  throw new FileError(file.file, place, `a chunk has ${bytes.length} bytes; it must have ${length}`);
}

/** Undoes zlib's compression, up to a length. */
async function inflate(
  file: ByteReader,
  place: string,
  bytes: Uint8Array,
  most: number,
): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const inflated = new Uint8Array(most);
  let length = 0;
  try {
    for await (const part of stream) {
      if (length + part.length > most) break;
      inflated.set(part, length);
      length += part.length;
    }
  } catch (error) {
    throw new FileError(file.file, place, "a compressed chunk is damaged", { cause: error });
  }
  return inflated.subarray(0, length);
}

/** Puts the bytes of an element together again, which were written as all first bytes, all second bytes… */
function unshuffle(bytes: Uint8Array, elementBytes: number): Uint8Array {
  const count = Math.floor(bytes.length / elementBytes);
  const elements = bytes.slice();
  for (let byte = 0; byte < elementBytes; byte++) {
    for (let index = 0; index < count; index++) {
      elements[index * elementBytes + byte] = bytes[byte * count + index];
    }
  }
  return elements;
}

interface Placement {
  readonly origin: readonly number[];
  readonly chunk: readonly number[];
  readonly shape: readonly number[];
  readonly elementBytes: number;
}

/** Copies a chunk row by row to where it stands; what reaches beyond the dataset is left out. */
function placeChunk(
  whole: Uint8Array,
  elements: Uint8Array,
  { origin, chunk, shape, elementBytes }: Placement,
): void {
  const last = shape.length - 1;
  const rowBytes = Math.min(chunk[last], shape[last] - origin[last]) * elementBytes;
  const copyRows = (axis: number, from: number, to: number): void => {
    if (axis === last) {
      const [source, target] = [from * chunk[axis], to * shape[axis] + origin[axis]];
      whole.set(
        elements.subarray(source * elementBytes, source * elementBytes + rowBytes),
        target * elementBytes,
      );
      return;
    }
    const count = Math.min(chunk[axis], shape[axis] - origin[axis]);
    for (let index = 0; index < count; index++) {
      copyRows(axis + 1, from * chunk[axis] + index, to * shape[axis] + origin[axis] + index);
    }
  };
  copyRows(0, 0, 0);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
