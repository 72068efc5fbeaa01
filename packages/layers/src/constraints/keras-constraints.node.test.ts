import { expect } from "vitest";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import { expectAsInKeras, isTensorCase, readKerasCases, tensorOf } from "../testing/keras-cases.node.ts";
import { testKerasCases } from "../testing/keras-suite.node.ts";
import { Constraint } from "./constraint.ts";

testKerasCases("constraints", readKerasCases("constraints"), (test) => {
  const constraint = fromKerasConfig(test.config ?? null);
  if (!(constraint instanceof Constraint) || !isTensorCase(test.input) || !isTensorCase(test.output)) {
    throw new Error("the case is not one of a constraint");
  }
  expectAsInKeras("output", constraint.apply(tensorOf(test.input)), test.output);
  expect(toKerasConfig(constraint)).toEqual(test.config);
});
