import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forAll } from "../testing/for-all.ts";
import { type Lifetime, planMemory } from "./memory-plan.ts";

/** Bytes that every plan needs: of what is alive at once, slack and alignment included. */
function lowerBound(lifetimes: readonly Lifetime[]): number {
  const last = Math.max(...lifetimes.map((each) => each.last));
  const live = new Array<number>(last + 2).fill(0);
  for (const { first, last: end, length } of lifetimes) {
    const bytes = Math.ceil((length * 4 + 64) / 64) * 64;
    live[first] += bytes;
    live[end + 1] -= bytes;
  }
  let total = 0;
  return Math.max(
    ...live.map((change) => {
      total += change;
      return total;
    }),
  );
}

/** Says which two buffers are alive at once and share bytes, if there are any. */
function findClash(lifetimes: readonly Lifetime[]): string | null {
  const { offsets, bytes } = planMemory(lifetimes);
  const end = (index: number): number => offsets[index] + lifetimes[index].length * 4;
  for (let a = 0; a < lifetimes.length; a++) {
    if (offsets[a] % 64 !== 0 || end(a) > bytes) return `${a} is misplaced`;
    for (let b = 0; b < a; b++) {
      const together = lifetimes[a].first <= lifetimes[b].last && lifetimes[b].first <= lifetimes[a].last;
      if (together && offsets[a] < end(b) && offsets[b] < end(a)) return `${b} and ${a} clash`;
    }
  }
  return null;
}

/** What forward passes keep for backward passes, and what lives for a moment, in a network of equal layers. */
function networkLifetimes(layers: number): Lifetime[] {
  return Array.from({ length: layers }, (_, layer): Lifetime[] => {
    const back = 4 * layers - 2 * layer;
    return [
      { dtype: "float32", length: 1000, first: 2 * layer, last: back },
      { dtype: "float32", length: 1000, first: back, last: back + 2 },
      { dtype: "float32", length: 10, first: 2 * layer, last: 2 * layer + 1 },
    ];
  }).flat();
}

describe("buffers that are alive at once", () => {
  it("never share memory", () => {
    const lifetime = fc
      .tuple(fc.nat(200), fc.nat(30), fc.nat(12))
      .map(([length, first, span]): Lifetime => ({ dtype: "float32", length, first, last: first + span }));
    forAll(fc.array(lifetime, { minLength: 1, maxLength: 40 }), 300, findClash);
  });

  it.each([10, 100, 1000])("take little more than they must in a network of %i layers", (layers) => {
    const lifetimes = networkLifetimes(layers);
    expect(findClash(lifetimes)).toBeNull();
    expect(planMemory(lifetimes).bytes).toBeLessThanOrEqual(1.1 * lowerBound(lifetimes));
  });

  it("take no memory where there are none", () => {
    expect(planMemory([])).toEqual({ offsets: [], bytes: 0 });
  });
});
