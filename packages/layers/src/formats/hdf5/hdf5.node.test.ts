import { execFileSync } from "node:child_process";
import { FileError, tensor } from "@strata/core";
import { joinContent } from "@strata/core/internal/files";
import { describe, expect, it } from "vitest";
import { hasH5py, readWithH5py } from "../../testing/h5py.node.ts";
import { readHdf5 } from "./read-hdf5.ts";
import { type Hdf5Group, memberAt } from "./tree.ts";
import { datasetOfTensor, tensorOfDataset } from "./values.ts";
import { type WrittenDataset, type WrittenGroup, writeHdf5 } from "./write-hdf5.ts";

const group = (
  members: Record<string, WrittenGroup | WrittenDataset>,
  attributes: Record<string, string> = {},
): WrittenGroup => ({
  kind: "group",
  attributes: new Map(Object.entries(attributes)),
  members: new Map(Object.entries(members)),
});

const numbers = (...values: number[]): WrittenDataset => ({
  kind: "dataset",
  attributes: new Map(),
  dtype: "float32",
  shape: [values.length],
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});

const written = (root: WrittenGroup) => joinContent(writeHdf5(root));

async function valuesAt(root: Hdf5Group, path: string): Promise<readonly number[]> {
  const found = memberAt(root, path);
  if (found?.kind !== "dataset") throw new Error(`there is no dataset ${path}`);
  const values = await tensorOfDataset(found, { file: "test", path });
  return [...values.dataSync()];
}

/** What Python writes, given the lines between the opening and the closing of `file`. */
function writtenByH5py(...lines: readonly string[]): Uint8Array {
  const script = [
    "import h5py, io, sys, numpy as np",
    "buffer = io.BytesIO()",
    "file = h5py.File(buffer, 'w')",
    ...lines,
    "file.close()",
    "sys.stdout.buffer.write(buffer.getvalue())",
  ];
  return new Uint8Array(execFileSync("/usr/bin/python3", ["-c", script.join("\n")]));
}

describe("groups and datasets that are written", () => {
  it("are read again: names, attributes, and datasets of no and of many elements", async () => {
    const root = group(
      { empty: numbers(), b: group({ inner: numbers(1, 2, 3) }, { name: "Größe" }) },
      { title: "" },
    );
    const read = readHdf5(await written(root));
    expect(read.attributes.get("title")).toBe("");
    expect(memberAt(read, "b")?.attributes.get("name")).toBe("Größe");
    expect(await valuesAt(read, "b/inner")).toEqual([1, 2, 3]);
    expect(await valuesAt(read, "empty")).toEqual([]);
    expect(memberAt(read, "b/missing")).toBeUndefined();
  });

  it.each([0, 1, 8, 9, 256, 257, 9000])("may be %i in a group", async (count) => {
    const names = Array.from({ length: count }, (_, index) => String(index));
    const root = group(Object.fromEntries(names.map((name) => [name, numbers(Number(name))])));
    const bytes = await written(root);
    const read = readHdf5(bytes);
    expect([...read.members.keys()]).toEqual(names.toSorted());
    const some = names.filter((_, index) => index % 97 === 0);
    expect(await Promise.all(some.map((name) => valuesAt(read, name)))).toEqual(
      some.map((name) => [Number(name)]),
    );
    if (hasH5py && count === 257)
      expect(Object.keys(readWithH5py([bytes])[0]).toSorted()).toEqual(names.toSorted());
  });

  it("keep every dtype bit by bit", async () => {
    const tensors = {
      float16: tensor([1.5, -0, Infinity, 2 ** -24], undefined, "float16"),
      bfloat16: tensor([1.5, -0, Number.NaN, 1e30], undefined, "bfloat16"),
      float32: tensor([0.1, -0, 1e-45], undefined, "float32"),
      float64: tensor([0.1, Number.MIN_VALUE], undefined, "float64"),
      int32: tensor([-(2 ** 31), 2 ** 31 - 1], undefined, "int32"),
      uint8: tensor([0, 255], undefined, "uint8"),
      bool: tensor([true, false], undefined, "bool"),
      scalar: tensor(7),
    };
    const datasets: Record<string, WrittenDataset> = {};
    for (const [name, each] of Object.entries(tensors)) datasets[name] = await datasetOfTensor(each);
    const bytes = await written(group(datasets));
    const read = readHdf5(bytes);
    for (const [name, each] of Object.entries(tensors)) {
      const found = memberAt(read, name);
      if (found?.kind !== "dataset") throw new Error(name);
      const again = await tensorOfDataset(found, { file: "test", path: name });
      expect({ name, dtype: again.dtype, shape: again.shape }).toEqual({
        name,
        dtype: each.dtype,
        shape: each.shape,
      });
      expect([...again.dataSync()], name).toEqual([...each.dataSync()]);
    }
    if (!hasH5py) return;
    const dtypes = Object.entries(readWithH5py([bytes])[0]).map(([name, { dtype }]) => [name, dtype]);
    expect(Object.fromEntries(dtypes)).toEqual({
      float16: "float16",
      bfloat16: "|V2",
      float32: "float32",
      float64: "float64",
      int32: "int32",
      uint8: "uint8",
      bool: "bool",
      scalar: "float32",
    });
  });
});

describe.skipIf(!hasH5py)("what h5py writes is read", () => {
  it("in chunks, compressed and shuffled, of which some were never written", async () => {
    const bytes = writtenByH5py(
      "x = np.arange(35 * 7 * 3, dtype='float32').reshape(35, 7, 3)",
      "file.create_dataset('plain', data=x, chunks=(8, 4, 2))",
      "file.create_dataset('gzip', data=x, chunks=(8, 4, 2), compression='gzip', shuffle=True, fletcher32=True)",
      "d = file.create_dataset('part', (20, 3), 'int32', chunks=(4, 3)); d[6] = 5",
      "file.create_dataset('never', (2, 2), 'float64')",
    );
    const read = readHdf5(bytes);
    const expected = Array.from({ length: 35 * 7 * 3 }, (_, index) => index);
    expect(await valuesAt(read, "plain")).toEqual(expected);
    expect(await valuesAt(read, "gzip")).toEqual(expected);
    expect(await valuesAt(read, "part")).toEqual(
      Array.from({ length: 60 }, (_, index) => (Math.floor(index / 3) === 6 ? 5 : 0)),
    );
    expect(await valuesAt(read, "never")).toEqual([0, 0, 0, 0]);
  });

  it("with texts of one length, numbers of other byte orders and sizes, and the newer layout", async () => {
    const bytes = writtenByH5py(
      "file.attrs['names'] = np.array([b'one', b'three'])",
      "file.attrs['count'] = np.int64(3)",
      "file['big'] = np.array([1.5, -2], dtype='>f8')",
      "file['long'] = np.array([3, -4], dtype='int64')",
      "file.close()",
      "data = buffer.getvalue(); buffer.seek(0)",
      "file = h5py.File(buffer, 'r+', libver='latest')",
      "g = file.create_group('newer'); g['x'] = np.float32(4); g.attrs['a'] = 'b'",
    );
    const read = readHdf5(bytes);
    expect(read.attributes.get("names")).toEqual(["one", "three"]);
    expect(read.attributes.get("count")).toBe(3);
    expect(await valuesAt(read, "big")).toEqual([1.5, -2]);
    expect(await valuesAt(read, "long")).toEqual([3, -4]);
    expect(await valuesAt(read, "newer/x")).toEqual([4]);
    expect(memberAt(read, "newer")?.attributes.get("a")).toBe("b");
  });

  it.each([
    [
      "soft link",
      "file['x'] = 1; file['y'] = h5py.SoftLink('/x')",
      'member "y" is a link to another place or file',
    ],
    [
      "external link",
      "file['y'] = h5py.ExternalLink('/etc/passwd', '/x')",
      'member "y" is a link to another place or file',
    ],
    [
      "file of values",
      "file.create_dataset('y', (4,), 'u1', external=[('/etc/passwd', 0, 4)])",
      "y: its values stand in other files",
    ],
    ["circle", "g = file.create_group('g'); g['up'] = file['/']", "g/up: it is the group that it stands in"],
  ])("but no %s", (_, line, message) => {
    const bytes = writtenByH5py(line);
    expect(() => readHdf5(bytes, "weights.h5")).toThrow(FileError);
    expect(() => readHdf5(bytes, "weights.h5")).toThrow(message);
  });
});

describe("a damaged file is refused, and the message says where", () => {
  it("if it is cut", async () => {
    const bytes = await written(group({ layers: group({ dense: numbers(1, 2, 3) }) }));
    expect(() => readHdf5(bytes.subarray(0, bytes.length - 8), "weights.h5")).toThrow(
      `weights.h5, superblock: the file is said to have ${bytes.length} bytes; it has ${bytes.length - 8}`,
    );
    expect(() => readHdf5(new Uint8Array(100), "weights.h5")).toThrow("weights.h5, start: the signature");
  });

  it("if a dataset claims more than the file holds, before memory is set aside", async () => {
    const bytes = await written(group({ kernel: numbers(1, 2, 3) }));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    // The size of the only dimension, twice: now and at most.
    for (let offset = 0; offset + 16 <= bytes.length; offset += 8) {
      if (view.getBigUint64(offset, true) === 3n && view.getBigUint64(offset + 8, true) === 3n) {
        view.setBigUint64(offset, 2n ** 40n, true);
      }
    }
    expect(() => readHdf5(bytes, "weights.h5")).toThrow(
      "weights.h5, kernel: it has 12 bytes; its shape needs 4398046511104",
    );
  });
});
