import { describe, it } from "vitest";
import { readKerasCases } from "../../testing/keras-cases.node.ts";
import { runLayerCase } from "../../testing/keras-layer-case.node.ts";

describe("layers compute as in Keras: attention", () => {
  const cases = ["layers/attention", "layers/fuzz"]
    .flatMap(readKerasCases)
    .filter(({ class_name: name }) => /Attention$/.test(String(name)));
  it.each(cases.map((test) => [test.id, test] as const))("%s", (_, test) => runLayerCase(test));
});
