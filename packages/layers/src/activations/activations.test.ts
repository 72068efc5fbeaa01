import * as core from "@strata/core";
import { describe, expect, it } from "vitest";
import { expectClose } from "../testing/close.ts";
import { type ActivationName, activationRegistry, getActivation } from "./registry.ts";

describe("activations have the numbers of their sources", () => {
  it.each<[ActivationName, number[], number[]]>([
    // Keras 2.15, backend.hard_sigmoid: 0.2·x + 0.5.
    ["legacy_hard_sigmoid", [-4, -1, 0, 1, 4], [0, 0.3, 0.5, 0.7, 1]],
    // scipy.stats.norm.cdf.
    ["gelu", [-1, 0, 1, 2], [-0.15865525, 0, 0.84134475, 1.95449974]],
  ])("%s", (name, input, expected) => {
    expectClose(getActivation(name)(core.tensor(input)), expected);
  });
});

/** Functions of Keras's that differ from core's of the same name, and how. */
const others: Readonly<Record<string, string>> = {
  relu: "takes a slope, a largest value and a threshold",
  gelu: "takes whether it is approximate by position",
  sparsemax: "sums all running sums of the support, as Keras 3.16 does",
};

describe("activations that core has are core's", () => {
  const shared = Object.entries(activationRegistry.entries).filter(([name]) => name in core);

  it("and no others of the same name, but for those that Keras has otherwise", () => {
    expect(shared.length).toBeGreaterThan(12);
    const own = shared.filter(([name, f]) => Reflect.get(core, name) !== f).map(([name]) => name);
    expect(own.toSorted()).toEqual(Object.keys(others).toSorted());
  });

  it("so that gelu(−6) is core's −5.9e-9, and no −0", () => {
    const [value] = getActivation("gelu")(core.tensor([-6])).dataSync();
    expect(value).toBe(core.gelu(core.tensor([-6])).dataSync()[0]);
    expect(value / -5.9195e-9).toBeCloseTo(1, 3);
  });
});
