import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { dtypes } from "../../dtype.ts";
import { FileError } from "../../files/file-error.ts";
import { cast, mul } from "../../ops/arithmetic.ts";
import { normal } from "../../random/distributions.ts";
import { tensor } from "../../tensor.ts";
import { mutationsOf } from "../../testing/mutations.ts";
import { variable } from "../../variable.ts";
import { encodeSafetensors, loadSafetensors, loadSafetensorsHeader, saveSafetensors } from "./safetensors.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-safetensors-"));

afterAll(() => rmSync(folder, { recursive: true }));

/** A file with a header of one's own. */
function fileOf(header: unknown, data: ArrayLike<number> = [], claimedLength?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, claimedLength ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

describe("tensors", () => {
  test.each(dtypes)("of %s are the same to the bit after they were saved", async (dtype) => {
    const x = cast(mul(normal([3, 5]), 50), dtype);
    const {
      x: read,
      empty,
      scalar,
    } = await loadSafetensors(
      await encodeSafetensors({ x, scalar: tensor(1, [], dtype), empty: tensor([], [0, 3], dtype) }),
    );
    expect(read.dtype).toBe(dtype);
    expect(read.shape).toEqual([3, 5]);
    expect(read.dataSync()).toEqual(x.dataSync());
    expect(empty.shape).toEqual([0, 3]);
    expect(scalar.shape).toEqual([]);
    expect(scalar.item()).toBe(1);
  });

  test("are saved with Variables, arrays and metadata, under any name", async () => {
    const path = join(folder, "named.safetensors");
    const tensors = { 'a "quoted" name/ü': variable([1, 2]), list: [[3]], ["__proto__"]: tensor([4]) };
    await saveSafetensors(path, tensors, { metadata: { format: "np", note: "größer" } });
    const header = await loadSafetensorsHeader(path);
    expect(header.metadata).toEqual({ format: "np", note: "größer" });
    const read = await loadSafetensors(path);
    expect(Object.keys(read).sort()).toEqual(Object.keys(tensors).sort());
    expect(read['a "quoted" name/ü'].arraySync()).toEqual([1, 2]);
    expect(
      Object.entries(read)
        .find(([name]) => name === "__proto__")?.[1]
        .arraySync(),
    ).toEqual([4]);
  });

  test("lie at multiples of their width, which is what other readers map", async () => {
    const bytes = await encodeSafetensors({
      a: tensor([1], [1], "uint8"),
      b: tensor([1], [1], "float64"),
      c: tensor([1], [1], "bfloat16"),
    });
    const { tensors } = await loadSafetensorsHeader(bytes);
    expect(Object.keys(tensors)).toEqual(["b", "c", "a"]);
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
    expect(tensors.b.range).toEqual([0, 8]);
  });

  test("of types that are no dtype become int32, or are refused by name", async () => {
    const read = async (dtype: string, data: ArrayBufferView): Promise<unknown> => {
      const bytes = new Uint8Array(data.buffer);
      const header = { x: { dtype, shape: [2], data_offsets: [0, bytes.length] } };
      return (await loadSafetensors(fileOf(header, bytes))).x.arraySync();
    };
    expect(await read("I8", Int8Array.of(-128, 127))).toEqual([-128, 127]);
    expect(await read("I16", Int16Array.of(-32768, 32767))).toEqual([-32768, 32767]);
    expect(await read("U16", Uint16Array.of(0, 65535))).toEqual([0, 65535]);
    expect(await read("U32", Uint32Array.of(0, 2147483647))).toEqual([0, 2147483647]);
    expect(await read("I64", BigInt64Array.of(-2147483648n, 5n))).toEqual([-2147483648, 5]);
    expect(await read("U64", BigUint64Array.of(7n, 5n))).toEqual([7, 5]);
    await expect(read("U32", Uint32Array.of(0, 2147483648))).rejects.toThrow(
      'the bytes given, tensor "x": it is uint32 and holds 2147483648; of integers, int32 and uint8 are dtypes',
    );
    await expect(read("I64", BigInt64Array.of(2n ** 62n, 5n))).rejects.toThrow("holds 4611686018427388000");
    await expect(read("F8_E4M3", Uint8Array.of(1, 2))).rejects.toThrow(
      'tensor "x": its dtype is "F8_E4M3"; accepted are BOOL, U8',
    );
    await expect(read("BOOL", Uint8Array.of(1, 2))).rejects.toThrow("element 1 of its bools is 2");
  });

  test("in several files are found by their index", async () => {
    const path = join(folder, "model.safetensors.index.json");
    const tensors = Object.fromEntries(
      Array.from({ length: 5 }, (_, index) => [`layer ${index}`, normal([10, 10])] as const),
    );
    await saveSafetensors(path, tensors, { maxShardBytes: 1000, metadata: { format: "np" } });
    const shards = readdirSync(folder).filter((name) => name.startsWith("model-"));
    expect(shards).toEqual([1, 2, 3].map((number) => `model-0000${number}-of-00003.safetensors`));
    const index = JSON.parse(readFileSync(path, "utf8"));
    expect(index.metadata).toEqual({ format: "np", total_size: 2000 });
    expect(Object.keys(index.weight_map)).toEqual(Object.keys(tensors));
    const read = await loadSafetensors(path);
    for (const [name, x] of Object.entries(tensors)) expect(read[name].dataSync()).toEqual(x.dataSync());

    writeFileSync(path, JSON.stringify({ weight_map: { other: shards[0] } }));
    await expect(loadSafetensors(path)).rejects.toThrow(
      'header: the index says that it has tensor "other", and it has not',
    );
    writeFileSync(path, JSON.stringify({ weight_map: { other: "../named.safetensors" } }));
    await expect(loadSafetensors(path)).rejects.toThrow("leads out of it");
    await expect(saveSafetensors(join(folder, "a"), tensors, { maxShardBytes: 10 })).rejects.toThrow(
      "the target must end with .safetensors.index.json",
    );
  });

  test("in several files stay as they are until all new ones are written, and are then removed", async () => {
    const path = join(folder, "set.safetensors.index.json");
    const filesOf = (): string[] => readdirSync(folder).filter((name) => name.startsWith("set-"));
    await saveSafetensors(path, { a: [1, 2], b: [3] }, { maxShardBytes: 4 });
    expect(filesOf()).toEqual(["set-00001-of-00002.safetensors", "set-00002-of-00002.safetensors"]);
    await saveSafetensors(path, { a: [4], b: [5] }, { maxShardBytes: 4 });
    expect(filesOf()).toEqual(["set-00001-of-00002.2.safetensors", "set-00002-of-00002.2.safetensors"]);
    const { a, b } = await loadSafetensors(path);
    expect([a.arraySync(), b.arraySync()]).toEqual([[4], [5]]);
  });

  test("keep the values that they had when saving began", async () => {
    const counter = variable([1]);
    const saving = encodeSafetensors({ counter });
    counter.assign([2]).item();
    expect((await loadSafetensors(await saving)).counter.item()).toBe(1);
  });
});

describe("a header that breaks a rule is refused", () => {
  const f32 = (shape: readonly number[], begin: number, end: number): object => ({
    dtype: "F32",
    shape,
    data_offsets: [begin, end],
  });

  test.each<[string, Uint8Array, string]>([
    ["shorter than its length", Uint8Array.of(1, 2), "a safetensors file has more than 8"],
    ["a length of 2⁶³", fileOf({}, [], 2n ** 63n), "it claims a header of 9223372036854775808 bytes"],
    ["a length above 100 MB", fileOf({}, [], 100_000_001n), "it claims a header of 100000001 bytes"],
    ["not an object", fileOf("[1, 2]"), 'it begins with byte 91; it must begin with "{"'],
    ["spaces first", fileOf(" {}"), 'it begins with byte 32; it must begin with "{"'],
    ["a name twice", fileOf('{"a": {}, "a": {}}'), 'has the name "a" twice in one object'],
    ["a hole", fileOf({ a: f32([1], 4, 8) }, Array(8)), "its bytes begin at 4; those before it end at 0"],
    [
      "an overlap",
      fileOf({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, Array(8)),
      "there must be no hole or overlap",
    ],
    [
      "data beyond the end",
      fileOf({ a: f32([2], 0, 8) }, Array(4)),
      "its tensors take 8 bytes; the file has 4",
    ],
    [
      "data that nobody names",
      fileOf({ a: f32([1], 0, 4) }, Array(5)),
      "its tensors take 4 bytes; the file has 5",
    ],
    [
      "a size that is not its shape's",
      fileOf({ a: f32([3], 0, 8) }, Array(8)),
      "float32 [3] takes 12 bytes; there are 8",
    ],
    ["a shape beyond all numbers", fileOf({ a: f32([2 ** 52, 2 ** 52], 0, 8) }, Array(8)), "is no shape"],
    ["a negative size", fileOf({ a: f32([-1], 0, 4) }, Array(4)), "its shape is [-1]"],
    ["offsets in reverse", fileOf({ a: f32([1], 4, 0) }, Array(4)), "they must be [begin, end] of its bytes"],
    ["metadata that are no strings", fileOf({ __metadata__: { epoch: 3 } }), "all metadata are strings"],
    ["other members", fileOf({ a: { ...f32([1], 0, 4), more: 1 } }, Array(4)), "it has more beside dtype"],
    ["deep JSON", fileOf(`{"a": ${"[".repeat(200)}${"]".repeat(200)}}`), "nested deeper than 100 levels"],
  ])("%s", async (_title, bytes, message) => {
    await expect(loadSafetensors(bytes)).rejects.toThrow(message);
    await expect(loadSafetensors(bytes)).rejects.toThrow(FileError);
  });

  test("damaged in 3,000 ways a file is read or refused in words", async () => {
    const bytes = await encodeSafetensors(
      { kernel: normal([3, 4]), bias: tensor([1, 2], [2], "bfloat16"), on: tensor([true]) },
      { metadata: { format: "np" } },
    );
    let refused = 0;
    for (const damaged of mutationsOf(bytes, { count: 3000, seed: 1 })) {
      try {
        await loadSafetensors(damaged);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1500);
  });
});

test("names and metadata that the format cannot hold are errors at the call", async () => {
  await expect(encodeSafetensors({ __metadata__: [1] })).rejects.toThrow("is no name for a tensor");
  // @ts-expect-error metadata are strings
  await expect(encodeSafetensors({ a: [1] }, { metadata: { epoch: 3 } })).rejects.toThrow(
    "must be an object of strings",
  );
  // @ts-expect-error the option is metadata
  await expect(encodeSafetensors({ a: [1] }, { meta: {} })).rejects.toThrow('"meta" is an unknown option');
});
