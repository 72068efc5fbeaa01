import type { Tensor } from "@strata/core";
import { describe, it } from "vitest";
import { registerKerasSerializable } from "../saving/known-classes.ts";
import { readKerasCases } from "../testing/keras-cases.node.ts";
import { runLayerCase } from "../testing/keras-layer-case.node.ts";

/** The function that a case of Lambda names. */
function times2(x: Tensor): Tensor {
  return x.mul(2);
}
registerKerasSerializable(times2, { package: "oracle" });

const fuzzed = [
  "Add",
  "Average",
  "Dense",
  "EinsumDense",
  "Embedding",
  "Maximum",
  "Minimum",
  "Multiply",
  "UpSampling2D",
];

describe("layers compute as in Keras: core", () => {
  const drawn = readKerasCases("layers/fuzz").filter(({ class_name }) => fuzzed.includes(String(class_name)));
  it.each([...readKerasCases("layers/core"), ...drawn].map((test) => [test.id, test] as const))(
    "%s",
    (_, test) => runLayerCase(test),
  );
});
