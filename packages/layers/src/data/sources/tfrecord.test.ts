import { FileError, tensor } from "@strata/core";
import { describe, expect, it } from "vitest";
import { decodeExample, encodeExample } from "../../formats/tfrecord/example.ts";
import { Dataset } from "../dataset.ts";
import type { Pass } from "../passes.ts";
import { tfrecordDataset, type WriteTfrecordOptions, writeTfrecord } from "./tfrecord.ts";

/** The sample that TensorFlow's tutorial on TFRecord files prints: False, 4, b"goat" and 0.9876, serialized. */
const goat = Uint8Array.from(
  "\nR\n\x11\n\bfeature0\x12\x05\x1a\x03\n\x01\0\n\x14\n\bfeature2\x12\b\n\x06\n\x04goat\n\x14\n\bfeature3\x12\b\x12\x06\n\x04[\xd3|?\n\x11\n\bfeature1\x12\x05\x1a\x03\n\x01\x04",
  (character) => character.charCodeAt(0),
);

async function fileOf(elements: Pass<unknown>, options?: WriteTfrecordOptions): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  await writeTfrecord({ write: (bytes) => void parts.push(bytes) }, elements, options);
  return new Blob(parts);
}

const samples = [
  {
    image: tensor([1, 2, 250], [3], "uint8"),
    label: tensor(7, [], "int32"),
    x: [0.5, -1],
    name: "é",
    on: true,
  },
  { image: Uint8Array.of(4, 5, 6), label: Int32Array.of(-3), x: [2, 3], name: "", on: false },
];

const features = {
  image: { dtype: "uint8", shape: [3] },
  label: "int32",
  x: { dtype: "float32", shape: null },
  name: "string",
  on: "bool",
} as const;

describe("records of a TFRecord file", () => {
  it("have the bytes of TensorFlow's own samples", async () => {
    const table = { feature0: "bool", feature1: "int32", feature2: "string", feature3: "float32" } as const;
    const file = await fileOf([goat]);
    const [{ feature0, feature1, feature2, feature3 }] = await tfrecordDataset(file, {
      features: table,
    }).toArray();
    expect([feature0.item(), feature1.item(), feature2]).toEqual([0, 4, "goat"]);
    expect(feature3.item()).toBe(Math.fround(0.9876));
    expect(encodeExample(decodeExample(goat))).toEqual(goat);
    expect(await tfrecordDataset(file).toArray()).toEqual([goat]);
  });

  it.each(["none", "gzip"] as const)(
    "come back as they were written, compression: %s",
    async (compression) => {
      const file = await fileOf(Dataset.fromGenerator(samples), { compression });
      const read = await tfrecordDataset(file, { features }).toArray();
      const inWords = read.map(({ image, label, x, name, on }) => ({
        image: [image.dtype, ...image.arraySync().toString().split(",").map(Number)],
        label: [label.dtype, label.shape, label.item()],
        x: x.arraySync(),
        name,
        on: [on.dtype, on.item()],
      }));
      expect(inWords).toEqual([
        { image: ["uint8", 1, 2, 250], label: ["int32", [], 7], x: [0.5, -1], name: "é", on: ["bool", 1] },
        { image: ["uint8", 4, 5, 6], label: ["int32", [], -3], x: [2, 3], name: "", on: ["bool", 0] },
      ]);
    },
  );

  it("become batches, and lists of strings", async () => {
    const file = await fileOf(samples.map(({ x }, index) => ({ x, tags: ["a", "b"].slice(0, index + 1) })));
    const table = { x: { dtype: "float32", shape: [1, 2] }, tags: { dtype: "string", shape: null } } as const;
    const data = tfrecordDataset(file, { features: table });
    expect((await data.toArray()).map(({ tags }) => tags)).toEqual([["a"], ["a", "b"]]);
    const [batch] = await data
      .map(({ x }) => ({ x }))
      .batch(2)
      .toArray();
    expect(batch.x.arraySync()).toEqual([[[0.5, -1]], [[2, 3]]]);
  });

  it("that look like gzip are told from it by their CRC", async () => {
    const record = new Uint8Array(0x088b1f);
    const file = await fileOf([record]);
    expect([...new Uint8Array(await file.slice(0, 3).arrayBuffer())]).toEqual([0x1f, 0x8b, 8]);
    const [read] = await tfrecordDataset(file).toArray();
    expect(read.length).toBe(record.length);
  });

  it("have defaults for what is missing, or an error that says what there is", async () => {
    const file = await fileOf([{ a: 1 }, {}]);
    const features = {
      a: { dtype: "float32", defaultValue: 5 },
      s: { dtype: "string", defaultValue: "?" },
    } as const;
    const read = await tfrecordDataset(file, { features }).toArray();
    expect(read.map(({ a, s }) => [a.item(), s])).toEqual([
      [1, "?"],
      [5, "?"],
    ]);
    const strict = tfrecordDataset(file, { features: { b: "float32" } }).toArray();
    await expect(strict).rejects.toThrow(FileError);
    await expect(strict).rejects.toThrow(
      'the Blob given, record 0: the feature "b" is missing; the record has a (1 floats)',
    );
  });

  it.each([
    ["int32" as const, { f: 1 }, 'the feature "f" is a list of floats; int32 is made of integers'],
    ["float32" as const, { f: [1, 2] }, 'the feature "f" has 2 values; the shape [] takes 1'],
    ["bool" as const, { f: Int32Array.of(2) }, 'the feature "f" holds 2, which is no bool'],
    ["string" as const, { f: Uint8Array.of(255) }, 'the feature "f" is not UTF-8'],
    ["uint8" as const, { f: ["a", "b"] }, 'the feature "f" is a list of 2 bytes'],
  ])("that do not fit are named: %s", async (dtype, element, message) => {
    const file = await fileOf([element]);
    await expect(tfrecordDataset(file, { features: { f: dtype } }).toArray()).rejects.toThrow(message);
  });

  it("that are damaged are named, at whichever byte", async () => {
    const bytes = new Uint8Array(await (await fileOf([{ a: 1 }])).arrayBuffer());
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] ^= 4;
      await expect(tfrecordDataset(damaged).toArray()).rejects.toThrow(FileError);
    }
    for (const record of [Uint8Array.of(10, 200), Uint8Array.of(0xff, 0xff), new Uint8Array(3).fill(7)]) {
      const file = await fileOf([record]);
      const reading = tfrecordDataset(file, { features: { a: "float32" } }).toArray();
      await expect(reading).rejects.toThrow(/the Blob given, record 0: /);
    }
  });

  it("are not written of what is no sample; the message has the index", async () => {
    await expect(fileOf([{ a: 1 }, [1, 2]])).rejects.toThrow(
      "writeTfrecord: the element 1: it is [1, 2]; accepted are objects of features by name",
    );
    await expect(fileOf([{ a: { b: 1 } }])).rejects.toThrow('the feature "a" is ');
    // @ts-expect-error a type that there is not
    expect(() => tfrecordDataset("a", { features: { a: "int64" } })).toThrow(
      'tfrecordDataset: features.a: dtype is "int64"; it must be "float32" or',
    );
  });
});
