/** The elements of tensors as files hold them, and as core does. */

import { allocateArray, arithmeticDType, type DType, type TypedArray, viewArray } from "../dtype.ts";
import { FileError } from "../files/file-error.ts";
import type { OpenFile } from "../files/open-file.ts";
import { formatShape, type Shape, sizeOf } from "../shape.ts";
import { decodeHalf, exactHalfBits } from "../special/half-precision.ts";

interface ElementTraits {
  readonly bytes: number;
  /** The dtype of the tensors that they become. */
  readonly dtype: DType;
  /**
   * Numbers of the dtype, where they are not there byte for byte. Integers that int32 does not hold make NaN, which the
   * caller looks for.
   */
  readonly decode?: (view: DataView, isLittle: boolean, values: TypedArray, start: number) => void;
}

/** Integers of another width become int32, if all of them are such numbers. */
function widened(
  bytes: number,
  read: (view: DataView, at: number, isLittle: boolean) => number,
): ElementTraits {
  return {
    bytes,
    dtype: "int32",
    decode(view, isLittle, values, start) {
      for (let at = 0; at < view.byteLength; at += bytes) {
        const value = read(view, at, isLittle);
        if (value !== (value | 0)) throw new RangeError(String(value));
        values[start + at / bytes] = value;
      }
    },
  };
}

function half(dtype: "float16" | "bfloat16"): ElementTraits {
  return {
    bytes: 2,
    dtype,
    decode(view, isLittle, values, start) {
      const bits = Uint16Array.from({ length: view.byteLength / 2 }, (_, index) =>
        view.getUint16(2 * index, isLittle),
      );
      values.set(decodeHalf(bits, dtype), start);
    },
  };
}

const traits = {
  bool: { bytes: 1, dtype: "bool" },
  uint8: { bytes: 1, dtype: "uint8" },
  int32: { bytes: 4, dtype: "int32" },
  float32: { bytes: 4, dtype: "float32" },
  float64: { bytes: 8, dtype: "float64" },
  float16: half("float16"),
  bfloat16: half("bfloat16"),
  int8: widened(1, (view, at) => view.getInt8(at)),
  int16: widened(2, (view, at, isLittle) => view.getInt16(at, isLittle)),
  uint16: widened(2, (view, at, isLittle) => view.getUint16(at, isLittle)),
  uint32: widened(4, (view, at, isLittle) => view.getUint32(at, isLittle)),
  int64: widened(8, (view, at, isLittle) => Number(view.getBigInt64(at, isLittle))),
  uint64: widened(8, (view, at, isLittle) => Number(view.getBigUint64(at, isLittle))),
} as const satisfies Record<string, ElementTraits>;

/** The types of elements that files are read of. Those that are no dtype become int32. */
export type ElementType = keyof typeof traits;

/** Elements in a file. */
export interface StoredElements {
  readonly type: ElementType;
  readonly shape: Shape;
  /** Their beginning, in bytes. */
  readonly offset: number;
  /** Default: false. */
  readonly isBigEndian?: boolean;
}

export function bytesPerStoredElement(type: ElementType): number {
  return traits[type].bytes;
}

/** The dtype of the tensor that elements become. */
export function dtypeOfElements(type: ElementType): DType {
  return traits[type].dtype;
}

/**
 * The number of elements, of which the file has the bytes.
 *
 * @throws FileError unless the shape is one, and takes `length` bytes.
 */
export function checkExtent(
  file: string,
  place: string,
  shape: Shape,
  type: ElementType,
  length: number,
): void {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const isShape = shape.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 0);
  if (!isShape || shape.length > 64 || !Number.isSafeInteger(size)) {
    throw new FileError(
      file,
      place,
      `${formatShape(shape)} is no shape; accepted are at most 64 dimensions, integers of at least 0`,
    );
  }
  if (size * traits[type].bytes === length) return;
  throw new FileError(
    file,
    place,
    `${type} ${formatShape(shape)} takes ${size * traits[type].bytes} bytes; there are ${length}`,
  );
}

/** Elements, and the words for them in messages. */
export interface PlacedElements extends StoredElements {
  readonly place: string;
}

/** The size of the parts, in bytes, in which values to be converted are read, so that nothing is in memory twice. */
const partLength = 2 ** 20;

/**
 * Neighbours share memory of so many bytes: allocations of their own each would make the engine collect garbage time and
 * again.
 */
const longestBlock = 2 ** 28;

/**
 * Values in a file, read into the memory that they stay in; in the order of the file, so that it is read from its beginning
 * to its end. The caller has checked that the file has them.
 *
 * @throws FileError for integers that int32 does not hold, and bools that are neither 0 nor 1.
 */
export async function readElements(
  file: OpenFile,
  all: readonly PlacedElements[],
): Promise<readonly TypedArray[]> {
  const values: TypedArray[] = [];
  for (let first = 0; first < all.length; ) {
    const { type, offset } = all[first];
    if (isStoredAsIs(type)) {
      const end = endOfBlock(all, first);
      const length = endOf(all[end - 1]) - offset;
      const block = await withRoom(file, all[first].place, length, () => file.readBuffer(offset, length));
      for (const elements of all.slice(first, end)) {
        values.push(valuesInBlock(file, elements, block, elements.offset - offset));
      }
      first = end;
    } else {
      values.push(await readConverted(file, all[first]));
      first++;
    }
  }
  return values;
}

/** The end of the run of elements that can share memory with `first`: one follows the other, at a multiple of its width. */
function endOfBlock(all: readonly PlacedElements[], first: number): number {
  const start = all[first].offset;
  let next = first + 1;
  while (
    next < all.length &&
    isStoredAsIs(all[next].type) &&
    all[next].offset === endOf(all[next - 1]) &&
    (all[next].offset - start) % traits[all[next].type].bytes === 0 &&
    endOf(all[next]) - start <= longestBlock
  ) {
    next++;
  }
  return next;
}

function endOf({ offset, shape, type }: StoredElements): number {
  return offset + sizeOf(shape) * traits[type].bytes;
}

/** Whether a tensor's memory has the same bytes as the file. */
function isStoredAsIs(type: ElementType): boolean {
  const { decode }: ElementTraits = traits[type];
  return decode === undefined;
}

function valuesInBlock(
  file: OpenFile,
  { place, type, shape, isBigEndian = false }: PlacedElements,
  block: ArrayBuffer,
  offset: number,
): TypedArray {
  const { bytes, dtype } = traits[type];
  const memory = new Uint8Array(block, offset, sizeOf(shape) * bytes);
  if (isBigEndian && bytes > 1) reverseBytes(memory, bytes);
  if (dtype === "bool") checkBools(file.name, place, memory);
  return viewArray(arithmeticDType(dtype), block, offset, sizeOf(shape));
}

async function readConverted(
  file: OpenFile,
  { place, type, shape, offset, isBigEndian = false }: PlacedElements,
): Promise<TypedArray> {
  const { bytes, dtype, decode }: ElementTraits = traits[type];
  const count = sizeOf(shape);
  const values = await withRoom(file, place, count * bytesOfValues, async () => allocateArray(dtype, count));
  for (let start = 0; start < count * bytes; start += partLength) {
    const part = await file.read(offset + start, Math.min(partLength, count * bytes - start));
    const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
    try {
      decode?.(view, !isBigEndian, values, start / bytes);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new FileError(
        file.name,
        place,
        `it is ${type} and holds ${error.message}; of integers, int32 and uint8 are dtypes`,
      );
    }
  }
  return values;
}

/** Of each converted element in memory: a number of float32 or int32. */
const bytesOfValues = 4;

/** The result of `allocate`; a FileError where the engine has no room for it. */
async function withRoom<Result>(
  file: OpenFile,
  place: string,
  bytes: number,
  allocate: () => Promise<Result>,
): Promise<Result> {
  try {
    return await allocate();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FileError(file.name, place, `there is no room in memory for its ${bytes} bytes`, {
      cause: error,
    });
  }
}

/** The order of the bytes of each element, turned round. */
function reverseBytes(memory: Uint8Array, width: number): void {
  for (let start = 0; start < memory.length; start += width) memory.subarray(start, start + width).reverse();
}

function checkBools(file: string, place: string, memory: Uint8Array): void {
  const wrong = memory.findIndex((value) => value > 1);
  if (wrong < 0) return;
  throw new FileError(file, place, `element ${wrong} of its bools is ${memory[wrong]}; it must be 0 or 1`);
}

/** The bytes of a tensor's values, least significant first; they may be the values' own, and must not be changed. */
export function encodeElements(values: TypedArray, dtype: DType): Uint8Array {
  const stored =
    (dtype === "float16" || dtype === "bfloat16") && values instanceof Float32Array
      ? exactHalfBits(values, dtype)
      : values;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}
