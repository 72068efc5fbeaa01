/**
 * The header of safetensors files, by the format's description (https://github.com/huggingface/safetensors#format): eight
 * bytes with its length, and JSON with the type, the shape and the place of each tensor.
 */
import type { DType } from "../../dtype.ts";
import { FileError } from "../../files/file-error.ts";
import { type JsonValue, parseJson } from "../../files/json.ts";
import type { OpenFile } from "../../files/open-file.ts";
import type { Shape } from "../../shape.ts";
import { bytesPerStoredElement, checkExtent, type ElementType } from "../elements.ts";

/** How a tensor stands in a file. */
export interface SafetensorsEntry {
  /** The format's name of the type: `"F32"`, `"BF16"`, `"I64"`… */
  readonly dtype: SafetensorsType;
  /** Its shape. */
  readonly shape: Shape;
  /** The first byte of its data, and the one after its last, counted from the beginning of all data. */
  readonly range: readonly [begin: number, end: number];
}

/** The header of a file. */
export interface SafetensorsHeader {
  /** Texts by name that were saved with the tensors. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The tensors by name, in the order of the header. */
  readonly tensors: Readonly<Record<string, SafetensorsEntry>>;
}

export interface PlacedHeader extends SafetensorsHeader {
  /** The beginning of the data in the file. */
  readonly dataOffset: number;
}

const elementTypes = {
  BOOL: "bool",
  U8: "uint8",
  I8: "int8",
  I16: "int16",
  U16: "uint16",
  I32: "int32",
  U32: "uint32",
  I64: "int64",
  U64: "uint64",
  F16: "float16",
  BF16: "bfloat16",
  F32: "float32",
  F64: "float64",
} as const satisfies Record<string, ElementType>;

/** The types of the format that tensors are read of. */
export type SafetensorsType = keyof typeof elementTypes;

const typesOfDTypes = {
  bool: "BOOL",
  uint8: "U8",
  int32: "I32",
  float16: "F16",
  bfloat16: "BF16",
  float32: "F32",
  float64: "F64",
} as const satisfies Record<DType, SafetensorsType>;

const metadataName = "__metadata__";
const lengthBytes = 8;
const largestHeader = 100_000_000;
const alignment = 8;

export function elementTypeOf(type: SafetensorsType): ElementType {
  return elementTypes[type];
}

/** Reads and checks the header of an open file. */
export async function readHeader(file: OpenFile): Promise<PlacedHeader> {
  if (file.size < lengthBytes) {
    throw new FileError(file.name, "start", `it has ${file.size} bytes; a safetensors file has more than 8`);
  }
  const start = await file.read(0, lengthBytes);
  const length = new DataView(start.buffer, start.byteOffset, lengthBytes).getBigUint64(0, true);
  const most = Math.min(largestHeader, file.size - lengthBytes);
  if (length > BigInt(most) || length < 2n) {
    throw new FileError(
      file.name,
      "start",
      `it claims a header of ${length} bytes; in a file of ${file.size} it has 2 to ${most}`,
    );
  }
  const bytes = await file.read(lengthBytes, Number(length));
  if (bytes[0] !== "{".charCodeAt(0)) {
    throw new FileError(file.name, "header", `it begins with byte ${bytes[0]}; it must begin with "{"`);
  }
  const dataOffset = lengthBytes + bytes.length;
  const header = readEntries(file.name, parseJson(file.name, "header", bytes));
  checkRanges(file.name, header, file.size - dataOffset);
  return { ...header, dataOffset };
}

function readEntries(file: string, json: JsonValue): SafetensorsHeader {
  const tensors: [string, SafetensorsEntry][] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(asObject(file, "header", json))) {
    if (name === metadataName) metadata = readMetadata(file, value);
    else tensors.push([name, readEntry(file, placeOf(name), value)]);
  }
  return { metadata, tensors: Object.fromEntries(tensors) };
}

export function placeOf(name: string): string {
  return `tensor ${JSON.stringify(name)}`;
}

function readMetadata(file: string, json: JsonValue): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asObject(file, metadataName, json)).map(([name, value]) => {
      if (typeof value === "string") return [name, value];
      throw new FileError(
        file,
        metadataName,
        `${JSON.stringify(name)} is no string; all metadata are strings`,
      );
    }),
  );
}

function readEntry(file: string, place: string, json: JsonValue): SafetensorsEntry {
  const { dtype, shape, data_offsets: range, ...others } = asObject(file, place, json);
  if (Object.keys(others).length > 0) {
    throw new FileError(
      file,
      place,
      `it has ${Object.keys(others).join(", ")} beside dtype, shape and data_offsets`,
    );
  }
  if (!isType(dtype)) {
    throw new FileError(
      file,
      place,
      `its dtype is ${JSON.stringify(dtype)}; accepted are ${Object.keys(elementTypes).join(", ")}`,
    );
  }
  if (!areCounts(shape)) throw new FileError(file, place, `its shape is ${JSON.stringify(shape)}`);
  if (!areCounts(range) || range.length !== 2 || range[0] > range[1]) {
    throw new FileError(
      file,
      place,
      `its data_offsets are ${JSON.stringify(range)}; they must be [begin, end] of its bytes`,
    );
  }
  const [begin, end] = range;
  checkExtent(file, place, shape, elementTypes[dtype], end - begin);
  return { dtype, shape, range: [begin, end] };
}

/** The tensors' bytes must be all of the data, without holes or overlaps. */
function checkRanges(file: string, { tensors }: SafetensorsHeader, length: number): void {
  let next = 0;
  for (const [name, { range }] of inOrder({ tensors })) {
    if (range[0] !== next) {
      throw new FileError(
        file,
        placeOf(name),
        `its bytes begin at ${range[0]}; those before it end at ${next}, and there must be no hole or overlap`,
      );
    }
    next = range[1];
  }
  if (next === length) return;
  throw new FileError(file, "header", `its tensors take ${next} bytes; the file has ${length} for them`);
}

/** The tensors in the order of their bytes. */
export function inOrder({ tensors }: Pick<SafetensorsHeader, "tensors">): [string, SafetensorsEntry][] {
  return Object.entries(tensors).sort(
    ([, { range: left }], [, { range: right }]) => left[0] - right[0] || left[1] - right[1],
  );
}

function asObject(file: string, place: string, json: JsonValue): { readonly [name: string]: JsonValue } {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json;
  throw new FileError(file, place, `it is ${JSON.stringify(json)?.slice(0, 40)}; it must be an object`);
}

function isType(value: JsonValue | undefined): value is SafetensorsType {
  return typeof value === "string" && Object.hasOwn(elementTypes, value);
}

function areCounts(value: JsonValue | undefined): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && Number(item) >= 0);
}

/** A tensor that is to have a place in a file. */
interface TensorType {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly length: number;
}

/** The bytes before the data, whose tensors follow each other in the order given. */
export function encodeHeader(
  tensors: readonly TensorType[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const members: [string, unknown][] = Object.keys(metadata).length > 0 ? [[metadataName, metadata]] : [];
  let begin = 0;
  for (const { name, dtype, shape, length } of tensors) {
    const end = begin + length;
    members.push([name, { dtype: typesOfDTypes[dtype], shape, data_offsets: [begin, end] }]);
    begin = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(members)));
  // Spaces make the data begin where elements of every width may begin.
  const length = Math.ceil(text.length / alignment) * alignment;
  const bytes = new Uint8Array(lengthBytes + length).fill(" ".charCodeAt(0));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, lengthBytes);
  return bytes;
}

/** The order of tensors in a file: wide elements first, so that all of them lie at multiples of their width. */
export function sortForFile<Type extends Pick<TensorType, "name" | "dtype">>(
  tensors: readonly Type[],
): Type[] {
  const width = ({ dtype }: Type): number => bytesPerStoredElement(dtype);
  return [...tensors].sort((left, right) => width(right) - width(left) || (left.name < right.name ? -1 : 1));
}
