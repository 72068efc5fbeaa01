import { testKerasLayers } from "../../testing/keras-layer-suite.node.ts";

testKerasLayers("rnn");
