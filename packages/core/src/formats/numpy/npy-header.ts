/** The header of .npy files, by NumPy's description (NEP 1): a magic string, a version, and a dictionary of Python's. */
import type { DType } from "../../dtype.ts";
import { FileError } from "../../files/file-error.ts";
import type { OpenFile } from "../../files/open-file.ts";
import type { Shape } from "../../shape.ts";
import { checkExtent, type ElementType, type StoredElements } from "../elements.ts";

/** How an array stands in a file. */
export interface NpyHeader extends StoredElements {
  /** Whether the first axis is the one whose neighbours are next to each other. */
  readonly isFortranOrder: boolean;
}

const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
const alignment = 64;
/** NumPy itself accepts 10,000 bytes; what is longer describes fields. */
const largestHeader = 65_536;

/** NumPy's letters for kinds, and the widths in bytes that elements have. */
const elementTypes: Readonly<Record<string, ElementType>> = {
  b1: "bool",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
};

const descriptions: Readonly<Record<DType, string | null>> = {
  bool: "|b1",
  uint8: "|u1",
  int32: "<i4",
  float16: "<f2",
  float32: "<f4",
  float64: "<f8",
  bfloat16: null,
};

/** The names of NumPy's other kinds, for messages. */
const refusedKinds: Readonly<Record<string, string>> = {
  O: "objects, which are pickled and run code when they are read",
  S: "strings of bytes",
  a: "strings of bytes",
  U: "strings",
  c: "complex numbers",
  M: "dates",
  m: "times",
  V: "bytes without a type, as which bfloat16 is written too",
  f: "floats of another width",
};

/** Reads and checks the header of an array that is all of a file. */
export async function readNpyHeader(file: OpenFile, place = ""): Promise<NpyHeader> {
  const within = (part: string): string => (place === "" ? part : `${place}, ${part}`);
  const start = await file.read(0, Math.min(12, file.size));
  if (start.length < 10 || magic.some((byte, index) => start[index] !== byte)) {
    throw new FileError(
      file.name,
      within("start"),
      "there is no \\x93NUMPY; files of one array begin with it",
    );
  }
  const version = start[6];
  if (version < 1 || version > 3 || start[7] !== 0) {
    throw new FileError(
      file.name,
      within("start"),
      `its version is ${version}.${start[7]}; accepted are 1.0, 2.0 and 3.0`,
    );
  }
  const lengthBytes = version === 1 ? 2 : 4;
  const headerOffset = 8 + lengthBytes;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const isCut = start.length < headerOffset;
  const length = isCut ? 0 : version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (isCut || length > Math.min(largestHeader, file.size - headerOffset)) {
    throw new FileError(
      file.name,
      within("start"),
      `it claims a header of ${length} bytes in a file of ${file.size}; accepted are ${largestHeader}`,
    );
  }
  const text = decodeHeader(file.name, within("header"), version, await file.read(headerOffset, length));
  const described = parseHeader(file.name, within("header"), text);
  const offset = headerOffset + length;
  checkExtent(file.name, within("header"), described.shape, described.type, file.size - offset);
  return { ...described, offset };
}

function decodeHeader(file: string, place: string, version: number, bytes: Uint8Array): string {
  if (version < 3) return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FileError(file, place, "it is no UTF-8");
  }
}

/** `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`: three members in any order. Nothing is evaluated. */
function parseHeader(file: string, place: string, text: string): Omit<NpyHeader, "offset"> {
  const refuse = (rule: string): never => {
    throw new FileError(file, place, `${rule}; it is ${JSON.stringify(text.trim().slice(0, 80))}`);
  };
  const body = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1] ?? refuse("it must be a dictionary of Python's");
  const member = /\s*(?:'(\w+)'|"(\w+)")\s*:\s*(\([^()]*\)|'[^'\\]*'|"[^"\\]*"|True|False|\[)\s*(,?)/y;
  const members = new Map<string, string>();
  let isDivided = true;
  while (body.slice(member.lastIndex).trim() !== "") {
    const found = member.exec(body);
    if (found === null) return refuse("it must have descr, fortran_order and shape, as Python writes them");
    const [, single, double, value, comma] = found;
    if (value === "[")
      return refuse("its elements are records of several fields; accepted are numbers and bools");
    const name = single ?? double;
    if (members.has(name) || !isDivided) return refuse(`from "${name}" on it is not a dictionary`);
    members.set(name, value);
    isDivided = comma === ",";
  }
  const [descr, order, shape] = ["descr", "fortran_order", "shape"].map((name) => members.get(name));
  if (members.size !== 3 || descr === undefined || order === undefined || shape === undefined) {
    return refuse("it must have descr, fortran_order and shape, and nothing else");
  }
  if (!/^['"]/.test(descr)) return refuse("descr must be a string");
  if (order !== "True" && order !== "False") return refuse("fortran_order must be True or False");
  // Python 2 wrote an L after long integers.
  if (!/^\(\s*(\d{1,16}L?\s*(,\s*\d{1,16}L?\s*)*,?)?\s*\)$/.test(shape)) {
    return refuse("shape must be a tuple of integers");
  }
  return {
    ...parseDescription(file, place, descr.slice(1, -1)),
    isFortranOrder: order === "True",
    shape: (shape.match(/\d+/g) ?? []).map(Number),
  };
}

function parseDescription(
  file: string,
  place: string,
  text: string,
): { readonly type: ElementType; readonly isBigEndian: boolean } {
  const found = /^([<>|=])?([a-zA-Z?])(.*)$/.exec(text);
  const [, order = "", kind = "", width = ""] = found ?? [];
  const code = `${kind}${width}`;
  if (Object.hasOwn(elementTypes, code)) {
    const type = elementTypes[code];
    // Bytes have no order, and all else says which it has.
    if (type === "bool" || code.endsWith("1") || order === "<" || order === ">") {
      return { type, isBigEndian: order === ">" };
    }
  }
  const reason = Object.hasOwn(refusedKinds, kind) ? `: ${refusedKinds[kind]}` : "";
  const accepted = Object.keys(elementTypes).join(", ");
  throw new FileError(
    file,
    place,
    `its elements are ${JSON.stringify(text)}${reason}; accepted are ${accepted}, with < or > before them`,
  );
}

/** The bytes before the elements of a tensor. */
export function encodeNpyHeader(dtype: DType, shape: Shape): Uint8Array {
  const description = descriptions[dtype];
  if (description === null) {
    throw new RangeError(
      `saveNpy: NumPy has no ${dtype}; cast the tensor, as to float32, or write safetensors`,
    );
  }
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${description}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // The line is filled up with spaces, so that the elements begin at a multiple of 64 bytes.
  const length = Math.ceil((10 + text.length + 1) / alignment) * alignment - 10;
  const bytes = new Uint8Array(10 + length);
  bytes.set(magic);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, length, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), 10);
  return bytes;
}
