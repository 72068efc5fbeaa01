// Sizes of the smallest programs, bundled for a page: what it loads at once, minified and compressed. A program that grows beyond its
// budget fails; one that has become smaller gets a smaller budget.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

const programs = {
  core: {
    budget: 112_000,
    source: `
      import { add, tensor } from "@strata/core";
      console.log(add(tensor([1, 2]), 3).arraySync());`,
  },
  layers: {
    budget: 191_000,
    source: `
      import { Dense, Sequential } from "@strata/layers";
      const model = new Sequential([new Dense(8, { activation: "relu", inputShape: [2] }), new Dense(1)]);
      model.compile({ loss: "mse", optimizer: "adam", metrics: ["mae"] });
      model.fit([[1, 2]], [[3]], { epochs: 2, verbose: 0 });`,
  },
};

export async function checkSizes() {
  const rows = {};
  const grown = [];
  for (const [name, { source, budget }] of Object.entries(programs)) {
    const { loaded, later } = await sizesOf(source);
    rows[name] = { "bytes loaded at once": loaded, budget, "bytes loaded when asked for": later };
    if (loaded > budget) grown.push(name);
  }
  console.table(rows);
  assert.deepEqual(grown, [], "programs that are larger than their budget");
}

async function sizesOf(source) {
  const name = import.meta.filename;
  const program = {
    name: "program",
    resolveId: (id) => (id === "program.js" ? name : null),
    load: (id) => (id === name ? source : null),
  };
  const bundle = await rolldown({
    input: "program.js",
    platform: "browser",
    plugins: [program],
  });
  const { output } = await bundle.generate({ minify: true });
  const chunks = new Map(
    output.filter(({ type }) => type === "chunk").map((chunk) => [chunk.fileName, chunk]),
  );
  const atOnce = new Set();
  const visit = (chunk) => {
    if (chunk === undefined || atOnce.has(chunk)) return;
    atOnce.add(chunk);
    for (const file of chunk.imports) visit(chunks.get(file));
  };
  for (const chunk of chunks.values()) if (chunk.isEntry) visit(chunk);
  const sizeOf = (list) => list.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
  const later = [...chunks.values()].filter((chunk) => !atOnce.has(chunk));
  return { loaded: sizeOf([...atOnce]), later: sizeOf(later) };
}
