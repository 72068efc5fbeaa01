import type { Tensor } from "@strata/core";
import { registerKerasSerializable } from "../../saving/known-classes.ts";
import { testKerasLayers } from "../../testing/keras-layer-case.node.ts";

/** The function that a case of Lambda names. */
function times2(x: Tensor): Tensor {
  return x.mul(2);
}
registerKerasSerializable(times2, { package: "oracle" });

testKerasLayers("core");
