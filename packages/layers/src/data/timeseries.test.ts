import { setSeed, type Tensor, tensor } from "@strata/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { Dataset } from "./dataset.ts";
import { timeseriesDatasetFromArray } from "./timeseries.ts";

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

async function rowsOf(data: Dataset<Tensor>): Promise<unknown[]> {
  return (await data.toArray()).flatMap((batch) => batch.arraySync());
}

describe("timeseriesDatasetFromArray", () => {
  it("gives the sequences of Keras's documentation", async () => {
    const data = timeseriesDatasetFromArray(range(99), null, {
      sequenceLength: 10,
      samplingRate: 2,
      sequenceStride: 3,
    });
    expectTypeOf(data).toEqualTypeOf<Dataset<Tensor>>();
    const rows = await rowsOf(data);
    expect(rows[0]).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(rows[1]).toEqual([3, 5, 7, 9, 11, 13, 15, 17, 19, 21]);
    expect(rows.at(-1)).toEqual([78, 80, 82, 84, 86, 88, 90, 92, 94, 96]);
    expect(rows).toHaveLength(27);
    expect(data.size).toBe(1);
  });

  it("gives each sequence the target at its first step, which may be what follows it", async () => {
    const series = range(30);
    const pairs = timeseriesDatasetFromArray(series.slice(0, -10), series.slice(10), {
      sequenceLength: 10,
      batchSize: 4,
    });
    expectTypeOf(pairs).toEqualTypeOf<Dataset<readonly [sequences: Tensor, targets: Tensor]>>();
    const batches = await pairs.toArray();
    expect(batches.map(([x, y]) => [x.shape, y.shape])).toEqual([
      [[4, 10], [4]],
      [[4, 10], [4]],
      [[3, 10], [3]],
    ]);
    expect(pairs.size).toBe(3);
    expect(batches[0][0].arraySync()).toEqual(range(4).map((start) => series.slice(start, start + 10)));
    expect(batches[0][1].arraySync()).toEqual([10, 11, 12, 13]);
  });

  it("keeps features and dtypes, and gives sequences one by one", async () => {
    const data = tensor(Int32Array.from(range(12)), [6, 2]);
    const one = timeseriesDatasetFromArray(data, Uint8Array.from(range(6)), {
      sequenceLength: 2,
      batchSize: null,
    });
    const pairs = await one.toArray();
    expect(pairs).toHaveLength(5);
    expect(pairs[1].map((each) => [each.dtype, each.arraySync()])).toEqual([
      [
        "int32",
        [
          [2, 3],
          [4, 5],
        ],
      ],
      ["uint8", 1],
    ]);
  });

  it("uses the part from startIndex to endIndex, of the targets too", async () => {
    const part = timeseriesDatasetFromArray(range(20), range(20), {
      sequenceLength: 3,
      startIndex: 5,
      endIndex: 10,
    });
    const [[x, y]] = await part.toArray();
    expect(x.arraySync()).toEqual([
      [5, 6, 7],
      [6, 7, 8],
      [7, 8, 9],
    ]);
    expect(y.arraySync()).toEqual([5, 6, 7]);
    const short = timeseriesDatasetFromArray(range(20), range(8), { sequenceLength: 3, startIndex: 5 });
    expect((await short.toArray())[0][1].arraySync()).toEqual([5, 6, 7]);
  });

  it("shuffles all sequences, the same way for the same seed, another way in each pass", async () => {
    const shuffled = (seed: number | null) =>
      timeseriesDatasetFromArray(range(50), null, { sequenceLength: 1, batchSize: 2, shuffle: true, seed });
    const data = shuffled(7);
    const [first, second] = [await rowsOf(data), await rowsOf(data)];
    expect(first.flat()).not.toEqual(range(50));
    expect(first.flat().toSorted((one, other) => Number(one) - Number(other))).toEqual(range(50));
    expect(second).not.toEqual(first);
    expect(await rowsOf(shuffled(7))).toEqual(first);
    expect(await rowsOf(shuffled(8))).not.toEqual(first);
    setSeed(1);
    const bySetSeed = await rowsOf(shuffled(null));
    setSeed(1);
    expect(await rowsOf(shuffled(null))).toEqual(bySetSeed);
  });

  it("refuses what leaves no sequence, and what lies outside of the data", () => {
    const made = (options: object) => () =>
      timeseriesDatasetFromArray(range(10), null, { sequenceLength: 4, ...options });
    expect(made({ samplingRate: 4 })).toThrow(
      "no sequence fits: one of 4 steps at a samplingRate of 4 takes 13 steps; there are 10",
    );
    expect(made({ startIndex: 10 })).toThrow("startIndex is 10; it must be below the number of steps, 10");
    expect(made({ endIndex: 10 })).toThrow("endIndex is 10; it must be below the number of steps, 10");
    expect(made({ startIndex: 5, endIndex: 5 })).toThrow("endIndex is 5; it must be above startIndex, 5");
    expect(made({ sequenceStride: 10 })).toThrow("sequenceStride is 10");
    expect(made({ sequenceLength: 0 })).toThrow("sequenceLength is 0; it must be a positive integer");
    expect(made({ seed: -1 })).toThrow("seed is -1");
    expect(made({ strid: 1 })).toThrow('"strid" is an unknown option');
    expect(() => timeseriesDatasetFromArray(tensor(1), null, { sequenceLength: 1 })).toThrow("scalar");
  });
});
