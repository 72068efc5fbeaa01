import { describe, it } from "vitest";
import { readKerasCases } from "../../testing/keras-cases.node.ts";
import { runLayerCase } from "../../testing/keras-layer-case.node.ts";

const cases = ["layers/preprocessing", "layers/lookup_text"]
  .flatMap(readKerasCases)
  .filter(({ class_name }) => class_name !== "Normalization");

describe("layers compute as in Keras: preprocessing", () => {
  it.each(cases.map((test) => [test.id, test] as const))("%s", (_, test) => runLayerCase(test));
});
