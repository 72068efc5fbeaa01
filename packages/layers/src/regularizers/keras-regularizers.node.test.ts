import { gradients } from "@strata/core";
import { describe, expect, it } from "vitest";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import { expectAsInKeras, isTensorCase, readKerasCases, tensorOf } from "../testing/keras-cases.node.ts";
import { Regularizer } from "./regularizer.ts";

describe("regularizers compute as in Keras", () => {
  it.each(readKerasCases("regularizers").map((test) => [test.id, test] as const))("%s", (_, test) => {
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
});
