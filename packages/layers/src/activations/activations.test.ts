import { tensor } from "@strata/core";
import { describe, it } from "vitest";
import { expectClose } from "../testing/close.ts";
import { type ActivationName, getActivation } from "./registry.ts";

describe("activations give the numbers of Keras's own tests", () => {
  // Keras 3.16, keras/src/ops/nn_test.py, NNOpsCorrectnessTest; gelu from scipy.stats.norm.cdf.
  it.each<[ActivationName, number[], number[]]>([
    ["silu", [-1, 0, 1, 2, 3], [-0.26894143, 0, 0.7310586, 1.7615942, 2.8577223]],
    ["hard_sigmoid", [-1, 0, 1, 2, 3], [0.33333334, 0.5, 0.6666667, 0.8333334, 1]],
    // Keras 2.15, backend.hard_sigmoid: 0.2·x + 0.5.
    ["legacy_hard_sigmoid", [-4, -1, 0, 1, 4], [0, 0.3, 0.5, 0.7, 1]],
    ["celu", [-1, 0, 1, 2, 3], [-0.63212055, 0, 1, 2, 3]],
    ["softsign", [-1, 0, 1, 2, 3], [-0.5, 0, 0.5, 0.6666667, 0.75]],
    ["gelu", [-1, 0, 1, 2], [-0.15865525, 0, 0.84134475, 1.95449974]],
  ])("%s", (name, input, expected) => {
    expectClose(getActivation(name)(tensor(input)), expected);
  });
});
