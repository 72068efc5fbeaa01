import { expect, it } from "vitest";
import { readKerasCases } from "./testing/keras-cases.node.ts";
import { excuses } from "./testing/keras-suite.node.ts";

const files = [
  ...["attention", "conv_pool", "core", "fuzz", "lookup_text", "normalization", "preprocessing", "rnn"].map(
    (name) => `layers/${name}`,
  ),
  ...["losses", "metrics", "activations", "regularizers", "constraints", "initializers"],
  ...["models", "dtype_policies", "errors", "utils"],
];

it("fewer than one of Keras's cases in a hundred is excused, and each exists", () => {
  const ids = files.flatMap((file) => readKerasCases(file).map(({ id }) => `${file} ${id}`));
  const excused = Object.entries(excuses).flatMap(([file, each]) =>
    Object.keys(each).map((id) => `${file} ${id}`),
  );
  expect(excused.filter((each) => !ids.includes(each))).toEqual([]);
  expect(excused.length).toBeLessThan(ids.length / 100);
});
