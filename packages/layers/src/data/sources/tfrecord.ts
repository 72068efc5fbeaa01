import type { FileTarget, Tensor } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { isPlainObject, readOptionTable } from "../../schema/configurable.ts";
import { type Given, option } from "../../schema/option.ts";
import { choice } from "../../schema/vocabulary.ts";
import { Dataset } from "../dataset.ts";
import type { Pass } from "../passes.ts";
import { compression, type DataFiles, openFiles } from "./files.ts";

const featureTypes = ["float32", "int32", "bool", "uint8", "string"] as const;

/**
 * The type of a feature: `"float32"` is kept as a list of floats, `"int32"` and `"bool"` as one of integers, `"string"` as one of
 * bytes, and `"uint8"` as bytes that are the elements, as of an image.
 */
export type FeatureType = (typeof featureTypes)[number];

/** A feature of the records of {@link tfrecordDataset}. */
export interface FeatureOptions {
  /** The type. */
  readonly dtype: FeatureType;
  /** The shape, of which each record has all elements; null for a list of any length. Default: [], one value. */
  readonly shape?: readonly number[] | null;
  /** The value of records that have none; null where each must have one. Default: null. */
  readonly defaultValue?: number | string | null;
}

/** Features by name, each by its type or by options. */
export type FeatureTable = Readonly<Record<string, FeatureType | FeatureOptions>>;

/** The type of a feature's value. */
export type FeatureValue<Each> = Each extends "string"
  ? string
  : Each extends {
        /** The type of a feature. */
        readonly dtype: "string";
      }
    ? Each extends {
        /** The shape of a feature that has several values. */
        readonly shape: null | readonly [number, ...number[]];
      }
      ? readonly string[]
      : string
    : Tensor;

/** The type of the elements for a table of features. */
export type FeatureValues<Table> = { readonly [Name in keyof Table]: FeatureValue<Table[Name]> };

interface CompleteFeature {
  readonly dtype: FeatureType;
  readonly shape: readonly number[] | null;
  readonly defaultValue: number | string | null;
}

const options = {
  /** The features that are read, by name: `{ image: { dtype: "uint8", shape: [28, 28] }, label: "int32" }`; null for bytes. */
  features: option<Readonly<Record<string, CompleteFeature>>, FeatureTable>({
    accepted: `an object of features by name, each ${featureTypes.map((each) => JSON.stringify(each)).join(" or ")}, or an object with dtype`,
    read(given, owner) {
      if (!isPlainObject(given) || Object.keys(given).length === 0) return undefined;
      const features = Object.entries(given).map(
        ([name, feature]) => [name, readFeature(feature, `${owner}.${name}`)] as const,
      );
      return Object.fromEntries(features);
    },
  })().orNull(),
  /** Whether the files are compressed: `"gzip"`, `"none"`, or `"auto"`, which looks at their first bytes. */
  compression: compression("auto"),
};

function readFeature(given: unknown, owner: string): CompleteFeature {
  const { dtype, shape, defaultValue } = readOptionTable(
    owner,
    featureOptions,
    typeof given === "string" ? { dtype: given } : Object(given),
  );
  return { dtype, shape, defaultValue };
}

const isSize = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;

const featureOptions = {
  dtype: choice(featureTypes)(),
  shape: option<readonly number[] | null>({
    accepted: "an array of integers of at least 0, or null for a list of any length",
    read: (given) => (given === null || (Array.isArray(given) && given.every(isSize)) ? given : undefined),
  })([]),
  defaultValue: option<number | string>({
    accepted: "a number or a string",
    read: (given) => (typeof given === "number" || typeof given === "string" ? given : undefined),
  })().orNull(),
};

/** Options of {@link tfrecordDataset}. */
export interface TfrecordOptions extends Given<typeof options> {}

/**
 * The records of TFRecord files, as TensorFlow writes them: with `features` the values of these, of records that are messages
 * `tf.train.Example`; without, the bytes of each. Their CRCs are checked.
 *
 * @param files A path, an address, a Blob or File, a stream, an answer of `fetch`; several of them; or a function that gives them
 *   for each pass.
 * @param options The features that are read.
 * @throws FileError, when it is run, with the file and the record, for a damaged file, and for records without the features.
 *
 * @example
 * ```ts
 * import { Dataset, tfrecordDataset, writeTfrecord } from "@strata/layers";
 *
 * const parts: Uint8Array<ArrayBuffer>[] = [];
 * const target = { write: (bytes: Uint8Array<ArrayBuffer>) => void parts.push(bytes) };
 * await writeTfrecord(target, Dataset.range(3).map((value) => ({ x: [value, -value], name: `sample ${value}` })));
 *
 * const features = { x: { dtype: "float32", shape: [2] }, name: "string" } as const;
 * for await (const { x, name } of tfrecordDataset(new Blob(parts), { features }).skip(1)) console.log(x.arraySync(), name);
 * // [1, -1] "sample 1"
 * // [2, -2] "sample 2"
 * ```
 */
export function tfrecordDataset<const Features extends FeatureTable>(
  files: DataFiles,
  options: TfrecordOptions & { readonly features: Features },
): Dataset<FeatureValues<Features>>;
export function tfrecordDataset(files: DataFiles, options?: TfrecordOptions): Dataset<Uint8Array>;
export function tfrecordDataset(files: DataFiles, given: TfrecordOptions = {}): Dataset<unknown> {
  const operation = "tfrecordDataset";
  const { features, compression } = readOptionTable(operation, options, given);
  return new Dataset({
    async *pass() {
      const { isRecordStart, readRecords } = await import("../../formats/record-framing.ts");
      const decode = features === null ? null : await decoder(features);
      for await (const { name, chunks } of openFiles(operation, files, {
        compression,
        isPlain: isRecordStart,
      })) {
        let index = 0;
        for await (const record of readRecords(name, chunks)) {
          // A view would keep all that was read with it in memory.
          yield decode === null ? record.slice() : decode(record, name, index);
          index++;
        }
      }
    },
  });
}

type Decode = (record: Uint8Array, file: string, index: number) => unknown;

async function decoder(features: Readonly<Record<string, CompleteFeature>>): Promise<Decode> {
  const { decodeExample } = await import("../../formats/tfrecord/example.ts");
  const { valuesOf } = await import("../../formats/tfrecord/features.ts");
  const { FileError } = await import("@strata/core/internal/files");
  const read = (record: Uint8Array, file: string, index: number): ReturnType<typeof decodeExample> => {
    try {
      return decodeExample(record);
    } catch (cause) {
      throw new FileError(file, `record ${index}`, "it is no tf.train.Example", { cause });
    }
  };
  return (record, file, index) => {
    const example = read(record, file, index);
    try {
      return valuesOf(example, features);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new FileError(file, `record ${index}`, cause.message, { cause });
    }
  };
}

const writeOptions = {
  /** Whether the file is compressed. */
  compression: choice(["none", "gzip"])("none"),
};

/** Options of {@link writeTfrecord}. */
export interface WriteTfrecordOptions extends Given<typeof writeOptions> {}

/**
 * Writes elements as records of a TFRecord file, whole or not at all. An element is an object of features by name, which is
 * written as a message `tf.train.Example`; or bytes, which are written as they are. Numbers and tensors of floats become lists of
 * floats of 32 bits; tensors of int32 and bool, and booleans, lists of integers; strings, bytes; of uint8 the elements are the
 * bytes.
 *
 * @param target A path, or another target of files.
 * @param elements A dataset, or another iterable.
 * @param options Whether the file is compressed.
 * @returns The number of records.
 * @throws FileError if the file cannot be written, as for an element that is none of these, with its index.
 */
export async function writeTfrecord(
  target: FileTarget,
  elements: Pass<unknown>,
  options: WriteTfrecordOptions = {},
): Promise<number> {
  const operation = "writeTfrecord";
  const { compression } = readOptionTable(operation, writeOptions, options);
  const { gzip, writeTarget } = await import("@strata/core/internal/files");
  const { frameRecord } = await import("../../formats/record-framing.ts");
  const { encodeExample } = await import("../../formats/tfrecord/example.ts");
  const { exampleOf } = await import("../../formats/tfrecord/features.ts");
  if (typeof elements !== "object" || elements === null) {
    throw new TypeError(
      `${operation}: the elements are ${describeValue(elements)}; they must be a dataset or an iterable`,
    );
  }
  let count = 0;
  const recordOf = async (element: unknown): Promise<Uint8Array> => {
    if (element instanceof Uint8Array) return element;
    try {
      return encodeExample(await exampleOf(element));
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw new TypeError(`${operation}: the element ${count}: ${cause.message}`, { cause });
    }
  };
  const records = async function* (): AsyncGenerator<Uint8Array> {
    for await (const element of elements) {
      yield* frameRecord(await recordOf(element));
      count++;
    }
  };
  await writeTarget(target, compression === "gzip" ? gzip(records()) : records(), operation);
  return count;
}
