import { testKerasLayers } from "../../testing/keras-layer-case.node.ts";

testKerasLayers("conv_pool");
