/** What CONTRIBUTING.md says of a new elementwise op, done to a copy of the sources. */
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recipe } from "../../../docs/recipe.ts";
import { firstDifference, ulpOf } from "./testing/closeness.ts";

const copy = fileURLToPath(new URL("../.contributing", import.meta.url));
const additions = recipe("Add an elementwise op");

/** A module of the copy. */
async function moduleOfCopy<T>(path: string): Promise<T> {
  return import(/* @vite-ignore */ join(copy, path));
}

describe("an elementwise op that is added as CONTRIBUTING.md says", () => {
  beforeAll(() => {
    rmSync(copy, { recursive: true, force: true });
    cpSync(fileURLToPath(new URL(".", import.meta.url)), copy, { recursive: true });
    for (const { path, text } of additions) writeFileSync(join(copy, path), text);
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it("takes eleven lines in three places", () => {
    const lines = additions.flatMap(({ code }) => code.split("\n"));
    expect(new Set(additions.map(({ path }) => path)).size).toBe(3);
    expect(lines.filter((line) => !line.startsWith("/**"))).toHaveLength(11);
  });

  it("is in the table of ops, and right there with its derivatives", async () => {
    const { families, operationNames } = await moduleOfCopy<
      typeof import("./ops/testing/operation-cases.ts")
    >("ops/testing/operation-cases.ts");
    const { checkOperation, wrongIn } = await moduleOfCopy<typeof import("./ops/testing/operation-check.ts")>(
      "ops/testing/operation-check.ts",
    );
    const cases = families.flatMap((family) => Object.entries(family.cases));
    expect(cases.map(([name]) => name).toSorted()).toEqual(operationNames.toSorted());
    const [[, added]] = cases.filter(([name]) => name === "exp2");
    const finding = await checkOperation(added);
    expect(finding.withoutGradient).toBeNull();
    expect(wrongIn(finding)).toEqual([]);
  });

  it.each(["float32", "float64"] as const)(
    "is on the cpu within 4 units in the last place of %s, over the whole range",
    async (dtype) => {
      const { exp2 } = await moduleOfCopy<{ exp2: typeof import("./index.ts").exp }>("ops/transcendental.ts");
      const { tensor } = await moduleOfCopy<typeof import("./tensor.ts")>("tensor.ts");
      const range = dtype === "float32" ? 160 : 1100;
      const regular = Array.from({ length: 4000 }, (_, index) => ((index - 2000) / 2000) * range);
      const special = [0, -0, 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      const x = tensor([...regular, ...special], undefined, dtype);
      const expected = x.dataSync().map((value) => 2 ** value);
      const wrong = firstDifference(
        exp2(x).dataSync(),
        expected,
        (index) => 4 * ulpOf(dtype, expected[index]),
      );
      expect(wrong).toBeNull();
    },
  );
});
