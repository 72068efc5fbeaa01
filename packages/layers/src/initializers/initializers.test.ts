import { setSeed, type Tensor } from "@strata/core";
import { beforeEach, describe, expect, it } from "vitest";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import { expectClose } from "../testing/close.ts";
import * as initializers from "./index.ts";

beforeEach(() => setSeed(11));

function deviationOf(values: Tensor): number {
  const mean = values.mean().item();
  return Math.sqrt(values.sub(mean).square().mean().item());
}

describe("initializers", () => {
  it("give the identity matrix of Keras's constant_initializers_test.py", () => {
    expectClose(new initializers.Identity({ gain: 2 }).apply([3, 3]), [
      [2, 0, 0],
      [0, 2, 0],
      [0, 0, 2],
    ]);
  });

  // Keras 3.16, keras/src/initializers/random_initializers_test.py, test_variance_scaling.
  it.each([
    ["fanIn", 0.282842712474619],
    ["fan_out", 0.31622776601683794],
  ] as const)("scale the variance by %s", (mode, deviation) => {
    const values = new initializers.VarianceScaling({ scale: 2, mode }).apply([25, 20]);
    expect(Math.abs(deviationOf(values) - deviation)).toBeLessThan(0.05);
    expect(values.abs().max().item()).toBeLessThan((2 * deviation) / 0.87962566103423978);
  });

  it.each([
    ["glorotUniform", Math.sqrt(6 / 300)],
    ["heUniform", Math.sqrt(6 / 200)],
    ["lecun_uniform", Math.sqrt(3 / 200)],
  ] as const)("%s fills its interval", (name, limit) => {
    const values = initializers.getInitializer(name).apply([200, 100]);
    const largest = values.abs().max().item();
    expect(largest).toBeLessThanOrEqual(limit);
    expect(largest).toBeGreaterThan(0.99 * limit);
  });

  it.each([
    ["glorot_normal", Math.sqrt(2 / 300)],
    ["heNormal", Math.sqrt(2 / 200)],
    ["lecunNormal", Math.sqrt(1 / 200)],
    ["randomNormal", 0.05],
  ] as const)("%s has its standard deviation", (name, deviation) => {
    const values = initializers.getInitializer(name).apply([200, 100]);
    expectClose(deviationOf(values) / deviation, 1, { absolute: 0.03 });
  });

  it("with a seed draw the same each time, without one go on", () => {
    const seeded = new initializers.GlorotUniform({ seed: 4 });
    expect(seeded.apply([3]).arraySync()).toEqual(seeded.apply([3]).arraySync());
    const going = new initializers.GlorotUniform();
    expect(going.apply([3]).arraySync()).not.toEqual(going.apply([3]).arraySync());
  });

  it("can be made again from plain data", () => {
    const names = [
      "constant",
      "glorotNormal",
      "identity",
      "randomUniform",
      "truncatedNormal",
      "zeros",
    ] as const;
    for (const name of names) {
      const config = toKerasConfig(initializers.getInitializer(name));
      expect(toKerasConfig(fromKerasConfig(config))).toEqual(config);
    }
  });

  it("list the known names for an unknown one", () => {
    // @ts-expect-error the name is not in the union
    expect(() => initializers.getInitializer("xavier")).toThrow(
      /"xavier" is an unknown initializer.*accepted are .*"glorotUniform"/,
    );
  });
});
