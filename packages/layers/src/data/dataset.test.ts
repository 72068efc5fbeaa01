import { setSeed, type Tensor, tensor } from "@strata/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import { Dataset } from "./dataset.ts";

const numbers = (count: number): Dataset<number> => Dataset.range(count);

function valuesOf(batches: readonly Tensor[]): unknown {
  return batches.map((batch) => batch.arraySync());
}

describe("a dataset", () => {
  it("is made of slices of tensors, nested arrays and texts, alone or together", async () => {
    const rows = await Dataset.fromTensorSlices([
      [1, 2],
      [3, 4],
    ]).toArray();
    expect(valuesOf(rows)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const pairs = Dataset.fromTensorSlices([tensor([[1], [2]]), Int32Array.of(7, 8)]);
    expect((await pairs.toArray()).map(([x, y]) => [x.arraySync(), y.arraySync(), y.dtype])).toEqual([
      [[1], 7, "int32"],
      [[2], 8, "int32"],
    ]);
    const named = Dataset.fromTensorSlices({ text: ["a", "b"], label: [0, 1] });
    expect((await named.toArray()).map(({ text, label }) => [text, label.item()])).toEqual([
      ["a", 0],
      ["b", 1],
    ]);
    expect(named.size).toBe(2);
    expect(() => Dataset.fromTensorSlices({ a: [1], b: [1, 2] })).toThrow(
      'Dataset.fromTensorSlices: the data "a" have 1 elements and "b" 2; they must have the same number',
    );
    expect(() => Dataset.fromTensorSlices(tensor(1))).toThrow("a scalar");
    expect(() => Dataset.fromTensorSlices("text")).toThrow('the data are "text"');
  });

  it("is made of generators, which begin anew for each pass", async () => {
    const rounds: number[] = [];
    const data = Dataset.fromGenerator(function* (round) {
      rounds.push(round);
      yield round;
    });
    expect([await data.toArray(), await data.toArray()]).toEqual([[0], [1]]);
    expect(rounds).toEqual([0, 1]);
    const later = Dataset.fromGenerator(async function* () {
      yield "a";
      yield "b";
    });
    expect(await later.toArray()).toEqual(["a", "b"]);
    expect(await Dataset.fromGenerator(new Set([1, 2])).toArray()).toEqual([1, 2]);
    // @ts-expect-error no iterable
    expect(() => Dataset.fromGenerator(3)).toThrow("Dataset.fromGenerator: the generator is 3");
  });

  it("is a range of numbers", async () => {
    expect(await Dataset.range(3).toArray()).toEqual([0, 1, 2]);
    expect(await Dataset.range(5, 1, -2).toArray()).toEqual([5, 3]);
    expect(await Dataset.range(2, 2).toArray()).toEqual([]);
    expect(() => Dataset.range(0, 1, 0)).toThrow("the step not 0");
  });

  it("zips others, in arrays and objects, to the end of the shortest", async () => {
    const pairs = Dataset.zip([numbers(3), Dataset.fromGenerator(["a", "b"])]);
    expectTypeOf(pairs).toEqualTypeOf<Dataset<readonly [number, string]>>();
    expect(await pairs.toArray()).toEqual([
      [0, "a"],
      [1, "b"],
    ]);
    const named = Dataset.zip({ x: numbers(2), y: numbers(5).skip(3) });
    expect(await named.toArray()).toEqual([
      { x: 0, y: 3 },
      { x: 1, y: 4 },
    ]);
    expect([pairs.size, named.size]).toEqual([2, 2]);
  });

  it("goes on with others, repeats, takes, skips, shards and counts", async () => {
    expect(await numbers(2).concatenate(numbers(1), numbers(2)).toArray()).toEqual([0, 1, 0, 0, 1]);
    expect(await numbers(2).repeat(2).toArray()).toEqual([0, 1, 0, 1]);
    expect(await numbers(2).repeat().take(5).toArray()).toEqual([0, 1, 0, 1, 0]);
    expect(await numbers(9).skip(7).toArray()).toEqual([7, 8]);
    expect(await numbers(7).shard(3, 1).toArray()).toEqual([1, 4]);
    expect(await Dataset.fromGenerator(["a", "b"]).enumerate(1).toArray()).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    const sizes = [
      numbers(2).concatenate(numbers(3)),
      numbers(2).repeat(3),
      numbers(2).repeat(),
      numbers(9).take(4),
      numbers(3).skip(5),
      numbers(7).shard(3, 1),
      numbers(7).filter(() => true),
    ].map(({ size }) => size);
    expect(sizes).toEqual([5, 6, Number.POSITIVE_INFINITY, 4, 0, 2, null]);
  });

  it("maps and filters, also by promises, several at once and in order", async () => {
    let running = 0;
    let most = 0;
    const slow = async (value: number): Promise<number> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, value % 2 === 0 ? 3 : 0));
      running--;
      return value * 10;
    };
    expect(await numbers(7).map(slow, { parallel: 3 }).toArray()).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(most).toBe(3);
    expect(
      await numbers(6)
        .filter(async (value) => value % 3 === 0)
        .toArray(),
    ).toEqual([0, 3]);
  });

  it("says for which element a function failed", async () => {
    const failing = numbers(9).map(
      (value) => {
        if (value === 4) throw new Error("too large");
        return value;
      },
      { parallel: 3 },
    );
    await expect(failing.toArray()).rejects.toThrow(
      "Dataset.map: the function failed for the element 4: too large",
    );
    expect(await failing.take(4).toArray()).toEqual([0, 1, 2, 3]);
  });

  it("makes nothing before it is wanted, and closes what it opened", async () => {
    const made: number[] = [];
    let isClosed = false;
    const source = Dataset.fromGenerator(function* () {
      try {
        for (let index = 0; ; index++) {
          made.push(index);
          yield index;
        }
      } finally {
        isClosed = true;
      }
    });
    expect(
      await source
        .map((value) => value)
        .batch(2)
        .take(1)
        .toArray(),
    ).toHaveLength(1);
    expect(made).toEqual([0, 1]);
    expect(isClosed).toBe(true);
  });
});

describe("batches of a dataset", () => {
  it("are tensors in the structure of the elements", async () => {
    const elements = numbers(5).map((value) => ({
      x: [value, value + 0.5],
      y: { label: value, isEven: value % 2 === 0 },
      text: `${value}`,
    }));
    const batches = elements.batch(2);
    expectTypeOf(batches).toEqualTypeOf<
      Dataset<{
        readonly x: Tensor;
        readonly y: { readonly label: Tensor; readonly isEven: Tensor };
        readonly text: readonly string[];
      }>
    >();
    const [first, , last] = await batches.toArray();
    expect(first.x.arraySync()).toEqual([
      [0, 0.5],
      [1, 1.5],
    ]);
    expect(first.y.isEven.arraySync()).toEqual([true, false]);
    expect([last.x.shape, last.text]).toEqual([[1, 2], ["4"]]);
    expect((await elements.batch(2, { dropRemainder: true }).toArray()).length).toBe(2);
    expect([batches.size, elements.batch(2, { dropRemainder: true }).size]).toEqual([3, 2]);
  });

  it("take an outermost array as a tuple", async () => {
    const [[x, y]] = await Dataset.range(2)
      .map((value) => [[value, 1], value] as const)
      .batch(2)
      .toArray();
    expect([x.arraySync(), y.arraySync()]).toEqual([
      [
        [0, 1],
        [1, 1],
      ],
      [0, 1],
    ]);
  });

  it("stack what operations compute", async () => {
    const data = Dataset.fromTensorSlices(tensor([1, 2, 3])).map((x) => x.mul(2));
    expect(valuesOf(await data.batch(2).toArray())).toEqual([[2, 4], [6]]);
  });

  it("are taken apart again", async () => {
    const batches = numbers(3)
      .map((value) => [Float32Array.of(value, value), value] as const)
      .batch(2);
    const elements = await batches.unbatch().toArray();
    expect(elements.map(([x, y]) => [x.arraySync(), y.item()])).toEqual([
      [[0, 0], 0],
      [[1, 1], 1],
      [[2, 2], 2],
    ]);
  });

  it("are filled up to the longest", async () => {
    const lengths = [2, 0, 3];
    const rows = Dataset.fromGenerator(lengths).map((length) => ({ x: Array.from({ length }, () => 1) }));
    const [{ x }] = await rows.paddedBatch(3, { paddingValue: -1 }).toArray();
    expect(x.arraySync()).toEqual([
      [1, 1, -1],
      [-1, -1, -1],
      [1, 1, 1],
    ]);
    const matrices = Dataset.fromTensorSlices([tensor([1, 2])]).map(([rows]) =>
      tensor(new Float32Array(rows.item() * 2).fill(rows.item()), [rows.item(), 2]),
    );
    expect(valuesOf(await matrices.paddedBatch(2).toArray())).toEqual([
      [
        [
          [1, 1],
          [0, 0],
        ],
        [
          [2, 2],
          [2, 2],
        ],
      ],
    ]);
  });

  it("are made of elements of similar length", async () => {
    const rows = Dataset.fromGenerator([1, 5, 2, 6, 1]).map((length) => new Float32Array(length));
    const batches = await rows.bucketByLength({ boundaries: [4], batchSizes: 2 }).toArray();
    expect(batches.map(({ shape }) => shape)).toEqual([
      [2, 2],
      [2, 6],
      [1, 1],
    ]);
    expect(() => rows.bucketByLength({ boundaries: [4], batchSizes: [1] })).toThrow(
      "1 boundaries and 1 batchSizes",
    );
  });

  it("of elements that differ are refused, with the place", async () => {
    const ragged = Dataset.fromGenerator([1, 2]).map((length) => ({ x: new Float32Array(length) }));
    await expect(ragged.batch(2).toArray()).rejects.toThrow(
      "Dataset.batch: elements at .x differ: float32 [1] and float32 [2]; those of a batch must be alike",
    );
    const mixed: readonly unknown[] = [{ x: 1 }, { y: 1 }];
    await expect(Dataset.fromGenerator(mixed).batch(2).toArray()).rejects.toThrow("an object with x");
    const other: readonly unknown[] = [null];
    await expect(Dataset.fromGenerator(other).batch(2).toArray()).rejects.toThrow("an element is null");
    expect(() => numbers(2).batch(0)).toThrow(
      "Dataset.batch: size is 0; it must be an integer of at least 1",
    );
  });
});

describe("a shuffled dataset", () => {
  it("has the same order for the same seed and pass, and another in the next", async () => {
    const orderOf = async (seed: number): Promise<readonly (readonly number[])[]> => {
      const data = numbers(100).shuffle(100, { seed });
      return [await data.toArray(), await data.toArray()];
    };
    const [first, second] = await orderOf(1);
    expect(await orderOf(1)).toEqual([first, second]);
    expect(second).not.toEqual(first);
    expect([...first].sort((a, b) => a - b)).toEqual(await numbers(100).toArray());
    const fixed = numbers(20).shuffle(20, { seed: 1, reshuffle: false });
    expect(await fixed.toArray()).toEqual(await fixed.toArray());
    setSeed(3);
    const seeded = await numbers(20).shuffle(20).toArray();
    setSeed(3);
    expect(await numbers(20).shuffle(20).toArray()).toEqual(seeded);
  });

  it("draws from a buffer, evenly", async () => {
    const order = await numbers(50).shuffle(5, { seed: 2 }).toArray();
    expect(order.every((value, index) => value <= index + 4)).toBe(true);
    const firsts = new Array<number>(4).fill(0);
    for (let seed = 0; seed < 2000; seed++) {
      const [first] = await numbers(4).shuffle(4, { seed }).take(1).toArray();
      firsts[first]++;
    }
    for (const count of firsts) expect(Math.abs(count - 500)).toBeLessThan(80);
  });

  it("repeats in another order", async () => {
    const order = await numbers(30).shuffle(30, { seed: 1 }).repeat(2).toArray();
    expect(order.slice(0, 30)).not.toEqual(order.slice(30));
    expect(order.slice(0, 30).sort((a, b) => a - b)).toEqual(await numbers(30).toArray());
  });
});

describe("a dataset that is prefetched, cached or interleaved", () => {
  it("asks for elements before they are wanted", async () => {
    const made: number[] = [];
    const data = numbers(9)
      .map((value) => {
        made.push(value);
        return value;
      })
      .prefetch(2);
    const iterator = data[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toBe(0);
    await new Promise((resolve) => setTimeout(resolve));
    expect(made).toEqual([0, 1, 2]);
    await iterator.return?.();
    expect(await data.toArray()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("keeps the elements of the first whole pass", async () => {
    let made = 0;
    const data = numbers(3)
      .map((value) => {
        made++;
        return value;
      })
      .cache();
    await data.take(1).toArray();
    expect([await data.toArray(), await data.toArray(), made]).toEqual([[0, 1, 2], [0, 1, 2], 4]);
  });

  it("reads several in turn", async () => {
    const data = Dataset.range(3).interleave((value) => Dataset.range(value * 10, value * 10 + 3), {
      cycle: 2,
      block: 2,
    });
    expect(await data.toArray()).toEqual([0, 1, 10, 11, 2, 12, 20, 21, 22]);
  });
});
