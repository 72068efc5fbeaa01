import { expect, it } from "vitest";
import { readKerasCases } from "../../testing/keras-cases.node.ts";
import { excuses } from "../../testing/keras-layer-suite.node.ts";

const files = [
  "attention",
  "conv_pool",
  "core",
  "fuzz",
  "lookup_text",
  "normalization",
  "preprocessing",
  "rnn",
];

it("fewer than one case in a hundred is excused, and each exists", () => {
  const ids = files.flatMap((file) => readKerasCases(`layers/${file}`).map(({ id }) => id));
  const excused = Object.values(excuses).flatMap((each) => Object.keys(each));
  expect(excused.filter((id) => !ids.includes(id))).toEqual([]);
  expect(excused.length).toBeLessThan(ids.length / 100);
});
