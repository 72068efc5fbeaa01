import { describe, it } from "vitest";
import { readKerasCases } from "../../testing/keras-cases.node.ts";
import { runLayerCase } from "../../testing/keras-layer-case.node.ts";

describe("layers compute as in Keras: convolution and pooling", () => {
  const drawn = readKerasCases("layers/fuzz").filter(({ class_name }) =>
    /^(Depthwise|Separable)?Conv\dD|Pooling/.test(String(class_name)),
  );
  it.each([...readKerasCases("layers/conv_pool"), ...drawn].map((test) => [test.id, test] as const))(
    "%s",
    (_, test) => runLayerCase(test),
  );
});
