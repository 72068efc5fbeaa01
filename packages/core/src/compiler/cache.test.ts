import { describe, expect, it } from "vitest";
import { ProgramCache } from "./cache.ts";
import type { StructureKey } from "./structure-key.ts";

function key(words: readonly number[], hash = 7): StructureKey {
  return { words: Float64Array.from(words), hash };
}

function cacheOf(capacity: number): { cache: ProgramCache<string>; evicted: string[] } {
  const evicted: string[] = [];
  const cache = new ProgramCache<string>({
    mostEntries: capacity,
    mostBytes: 1000,
    bytesOf: (value) => value.length,
    onEvict: (value) => evicted.push(value),
  });
  return { cache, evicted };
}

describe("the program cache", () => {
  it("tells structures apart that have the same hash", () => {
    const { cache } = cacheOf(10);
    cache.set(key([1, 2, 3]), "first");
    cache.set(key([1, 2, 4]), "second");
    expect(cache.get(key([1, 2, 3]))).toBe("first");
    expect(cache.get(key([1, 2, 4]))).toBe("second");
    expect(cache.get(key([1, 2]))).toBeUndefined();
    expect(cache.get(key([1, 2, 3, 0]))).toBeUndefined();
    expect(cache.get(key([1, 2, 3], 8))).toBeUndefined();
  });

  it("holds no more than its capacity, and gives up what was not used for longest", () => {
    const { cache, evicted } = cacheOf(3);
    for (const number of [1, 2, 3]) cache.set(key([number]), `program ${number}`);
    cache.get(key([1]));
    cache.set(key([4]), "program 4");
    expect(cache.size).toBe(3);
    expect(evicted).toEqual(["program 2"]);
    expect(cache.get(key([2]))).toBeUndefined();
    expect(cache.get(key([1]))).toBe("program 1");
  });

  it("holds no more bytes than it may, but always what came last", () => {
    const { cache, evicted } = cacheOf(10);
    for (const letter of ["a", "b", "c"]) cache.set(key([letter.charCodeAt(0)]), letter.repeat(300));
    cache.get(key(["a".charCodeAt(0)]));
    cache.set(key([1]), "d".repeat(300));
    expect(evicted).toEqual(["b".repeat(300)]);
    cache.set(key([2]), "e".repeat(5000));
    expect(cache.size).toBe(1);
    expect(cache.get(key([2]))).toBe("e".repeat(5000));
  });

  it("counts what programs hold after they were added, also where there are many", () => {
    const evicted: object[] = [];
    const cache = new ProgramCache<{ bytes: number }>({
      mostEntries: 1000,
      mostBytes: 100_000,
      bytesOf: ({ bytes }) => bytes,
      onEvict: (value) => evicted.push(value),
    });
    for (let number = 0; number < 600; number++) {
      const value = { bytes: 0 };
      cache.set(key([number], number), value);
      value.bytes = 1000;
      expect(cache.size).toBeLessThanOrEqual(100);
    }
    expect(evicted.length).toBe(600 - cache.size);
    expect(cache.get(key([599], 599))).toEqual({ bytes: 1000 });
  });

  it("frees every program that it gives up, once", () => {
    const { cache, evicted } = cacheOf(5);
    for (let number = 0; number < 100; number++) cache.set(key([number], number % 3), String(number));
    expect(cache.size).toBe(5);
    expect(new Set(evicted).size).toBe(95);
    cache.clear();
    expect(cache.size).toBe(0);
    expect(new Set(evicted).size).toBe(100);
    expect(evicted).toHaveLength(100);
  });
});
