/**
 * TensorFlow's message for a sample, `tf.train.Example`: features by name, each a list of bytes, of floats or of integers. Source:
 * tensorflow/core/example/example.proto and feature.proto.
 */
import { PbfReader, PbfWriter } from "pbf";

/** A feature of a sample. */
export type Feature =
  | { readonly kind: "bytes"; readonly values: readonly Uint8Array[] }
  | { readonly kind: "floats"; readonly values: ArrayLike<number> }
  | { readonly kind: "integers"; readonly values: ArrayLike<number> };

/** The features of a sample, by name. */
export type Example = ReadonlyMap<string, Feature>;

const fields = { bytes: 1, floats: 2, integers: 3 } as const;

/** The bytes of a sample. */
export function encodeExample(example: Example): Uint8Array {
  const writer = new PbfWriter();
  writer.writeMessage(1, writeFeatures, example);
  return writer.finish();
}

function writeFeatures(example: Example, writer: PbfWriter): void {
  for (const entry of example) writer.writeMessage(1, writeEntry, entry);
}

function writeEntry([name, feature]: readonly [string, Feature], writer: PbfWriter): void {
  writer.writeStringField(1, name);
  writer.writeMessage(2, writeFeature, feature);
}

function writeFeature(feature: Feature, writer: PbfWriter): void {
  writer.writeMessage(fields[feature.kind], writeList, feature);
}

function writeList(feature: Feature, writer: PbfWriter): void {
  if (feature.kind === "bytes") for (const bytes of feature.values) writer.writeBytesField(1, bytes);
  else if (feature.kind === "floats") writer.writePackedFloat(1, Array.from(feature.values));
  else writer.writePackedVarint(1, Array.from(feature.values));
}

/**
 * The sample in some bytes. Bytes in it are views of them.
 *
 * @throws Error for bytes that are no such message.
 */
export function decodeExample(bytes: Uint8Array): Example {
  const example = new Map<string, Feature>();
  const reader = new PbfReader(bytes);
  reader.readFields((tag) => {
    if (tag === 1) reader.readMessage(readFeatures, example);
  }, null);
  if (reader.pos > bytes.length) throw new RangeError("it ends within a field");
  return example;
}

function readFeatures(tag: number, example: Map<string, Feature>, reader: PbfReader): void {
  if (tag !== 1) return;
  const entry: { name: string; feature: Feature } = { name: "", feature: { kind: "bytes", values: [] } };
  reader.readMessage((inner) => {
    if (inner === 1) entry.name = reader.readString();
    else if (inner === 2) entry.feature = readFeature(reader, entry.feature);
  }, null);
  example.set(entry.name, entry.feature);
}

function readFeature(reader: PbfReader, empty: Feature): Feature {
  let feature = empty;
  reader.readMessage((tag) => {
    if (tag === fields.bytes) feature = { kind: "bytes", values: readBytes(reader) };
    else if (tag === fields.floats) feature = { kind: "floats", values: readFloats(reader) };
    else if (tag === fields.integers) feature = { kind: "integers", values: readIntegers(reader) };
  }, null);
  return feature;
}

function readBytes(reader: PbfReader): Uint8Array[] {
  const values: Uint8Array[] = [];
  reader.readMessage((tag) => {
    if (tag === 1) values.push(reader.readBytes());
  }, null);
  return values;
}

/** Numbers may stand one by one, or packed as one field; the reader takes both. */
function readFloats(reader: PbfReader): number[] {
  const values: number[] = [];
  reader.readMessage((tag) => {
    if (tag === 1) reader.readPackedFloat(values);
  }, null);
  return values;
}

function readIntegers(reader: PbfReader): number[] {
  const values: number[] = [];
  reader.readMessage((tag) => {
    if (tag === 1) reader.readPackedVarint(values, true);
  }, null);
  return values;
}
