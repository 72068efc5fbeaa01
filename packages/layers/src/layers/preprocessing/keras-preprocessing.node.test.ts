import { describe, it } from "vitest";
import { readKerasCases } from "../../testing/keras-cases.node.ts";
import { runLayerCase } from "../../testing/keras-layer-case.node.ts";
import { layerRegistry } from "../registry.ts";

const cases = ["layers/preprocessing", "layers/lookup_text"]
  .flatMap(readKerasCases)
  .filter(({ class_name }) => layerRegistry.find(String(class_name)) !== undefined);

describe("layers compute as in Keras: preprocessing", () => {
  it.each(cases.map((test) => [test.id, test] as const))("%s", (_, test) => runLayerCase(test));
});
