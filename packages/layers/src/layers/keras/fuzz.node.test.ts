import { testKerasLayers } from "../../testing/keras-layer-case.node.ts";

testKerasLayers("fuzz");
