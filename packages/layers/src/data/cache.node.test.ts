import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, Tensor, tensor } from "@strata/core";
import { afterAll, describe, expect, it } from "vitest";
import { Dataset } from "./dataset.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-cache-"));

afterAll(() => rmSync(folder, { recursive: true }));

function inWords(value: unknown): unknown {
  if (value instanceof Tensor) return [value.dtype, value.shape, Array.from(value.dataSync())];
  if (Array.isArray(value)) return value.map(inWords);
  if (Object.getPrototypeOf(Object(value)) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(Object(value)).map(([name, each]) => [name, inWords(each)]));
}

describe("a dataset that is cached in a file", () => {
  it("is read from it in later passes, also of other datasets, with the same types", async () => {
    const path = join(folder, "elements.cache");
    const elements = [
      [tensor([[1, 2]], [1, 2], "float16"), { label: tensor(3, [], "int32"), name: "a €" }],
      [Float32Array.of(1.5), Uint8Array.of(7), Int32Array.of(-1), Float64Array.of(0.1)],
      [[1, [2, -0, Number.NaN, Number.POSITIVE_INFINITY]], true, null, undefined, ["x", []]],
      ["tensor", ["list"], {}],
      3,
    ];
    let made = 0;
    const count = (): Dataset<unknown> =>
      Dataset.fromGenerator(elements)
        .map((element) => {
          made++;
          return element;
        })
        .cache(path);
    const data = count();
    expect(inWords(await data.toArray())).toEqual(inWords(elements));
    expect(inWords(await data.toArray())).toEqual(inWords(elements));
    expect(inWords(await count().toArray())).toEqual(inWords(elements));
    expect(made).toBe(elements.length);
  });

  it("has no file as long as no pass came to its end", async () => {
    const path = join(folder, "unfinished.cache");
    const data = Dataset.range(1000).cache(path);
    expect(await data.take(10).toArray()).toHaveLength(10);
    const failing = Dataset.range(10)
      .map((value) => {
        if (value === 5) throw new Error("no five");
        return value;
      })
      .cache(path);
    await expect(failing.toArray()).rejects.toThrow("no five");
    expect(readdirSync(folder).filter((name) => name.includes("unfinished"))).toEqual([]);
    expect(await data.toArray()).toHaveLength(1000);
    expect(readdirSync(folder).filter((name) => name.includes("unfinished"))).toEqual(["unfinished.cache"]);
  });

  it("says so where the file is damaged, cut, or of another kind", async () => {
    const path = join(folder, "damaged.cache");
    await Dataset.range(3).cache(path).toArray();
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      await expect(Dataset.range(3).cache(path).toArray()).rejects.toThrow(FileError);
    }
    for (let at = 0; at < whole.length; at++) {
      const damaged = Uint8Array.from(whole);
      damaged[at] ^= 1;
      writeFileSync(path, damaged);
      await expect(Dataset.range(3).cache(path).toArray()).rejects.toThrow(FileError);
    }
  });

  it("cannot hold functions and objects of classes, which are named, nor be where no file can be", async () => {
    const path = join(folder, "wrong.cache");
    const maps = Dataset.fromGenerator([[1], [{ a: new Map() }]]).cache(path);
    await expect(maps.toArray()).rejects.toThrow("Dataset.cache: the element 1 at [0].a is ");
    await expect(
      Dataset.range(3)
        .cache(join(folder, "none", "a"))
        .toArray(),
    ).rejects.toThrow(FileError);
    expect(readdirSync(folder)).not.toContain("wrong.cache");
    // @ts-expect-error a number is no path
    expect(() => Dataset.range(1).cache(3)).toThrow("Dataset.cache: path is 3");
  });
});
