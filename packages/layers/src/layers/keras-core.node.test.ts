import { describe, it } from "vitest";
import { readKerasCases } from "../testing/keras-cases.node.ts";
import { runLayerCase } from "../testing/keras-layer-case.node.ts";

const classes = ["Activation", "Dense", "Dropout", "Flatten"];

describe("layers compute as in Keras: core", () => {
  const cases = readKerasCases("layers/core").filter(({ class_name }) =>
    classes.includes(String(class_name)),
  );
  it.each(cases.map((test) => [test.id, test] as const))("%s", (_, test) => runLayerCase(test));
});
