import { gradients } from "@strata/core";
import { expect } from "vitest";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import { expectAsInKeras, isTensorCase, readKerasCases, tensorOf } from "../testing/keras-cases.node.ts";
import { testKerasCases } from "../testing/keras-suite.node.ts";
import { Regularizer } from "./regularizer.ts";

testKerasCases("regularizers", readKerasCases("regularizers"), (test) => {
  const regularizer = fromKerasConfig(test.config ?? null);
  if (!(regularizer instanceof Regularizer) || !isTensorCase(test.input) || !isTensorCase(test.grad)) {
    throw new Error("the case is not one of a regularizer");
  }
  const x = tensorOf(test.input);
  const penalty = regularizer.apply(x);
  expectAsInKeras("value", penalty, { shape: [], dtype: "float32", data: [Number(test.value)] });
  expectAsInKeras("grad", gradients(penalty, [x])[0], test.grad);
  expect(toKerasConfig(regularizer)).toEqual(test.config);
});
