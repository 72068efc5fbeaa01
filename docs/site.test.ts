/** The parts of the site that need no site: its order, its headings, its search. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { categoryOf } from "./site/categories.ts";
import { guides, guideWords, slugOf } from "./site/guides.ts";
import { runsInPages } from "./site/modules.ts";
import { entriesByRelevance, type SearchEntry, searchIndexOf, stemOf, wordsOf } from "./site/search.ts";

const slugs = guides.flatMap(({ pages }) => pages);

test("each guide has a place in the order of the menu", () => {
  const files = readdirSync(new URL("guide", import.meta.url)).filter((name) => name.endsWith(".md"));
  expect([...slugs].sort()).toEqual(files.map((name) => name.replace(/\.md$/, "")).sort());
  expect(Object.keys(guideWords).filter((slug) => !slugs.includes(slug))).toEqual([]);
});

test("the address of a guide is the name of its file, whatever its title", () => {
  expect(slugOf("Getting started")).toBe("getting-started");
  expect(slugOf("pictures")).toBe("pictures");
});

test("a name stands under the heading of its file, unless the table names it", () => {
  const core = "/strata/packages/core/src";
  expect(categoryOf(`${core}/ops/contractions.ts`, "matmul")).toBe("Matrix products");
  expect(categoryOf(`${core}/optimizers/schedules.ts`, "ExponentialDecay")).toBe("Learning-rate schedules");
  expect(categoryOf(`${core}/ops/arithmetic.ts`, "where")).toBe("Logic and comparison");
  expect(categoryOf("/strata/packages/layers/src/layers/preprocessing/images/aug-mix.ts", "AugMix")).toBe(
    "Image preprocessing layers",
  );
  expect(categoryOf("/strata/packages/layers/src/nowhere.ts", "x")).toBe(null);
});

test.each(["core/src", "layers/src", "layers/src/applications"])(
  "what the index of %s exports has a heading",
  (folder) => {
    const index = new URL(`../packages/${folder}/index.ts`, import.meta.url);
    const paths = [...readFileSync(index, "utf8").matchAll(/ from "(\..*\.ts)"/g)].map(([, path]) => path);
    expect(paths.length).toBeGreaterThan(0);
    const named = paths.filter(
      (path) => !readFileSync(new URL(path, index), "utf8").includes("\nexport {};"),
    );
    expect(named.filter((path) => categoryOf(new URL(path, index).pathname, "") === null)).toEqual([]);
  },
);

test("words of a name are found, in any form", () => {
  expect(wordsOf("BatchNormalization")).toEqual(["BatchNormalization", "Batch", "Normalization"]);
  expect(["saving", "save", "saved", "saves"].map(stemOf)).toEqual(["sav", "sav", "sav", "sav"]);
  expect(stemOf("the")).toBe(null);
});

test("an entry with all words stands before those with some, and a name before a text", () => {
  const entry = (title: string, text: string): SearchEntry => ({
    title,
    text,
    url: title,
    where: "",
    names: "",
    weight: 1,
  });
  const entries = [
    entry("dot", "a product"),
    entry("matmul", "the product of matrices"),
    entry("product", ""),
  ];
  const index = searchIndexOf(entries);
  expect(entriesByRelevance(index, entries, "matrices product").map(({ title }) => title)).toEqual([
    "matmul",
  ]);
  expect(entriesByRelevance(index, entries, "product")[0].title).toBe("product");
});

test("a page runs what imports the packages alone", () => {
  expect(runsInPages('import { add } from "@strata/core";\nadd(1, 2);')).toBe(true);
  expect(runsInPages('import { readFile } from "node:fs/promises";')).toBe(false);
  expect(runsInPages('import "@strata/core/methods";')).toBe(true);
});
