import { type ByteReader, decodeText } from "./byte-reader.ts";
import type { Hdf5DType } from "./tree.ts";

/** How the elements of a dataset or an attribute lie in the file. */
export interface Datatype {
  readonly dtype: Hdf5DType;
  /** The bytes of an element in the file. */
  readonly elementBytes: number;
  readonly isBigEndian: boolean;
  /** Of texts: whether each is an index into a heap, and not padded to one length. */
  readonly isVariableLength: boolean;
}

const classes = ["integer", "float", "time", "text", "bit field", "opaque", "compound", "reference", "enum"];

/** Reads a datatype message (HDF5 file format specification, IV.A.2.d). */
export function readDatatype(reader: ByteReader, depth = 0): Datatype {
  if (depth > 4) reader.fail("datatypes are nested more than 4 deep");
  const kind = reader.u8() & 15;
  const bits = reader.unsigned(3);
  const elementBytes = reader.u32();
  if (elementBytes === 0 && kind !== 3) reader.fail("a datatype has elements of no bytes");
  const plain = { elementBytes, isBigEndian: (bits & 1) === 1, isVariableLength: false };
  if (kind === 0) {
    reader.skip(4);
    return { ...plain, dtype: integerOf(reader, elementBytes, (bits & 8) !== 0) };
  }
  if (kind === 1) {
    reader.skip(5);
    const exponentBits = reader.u8();
    reader.skip(6);
    return { ...plain, dtype: floatOf(reader, elementBytes, exponentBits) };
  }
  if (kind === 3) return { ...plain, isBigEndian: false, dtype: "string" };
  if (kind === 5) return { ...plain, isBigEndian: false, dtype: "bytes" };
  if (kind === 8) {
    const base = readDatatype(reader, depth + 1);
    if (base.elementBytes === 1 && (bits & 0xffff) === 2)
      return { ...plain, isBigEndian: false, dtype: "bool" };
  }
  if (kind === 9 && (bits & 15) === 1) {
    if (elementBytes !== 16) reader.fail(`an index into the heap has ${elementBytes} bytes; it has 16`);
    return { ...plain, isBigEndian: false, isVariableLength: true, dtype: "string" };
  }
  return reader.fail(
    `its datatype is ${classes[kind] ?? `of the class ${kind}`}; accepted are integers, floats, booleans, texts and opaque bytes`,
  );
}

function integerOf(reader: ByteReader, bytes: number, isSigned: boolean): Hdf5DType {
  const signed = { 1: "int8", 2: "int16", 4: "int32", 8: "int64" } as const;
  const unsigned = { 1: "uint8", 2: "uint16", 4: "uint32", 8: "uint64" } as const;
  if (bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8) return (isSigned ? signed : unsigned)[bytes];
  return reader.fail(`its integers have ${bytes} bytes; accepted are 1, 2, 4 and 8`);
}

function floatOf(reader: ByteReader, bytes: number, exponentBits: number): Hdf5DType {
  if (bytes === 2) return exponentBits === 8 ? "bfloat16" : "float16";
  if (bytes === 4) return "float32";
  if (bytes === 8) return "float64";
  return reader.fail(`its floats have ${bytes} bytes; accepted are 2, 4 and 8`);
}

/** The sizes of a dataspace message; null where it holds nothing. */
export function readShape(reader: ByteReader): readonly number[] | null {
  const version = reader.u8();
  const rank = reader.u8();
  if (rank > 32) reader.fail(`a dataspace has ${rank} dimensions; accepted are 32`);
  const flags = reader.u8();
  if (version === 1) reader.skip(5);
  else if (version === 2) {
    if (reader.u8() === 2) return null;
  } else reader.fail(`a dataspace has the version ${version}; accepted are 1 and 2`);
  const sizes = Array.from({ length: rank }, () => reader.u64());
  if (flags & 1) reader.skip(8 * rank);
  return sizes;
}

/** The number of elements of a shape, which is finite. */
export function elementsOf(reader: ByteReader, shape: readonly number[]): number {
  const count = shape.reduce((product, size) => product * size, 1);
  return Number.isSafeInteger(count) ? count : reader.fail(`the shape [${shape.join(", ")}] is too large`);
}

/** Texts that are padded to one length, each ended by a byte of 0 where it is shorter. */
export function paddedTexts(bytes: Uint8Array, length: number): readonly string[] {
  if (length === 0) return [];
  return Array.from({ length: bytes.length / length }, (_, index) => {
    const padded = bytes.subarray(index * length, (index + 1) * length);
    const end = padded.indexOf(0);
    return decodeText(end < 0 ? padded : padded.subarray(0, end));
  });
}

/** Elements in little-endian order. */
export function littleEndian(bytes: Uint8Array, { elementBytes, isBigEndian }: Datatype): Uint8Array {
  if (!isBigEndian || elementBytes === 1) return bytes;
  const swapped = bytes.slice();
  for (let start = 0; start < swapped.length; start += elementBytes) {
    swapped.subarray(start, start + elementBytes).reverse();
  }
  return swapped;
}

/** Little-endian elements as numbers; those of 8 bytes lose what a float64 does not hold. */
export function numbersIn(bytes: Uint8Array, dtype: Hdf5DType): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = readers[dtype];
  if (read === undefined) return [];
  return Array.from({ length: bytes.length / read.bytes }, (_, index) => read.at(view, index * read.bytes));
}

interface NumberReader {
  readonly bytes: number;
  readonly at: (view: DataView, offset: number) => number;
}

const readers: Partial<Record<Hdf5DType, NumberReader>> = {
  int8: { bytes: 1, at: (view, offset) => view.getInt8(offset) },
  uint8: { bytes: 1, at: (view, offset) => view.getUint8(offset) },
  bool: { bytes: 1, at: (view, offset) => view.getUint8(offset) },
  int16: { bytes: 2, at: (view, offset) => view.getInt16(offset, true) },
  uint16: { bytes: 2, at: (view, offset) => view.getUint16(offset, true) },
  int32: { bytes: 4, at: (view, offset) => view.getInt32(offset, true) },
  uint32: { bytes: 4, at: (view, offset) => view.getUint32(offset, true) },
  int64: { bytes: 8, at: (view, offset) => Number(view.getBigInt64(offset, true)) },
  uint64: { bytes: 8, at: (view, offset) => Number(view.getBigUint64(offset, true)) },
  float32: { bytes: 4, at: (view, offset) => view.getFloat32(offset, true) },
  float64: { bytes: 8, at: (view, offset) => view.getFloat64(offset, true) },
};
