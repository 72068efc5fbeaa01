import { gradients, sum } from "@strata/core";
import { expect } from "vitest";
import { Activation } from "../layers/core/activation.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import { isPlainObject } from "../schema/configurable.ts";
import { expectAsInKeras, isTensorCase, readKerasCases, tensorOf } from "../testing/keras-cases.node.ts";
import { testKerasCases } from "../testing/keras-suite.node.ts";
import { toSnakeCase } from "../utilities/names.ts";
import * as activations from "./functions.ts";
import { activationRegistry } from "./registry.ts";

/** The parameters after x, in order. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  relu: ["negative_slope", "max_value", "threshold"],
  threshold: ["threshold", "default_value"],
};
const defaults: Readonly<Record<string, unknown>> = { negative_slope: 0, max_value: null, threshold: 0 };

testKerasCases("activations", readKerasCases("activations"), (test) => {
  const entry = Object.entries(activations).find(([name]) => toSnakeCase(name) === test.name);
  const { kwargs, input, output, cotangent, grad_input, serialized } = test;
  if (!entry || !isPlainObject(kwargs) || !isTensorCase(input) || !isTensorCase(output))
    throw new Error("no such activation");
  const [name, f] = entry;
  const names = parameters[name] ?? Object.keys(kwargs);
  const given = Object.keys(kwargs).length === 0 ? [] : names.map((each) => kwargs[each] ?? defaults[each]);
  const x = tensorOf(input);
  const y = Reflect.apply(f, null, [x, ...given]);
  expectAsInKeras("output", y, output);
  if (isTensorCase(cotangent) && isTensorCase(grad_input)) {
    const [gradient] = gradients(sum(y.mul(tensorOf(cotangent))), [x]);
    expectAsInKeras("grad_input", gradient, grad_input);
  }
  if (name !== "threshold") {
    const config = toKerasConfig(new Activation(activationRegistry.resolve("the case", String(test.name))));
    expect(isPlainObject(config) && isPlainObject(config.config) && config.config.activation).toBe(
      serialized,
    );
  }
});
