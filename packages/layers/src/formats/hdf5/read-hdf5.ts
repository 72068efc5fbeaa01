import { FileError } from "@strata/core";
import { GlobalHeaps, readAttributes } from "./attributes.ts";
import { ByteReader, noAddress } from "./byte-reader.ts";
import { type ChunkFilter, readChunks, readFilters } from "./chunks.ts";
import { type Datatype, elementsOf, littleEndian, readDatatype, readShape } from "./datatype.ts";
import { readLinks } from "./links.ts";
import { type HeaderMessage, messageTypes, readObjectHeader } from "./object-header.ts";
import { type Hdf5Dataset, type Hdf5Group, mostDepth } from "./tree.ts";

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** A file has at most so many groups and datasets. */
const mostObjects = 2 ** 20;

/** Compressed data become at most so many times as long, which is what deflate can do. */
const mostCompression = 1032;

/** Whether bytes begin as an HDF5 file does. */
export function isHdf5(start: Uint8Array): boolean {
  return signature.every((byte, index) => start[index] === byte);
}

/**
 * Reads the groups, attributes and headers of datasets of an HDF5 file; the values of a dataset are read when they are asked
 * for. What the h5py of Python writes by default is read: HDF5 file format specification, versions 1 to 3. Links to other
 * places and files are refused, and so is whatever points outside of the file or in a circle.
 *
 * @param bytes The whole file, which must not change while the tree is in use.
 * @param file What messages call it.
 * @throws FileError if the file is not what it claims to be.
 */
export function readHdf5(bytes: Uint8Array, file = "the HDF5 file"): Hdf5Group {
  if (!isHdf5(bytes)) throw new FileError(file, "start", "the signature of HDF5 files is missing");
  const root = new TreeReader(new ByteReader(file, "file", bytes)).readObject(
    rootAddress(file, bytes),
    "/",
    0,
  );
  if (root.kind === "group") return root;
  throw new FileError(file, "/", "the root is a dataset; it must be a group");
}

/** The address of the root group's header, from the superblock. */
function rootAddress(file: string, bytes: Uint8Array): number {
  const reader = new ByteReader(file, "superblock", bytes);
  reader.skip(signature.length);
  const version = reader.u8();
  if (version > 3) reader.fail(`it has the version ${version}; accepted are 0 to 3`);
  if (version < 2) reader.skip(4);
  const [offsetBytes, lengthBytes] = [reader.u8(), reader.u8()];
  if (offsetBytes !== 8 || lengthBytes !== 8) {
    reader.fail(`addresses have ${offsetBytes} bytes and lengths ${lengthBytes}; accepted are 8`);
  }
  reader.skip(version < 2 ? 9 + 4 * version : 1);
  const base = reader.address();
  if (base !== 0) reader.fail(`addresses count from ${base}; accepted is 0`);
  reader.skip(8);
  const end = reader.address();
  if (end > bytes.length) reader.fail(`the file is said to have ${end} bytes; it has ${bytes.length}`);
  if (version < 2) reader.skip(16);
  return reader.address();
}

class TreeReader {
  readonly #file: ByteReader;
  readonly #heaps: GlobalHeaps;
  readonly #objects = new Map<number, Hdf5Group | Hdf5Dataset>();
  /** The groups around the object that is being read. */
  readonly #around = new Set<number>();

  constructor(file: ByteReader) {
    this.#file = file;
    this.#heaps = new GlobalHeaps(file);
  }

  readObject(address: number, place: string, depth: number): Hdf5Group | Hdf5Dataset {
    const known = this.#objects.get(address);
    if (known !== undefined) return known;
    if (this.#around.has(address)) this.#fail(place, "it is the group that it stands in");
    if (depth > mostDepth) this.#fail(place, `groups stand in groups more than ${mostDepth} deep`);
    if (this.#objects.size >= mostObjects) this.#fail(place, `there are more than ${mostObjects} objects`);
    const messages = readObjectHeader(this.#file, address, place);
    this.#around.add(address);
    const links = readLinks(this.#file, messages, place);
    const found =
      links === null ? this.#dataset(messages, place) : this.#group(messages, links, place, depth);
    this.#around.delete(address);
    this.#objects.set(address, found);
    return found;
  }

  #group(
    messages: readonly HeaderMessage[],
    links: ReadonlyMap<string, number>,
    place: string,
    depth: number,
  ): Hdf5Group {
    const members = new Map<string, Hdf5Group | Hdf5Dataset>();
    for (const [name, address] of links) {
      members.set(name, this.readObject(address, place === "/" ? name : `${place}/${name}`, depth + 1));
    }
    return { kind: "group", attributes: readAttributes(messages, this.#heaps), members };
  }

  #dataset(messages: readonly HeaderMessage[], place: string): Hdf5Dataset {
    const body = (type: number): ByteReader | undefined => messages.find((each) => each.type === type)?.body;
    const [space, type, layout] = [
      body(messageTypes.dataspace),
      body(messageTypes.datatype),
      body(messageTypes.layout),
    ];
    if (space === undefined || type === undefined || layout === undefined) {
      return this.#fail(place, "it is neither a group nor a dataset");
    }
    if (body(messageTypes.externalFiles) !== undefined) {
      return this.#fail(place, "its values stand in other files, which are not opened");
    }
    const datatype = readDatatype(type);
    const shape = readShape(space) ?? [0];
    const length = elementsOf(space, shape) * datatype.elementBytes;
    const filters = body(messageTypes.filters);
    const read = this.#reading(layout, {
      place,
      datatype,
      shape,
      length,
      filters: filters === undefined ? [] : readFilters(filters, datatype.elementBytes),
    });
    return {
      kind: "dataset",
      attributes: readAttributes(messages, this.#heaps),
      dtype: datatype.dtype,
      elementBytes: datatype.elementBytes,
      shape,
      read: async () => littleEndian(await read(), datatype),
    };
  }

  /** How the values of a dataset are read; their place is checked at once. */
  #reading(layout: ByteReader, values: Values): () => Promise<Uint8Array> | Uint8Array {
    const { place, length } = values;
    const version = layout.u8();
    if (version !== 3 && version !== 4)
      layout.fail(`its layout has the version ${version}; accepted are 3 and 4`);
    const kind = layout.u8();
    if (kind === 0) {
      const bytes = layout.take(layout.u16());
      if (bytes.length < length) layout.fail(`it has ${bytes.length} bytes; its shape needs ${length}`);
      return () => bytes.subarray(0, length);
    }
    if (kind === 1) {
      const [address, size] = [layout.address(), layout.u64()];
      // Memory is set aside for values that were never written when they are read.
      if (address === noAddress) return () => new Uint8Array(this.#bounded(place, length, 1));
      if (size < length) layout.fail(`it has ${size} bytes; its shape needs ${length}`);
      const { bytes } = this.#file.part(place, address, length);
      return () => bytes;
    }
    if (kind === 2 && version === 3) return this.#chunked(layout, values);
    return layout.fail("its layout is not supported; accepted are compact, contiguous and chunked ones");
  }

  #chunked(
    layout: ByteReader,
    { place, datatype, shape, length, filters }: Values,
  ): () => Promise<Uint8Array> | Uint8Array {
    const rank = layout.u8() - 1;
    const tree = layout.address();
    const chunk = Array.from({ length: Math.max(0, rank) }, () => layout.u32());
    if (rank < 1 || rank !== shape.length || chunk.some((size) => size === 0)) {
      layout.fail(`its chunks are [${chunk.join(", ")}], and its shape [${shape.join(", ")}]`);
    }
    const { elementBytes } = datatype;
    const times = filters.length > 0 ? mostCompression : 1;
    this.#bounded(place, elementsOf(layout, chunk) * elementBytes, times);
    if (tree === noAddress) return () => new Uint8Array(this.#bounded(place, length, times));
    return () => {
      this.#bounded(place, length, times);
      return readChunks(this.#file, { place, tree, chunk, shape, elementBytes, filters });
    };
  }

  /** A number of bytes to be set aside; throws if the file cannot hold so many. */
  #bounded(place: string, length: number, times: number): number {
    const most = this.#file.bytes.length * times;
    if (length <= most) return length;
    return this.#fail(
      place,
      `its shape needs ${length} bytes; a file of ${this.#file.bytes.length} holds ${most} at most`,
    );
  }

  #fail(place: string, rule: string): never {
    throw new FileError(this.#file.file, place, rule);
  }
}

interface Values {
  readonly place: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** In bytes. */
  readonly length: number;
  readonly filters: readonly ChunkFilter[];
}
