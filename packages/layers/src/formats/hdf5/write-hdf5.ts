import { ByteWriter, encodeText } from "./byte-writer.ts";
import { type Hdf5DType, mostDepth } from "./tree.ts";

/** A dataset to be written. */
export interface WrittenDataset {
  readonly kind: "dataset";
  /** Texts by name. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly dtype: Exclude<Hdf5DType, "string">;
  readonly shape: readonly number[];
  /** Little-endian elements in row-major order. */
  readonly bytes: Uint8Array;
}

/** A group to be written. */
export interface WrittenGroup {
  readonly kind: "group";
  /** Texts by name. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly members: ReadonlyMap<string, WrittenGroup | WrittenDataset>;
}

/** The entries of a leaf of a group's B-tree, half of what it can hold. */
const leafK = 4;
/** The children of another node, half of what it can hold. */
const nodeK = 16;
const superblockBytes = 96;

/**
 * Writes an HDF5 file in the format that Python's h5py writes by default, which every version of HDF5 reads (HDF5 file
 * format specification, version 0 of the superblock).
 *
 * @returns The file in parts, of which large ones are the datasets' own bytes.
 * @throws RangeError for groups that stand in each other deeper than is read.
 */
export function writeHdf5(root: WrittenGroup): readonly Uint8Array[] {
  checkDepth(root, 0);
  const file = new FileWriter();
  file.add(new Uint8Array(superblockBytes));
  const texts = writeTexts(file, textsIn(root));
  const address = writeObject(file, root, texts);
  file.replaceFirst(superblock(address, file.length));
  return file.parts;
}

function checkDepth({ members }: WrittenGroup, depth: number): void {
  if (depth > mostDepth) {
    throw new RangeError(
      `HDF5: groups would stand in groups more than ${mostDepth} deep; models are nested too deep for it`,
    );
  }
  for (const member of members.values()) if (member.kind === "group") checkDepth(member, depth + 1);
}

/** The parts of a file, each at its address. */
class FileWriter {
  readonly parts: Uint8Array[] = [];
  length = 0;

  /** Adds bytes at the next address that is a multiple of 8, and tells it. */
  add(bytes: Uint8Array): number {
    const gap = -this.length & 7;
    if (gap > 0) this.parts.push(new Uint8Array(gap));
    const address = this.length + gap;
    this.parts.push(bytes);
    this.length = address + bytes.length;
    return address;
  }

  replaceFirst(bytes: Uint8Array): void {
    this.parts[0] = bytes;
  }
}

function superblock(root: number, end: number): Uint8Array {
  const writer = new ByteWriter().u8(0x89).text("HDF\r\n").u8(0x1a, 0x0a);
  writer.u8(0, 0, 0, 0, 0, 8, 8, 0).u16(leafK).u16(nodeK).u32(0);
  writer.u64(0).noAddress().u64(end).noAddress();
  return writer.u64(0).u64(root).u32(0).u32(0).padTo(superblockBytes).bytes;
}

function writeObject(
  file: FileWriter,
  object: WrittenGroup | WrittenDataset,
  texts: ReadonlyMap<string, ByteWriter>,
): number {
  const messages =
    object.kind === "group" ? groupMessages(file, object, texts) : datasetMessages(file, object);
  for (const [name, value] of object.attributes) messages.push([0x0c, attributeMessage(name, value, texts)]);
  const body = new ByteWriter();
  for (const [type, message] of messages) {
    const { length } = message.align();
    body.u16(type).u16(length).u8(0, 0, 0, 0).put(message.bytes);
  }
  const header = new ByteWriter().u8(1, 0).u16(messages.length).u32(1).u32(body.length).u32(0);
  return file.add(header.put(body.bytes).bytes);
}

type Message = readonly [type: number, body: ByteWriter];

function datasetMessages(file: FileWriter, { dtype, shape, bytes }: WrittenDataset): Message[] {
  const layout = new ByteWriter().u8(3, 1);
  if (bytes.length === 0) layout.noAddress();
  else layout.u64(file.add(bytes));
  const space = new ByteWriter().u8(1, shape.length, shape.length > 0 ? 1 : 0).padTo(8);
  for (const size of [...shape, ...shape]) space.u64(size);
  return [
    [0x01, space],
    [0x03, datatype(dtype)],
    // The fill value: set aside when first written, none but zeros.
    [0x05, new ByteWriter().u8(2, 2, 2, 1).u32(0)],
    [0x08, layout.u64(bytes.length)],
  ];
}

const floats: Partial<Record<Hdf5DType, readonly [bytes: number, exponent: number, bias: number]>> = {
  float16: [2, 5, 15],
  float32: [4, 8, 127],
  float64: [8, 11, 1023],
};

const integers: Partial<Record<Hdf5DType, readonly [bytes: number, isSigned: boolean]>> = {
  int8: [1, true],
  int16: [2, true],
  int32: [4, true],
  int64: [8, true],
  uint8: [1, false],
  uint16: [2, false],
  uint32: [4, false],
  uint64: [8, false],
};

function datatype(dtype: WrittenDataset["dtype"]): ByteWriter {
  const writer = new ByteWriter();
  const float = floats[dtype];
  if (float !== undefined) {
    const [bytes, exponent, bias] = float;
    const bits = 8 * bytes;
    const mantissa = bits - 1 - exponent;
    writer
      .u8(0x11, 0x20, bits - 1, 0)
      .u32(bytes)
      .u16(0)
      .u16(bits);
    return writer.u8(mantissa, exponent, 0, mantissa).u32(bias);
  }
  const integer = integers[dtype];
  if (integer !== undefined) {
    const [bytes, isSigned] = integer;
    return writer
      .u8(0x10, isSigned ? 8 : 0, 0, 0)
      .u32(bytes)
      .u16(0)
      .u16(8 * bytes);
  }
  if (dtype === "bool") {
    // An enumeration of int8, as h5py writes booleans.
    writer.u8(0x18, 2, 0, 0).u32(1).put(datatype("int8").bytes);
    return writer.text("FALSE\0\0\0").text("TRUE\0\0\0\0").u8(0, 1);
  }
  return writer.u8(0x15, 0, 0, 0).u32(2);
}

/** An attribute that is one text of variable length, in UTF-8. */
function attributeMessage(name: string, value: string, texts: ReadonlyMap<string, ByteWriter>): ByteWriter {
  const nameBytes = encodeText(`${name}\0`);
  const writer = new ByteWriter().u8(1, 0).u16(nameBytes.length).u16(20).u16(8).put(nameBytes).align();
  writer.u8(0x19, 1, 1, 0).u32(16).put(datatype("uint8").bytes).align();
  return writer.u8(1, 0, 0, 0, 0, 0, 0, 0).put(texts.get(value)?.bytes ?? new Uint8Array(16));
}

function textsIn(object: WrittenGroup | WrittenDataset, found = new Set<string>()): ReadonlySet<string> {
  for (const text of object.attributes.values()) found.add(text);
  if (object.kind === "group") for (const member of object.members.values()) textsIn(member, found);
  return found;
}

/** Writes texts into collections of the global heap; for each the element of 16 bytes that points to it. */
function writeTexts(file: FileWriter, texts: ReadonlySet<string>): ReadonlyMap<string, ByteWriter> {
  const elements = new Map<string, ByteWriter>();
  const all = [...texts].filter((text) => text !== "").map((text) => [text, encodeText(text)] as const);
  const mostInCollection = 60_000;
  for (let start = 0; start < all.length; start += mostInCollection) {
    const part = all.slice(start, start + mostInCollection);
    const objects = new ByteWriter();
    part.forEach(([, bytes], index) => {
      objects
        .u16(index + 1)
        .u16(0)
        .u32(0)
        .u64(bytes.length)
        .put(bytes)
        .align();
    });
    const size = Math.max(4096, 16 + objects.length + 16);
    const collection = new ByteWriter().text("GCOL").u8(1, 0, 0, 0).u64(size).put(objects.bytes);
    collection.u64(0).u64(size - 16 - objects.length);
    const address = file.add(collection.padTo(size).bytes);
    part.forEach(([text, bytes], index) => {
      elements.set(
        text,
        new ByteWriter()
          .u32(bytes.length)
          .u64(address)
          .u32(index + 1),
      );
    });
  }
  return elements;
}

/** Writes the members of a group, then the heap of their names and the tree that leads to them. */
function groupMessages(
  file: FileWriter,
  { members }: WrittenGroup,
  texts: ReadonlyMap<string, ByteWriter>,
): Message[] {
  const names = new ByteWriter().padTo(8);
  const entries = [...members]
    .map(([name, member]) => ({ bytes: encodeText(name), member }))
    .sort((one, other) => compareBytes(one.bytes, other.bytes))
    .map(({ bytes, member }) => {
      const name = names.length;
      names.put(bytes).u8(0).align();
      return { name, address: writeObject(file, member, texts) };
    });
  const nameBytes = names.bytes;
  const data = file.add(nameBytes);
  const heap = new ByteWriter().text("HEAP").u32(0).u64(nameBytes.length).u64(1).u64(data);
  const heapAddress = file.add(heap.bytes);
  const tree = writeTree(file, entries);
  return [[0x11, new ByteWriter().u64(tree).u64(heapAddress)]];
}

/** A subtree: where it stands, and the offset of the name of its last member. */
interface Subtree {
  readonly address: number;
  readonly lastName: number;
}

function writeTree(
  file: FileWriter,
  entries: readonly { readonly name: number; readonly address: number }[],
): number {
  let level = inGroups(entries, 2 * leafK).map((leaf): Subtree => {
    const writer = new ByteWriter().text("SNOD").u8(1, 0).u16(leaf.length);
    for (const { name, address } of leaf) writer.u64(name).u64(address).u64(0).u64(0).u64(0);
    return { address: file.add(writer.padTo(8 + 80 * leafK).bytes), lastName: leaf[leaf.length - 1].name };
  });
  const nodeBytes = 24 + 8 * (4 * nodeK + 1);
  for (let height = 0; height === 0 || level.length > 1; height++) {
    const nodes = level.length === 0 ? [[]] : inGroups(level, 2 * nodeK);
    const first = (file.length + 7) & ~7;
    let before = 0;
    level = nodes.map((node, index) => {
      const writer = new ByteWriter().text("TREE").u8(0, height).u16(node.length);
      for (const sibling of [index - 1, index + 1]) {
        if (sibling < 0 || sibling >= nodes.length) writer.noAddress();
        else writer.u64(first + sibling * nodeBytes);
      }
      writer.u64(before);
      for (const { address, lastName } of node) writer.u64(address).u64(lastName);
      before = node.at(-1)?.lastName ?? 0;
      return { address: file.add(writer.padTo(nodeBytes).bytes), lastName: before };
    });
  }
  return level[0].address;
}

function inGroups<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const at = one.findIndex((byte, index) => byte !== other[index]);
  return at < 0 ? one.length - other.length : one[at] - (other[at] ?? -1);
}
