import { ByteReader, decodeText } from "./byte-reader.ts";
import {
  type Datatype,
  elementsOf,
  littleEndian,
  numbersIn,
  paddedTexts,
  readDatatype,
  readShape,
} from "./datatype.ts";
import { checkNotDense, type HeaderMessage, messageTypes } from "./object-header.ts";
import type { Hdf5Attribute, Hdf5Attributes } from "./tree.ts";

/** The attributes that an object header holds. */
export function readAttributes(messages: readonly HeaderMessage[], heaps: GlobalHeaps): Hdf5Attributes {
  const attributes = new Map<string, Hdf5Attribute>();
  for (const message of messages) {
    if (message.type === messageTypes.attributeInfo) checkNotDense(message, "its attributes");
    if (message.type !== messageTypes.attribute) continue;
    const [name, value] = readAttribute(message.body, heaps);
    attributes.set(name, value);
  }
  return attributes;
}

function readAttribute(body: ByteReader, heaps: GlobalHeaps): readonly [string, Hdf5Attribute] {
  const version = body.u8();
  if (version < 1 || version > 3)
    body.fail(`an attribute has the version ${version}; accepted are 1, 2 and 3`);
  if (version > 1 && (body.u8() & 3) !== 0)
    body.fail("an attribute has a shared datatype, which is not supported");
  if (version === 1) body.skip(1);
  const sizes = [body.u16(), body.u16(), body.u16()];
  if (version === 3) body.skip(1);
  const [name, type, space] = sizes.map((size) => {
    const part = body.part(body.place, body.position, size);
    body.skip(size);
    if (version === 1) body.align();
    return part;
  });
  const datatype = readDatatype(type);
  const shape = readShape(space);
  const bytes = body.take(shape === null ? 0 : elementsOf(body, shape) * datatype.elementBytes);
  const values = valuesOf(bytes, datatype, heaps);
  return [name.textUntilZero(), shape?.length === 0 && values.length === 1 ? values[0] : values];
}

function valuesOf(bytes: Uint8Array, datatype: Datatype, heaps: GlobalHeaps): readonly (string | number)[] {
  if (datatype.isVariableLength) return heaps.texts(bytes);
  if (datatype.dtype === "string") return paddedTexts(bytes, datatype.elementBytes);
  return numbersIn(littleEndian(bytes, datatype), datatype.dtype);
}

/** The collections of values of variable length (HDF5 file format specification, III.E). */
export class GlobalHeaps {
  readonly #file: ByteReader;
  readonly #collections = new Map<number, ReadonlyMap<number, Uint8Array>>();

  constructor(file: ByteReader) {
    this.#file = file;
  }

  /** The texts that elements of 16 bytes point to: length, address of the collection, index in it. */
  texts(elements: Uint8Array): readonly string[] {
    const reader = new ByteReader(this.#file.file, heapPlace, elements);
    const texts: string[] = [];
    while (reader.left > 0) {
      const length = reader.u32();
      const address = reader.address();
      const index = reader.u32();
      if (length === 0) {
        texts.push("");
        continue;
      }
      const found = this.#collection(address).get(index);
      if (found === undefined || length > found.length) {
        return reader.fail(
          `there is no text of ${length} bytes at index ${index} of the collection at ${address}`,
        );
      }
      texts.push(decodeText(found.subarray(0, length)));
    }
    return texts;
  }

  #collection(address: number): ReadonlyMap<number, Uint8Array> {
    const known = this.#collections.get(address);
    if (known !== undefined) return known;
    const header = this.#file.part(heapPlace, address, 16);
    header.expect("GCOL");
    header.skip(4);
    const collection = this.#file.part(heapPlace, address, header.u64());
    collection.skip(16);
    const values = new Map<number, Uint8Array>();
    while (collection.left >= 16) {
      const index = collection.u16();
      collection.skip(6);
      const size = collection.u64();
      if (index === 0) break;
      values.set(index, collection.take(size));
      collection.skip(Math.min(-size & 7, collection.left));
    }
    this.#collections.set(address, values);
    return values;
  }
}

const heapPlace = "heap of texts";
