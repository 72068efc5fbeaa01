import { encodeNpy, encodeNpz, FileError, tensor } from "@strata/core";
import { describe, expect, it } from "vitest";
import { npyDataset, npzDataset } from "./numpy.ts";

/** Bytes as a source that notes what is read of it. */
function noting(bytes: Uint8Array) {
  const reads: number[] = [];
  const read = (offset = 0, length = 0): Uint8Array => {
    reads.push(length);
    return bytes.slice(offset, offset + length);
  };
  return { reads, source: { size: bytes.length, read } };
}

describe("slices of NumPy's arrays", () => {
  it("have the array's dtype, and come in its order, in every pass", async () => {
    for (const dtype of ["float32", "int32", "uint8", "bool", "float16", "float64"] as const) {
      const data = await npyDataset(
        await encodeNpy(
          tensor(
            [
              [[0], [1]],
              [[1], [0]],
            ],
            undefined,
            dtype,
          ),
        ),
      );
      expect(data.size).toBe(2);
      for (let pass = 0; pass < 2; pass++) {
        const slices = await data.toArray();
        expect(slices.map((each) => [each.dtype, each.shape, Array.from(each.dataSync())])).toEqual([
          [dtype, [2, 1], [0, 1]],
          [dtype, [2, 1], [1, 0]],
        ]);
      }
    }
    expect((await (await npyDataset(await encodeNpy([5, 6]))).toArray()).map((each) => each.item())).toEqual([
      5, 6,
    ]);
  });

  it("are read a part at a time, and no more than is wanted", async () => {
    const { reads, source } = noting(await encodeNpy(tensor(new Float32Array(2 ** 20), [1024, 1024])));
    const data = await npyDataset(source);
    const [first] = await data.take(1).toArray();
    expect(first.shape).toEqual([1024]);
    expect(reads.reduce((sum, length) => sum + length, 0)).toBeLessThan(1.1 * 2 ** 20);
  });

  it("of an archive are tuples of what is named, or objects of all", async () => {
    for (const level of [0, 6]) {
      const archive = await encodeNpz(
        {
          x: [
            [1, 2],
            [3, 4],
          ],
          y: [5, 6],
          other: [1, 2, 3],
        },
        { level },
      );
      const pairs = await npzDataset(archive, { names: ["y", "x"] });
      expect(pairs.size).toBe(2);
      expect((await pairs.toArray()).map(([y, x]) => [y.item(), x.arraySync()])).toEqual([
        [5, [1, 2]],
        [6, [3, 4]],
      ]);
      await expect(npzDataset(archive)).rejects.toThrow(
        '"other": it has 3 slices, and "x" 2; names can choose those of one length',
      );
      await expect(npzDataset(archive, { names: ["z"] })).rejects.toThrow(
        'there is no array "z"; it has x.npy, y.npy',
      );
    }
    const [record] = await (await npzDataset(await encodeNpz({ a: [1], b: [[2]] }))).toArray();
    expect(Object.entries(record).map(([name, each]) => [name, each.arraySync()])).toEqual([
      ["a", 1],
      ["b", [2]],
    ]);
  });

  it("of a stored archive are read by position too", async () => {
    const large = tensor(new Float32Array(2 ** 20), [1024, 1024]);
    const { reads, source } = noting(await encodeNpz({ a: large, b: large }));
    await (await npzDataset(source)).take(1).toArray();
    expect(reads.reduce((sum, length) => sum + length, 0)).toBeLessThan(3 * 2 ** 20);
  });

  it("are refused for a scalar, for an array that lies the other way, and for what is no array", async () => {
    await expect(npyDataset(await encodeNpy(1))).rejects.toThrow("it is a scalar");
    await expect(npyDataset(Uint8Array.of(1, 2, 3))).rejects.toThrow(FileError);
    const bytes = await encodeNpy([
      [1, 2],
      [3, 4],
    ]);
    const header = String.fromCharCode(...bytes.subarray(0, 128)).replace("False,", "True, ");
    bytes.set(Array.from(header, (character) => character.charCodeAt(0)));
    await expect(npyDataset(bytes)).rejects.toThrow("numpy.ascontiguousarray turns it");
  });
});
