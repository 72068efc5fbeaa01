import { gradients, type NestedArray, squaredDifference, sum, Tensor, tensor } from "@strata/core";
import { describe, expect, it } from "vitest";
import { setMask } from "../layer/masks.ts";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import { isPlainObject } from "../schema/configurable.ts";
import type { Json } from "../schema/option.ts";
import { expectClose } from "../testing/close.ts";
import {
  expectAsInKeras,
  isTensorCase,
  type KerasCase,
  readGoldenCases,
  readKerasCases,
  readKerasFunctions,
  type TensorCase,
  tensorOf,
} from "../testing/keras-cases.node.ts";
import { toCamelCase } from "../utilities/names.ts";
import * as functions from "./functions.ts";
import { Loss } from "./loss.ts";

function given(test: KerasCase, name: string): TensorCase {
  const found = test[name];
  if (isTensorCase(found)) return found;
  throw new Error(`${test.id} has no tensor ${name}`);
}

function lossOf({ config = null }: KerasCase): Loss {
  const loss = fromKerasConfig(config);
  if (loss instanceof Loss) return loss;
  throw new Error("the configuration is not that of a loss");
}

describe("losses are Keras's own", () => {
  it.each(readKerasCases("losses").map((test) => [test.id, test] as const))("%s", (_, test) => {
    const loss = lossOf(test);
    expect(toKerasConfig(loss)).toEqual(test.config);
    const yTrue = tensorOf(given(test, "y_true"));
    const yPred = tensorOf(given(test, "y_pred"));
    const weight = isTensorCase(test.sample_weight) ? tensorOf(test.sample_weight) : null;
    if (isTensorCase(test.mask)) setMask(yPred, tensorOf(test.mask));
    const value = loss.apply(yTrue, yPred, weight);
    expectAsInKeras("loss", value, given(test, "loss"));
    expectAsInKeras("unreduced", loss.call(yTrue.cast("float32"), yPred), given(test, "unreduced_call"));
    const [gradient] = gradients(sum(value), [yPred]);
    expectAsInKeras("gradient", gradient, given(test, "grad_y_pred_of_sum"));
  });

  it.each(readKerasFunctions("losses").map((test) => [test.id, test] as const))("%s", (_, test) => {
    const f: unknown = new Map(Object.entries(functions)).get(nameOf(test));
    if (typeof f !== "function") throw new Error(`there is no function ${nameOf(test)}`);
    const values: unknown = f(tensorOf(given(test, "y_true")), tensorOf(given(test, "y_pred")));
    expect(values).toBeInstanceOf(Tensor);
    expectAsInKeras("values", values, given(test, "values"));
  });
});

describe("losses give the numbers of Keras's own tests", () => {
  it.each(readGoldenCases("loss"))("%s", (_, { cls, config, inputs, expected, tol }) => {
    const loss = lossOf({ id: cls, config: { module: "keras.losses", class_name: cls, config } });
    const { y_true, y_pred, sample_weight } = arraysOf(inputs);
    const value = loss.apply(y_true, y_pred, sample_weight);
    expectClose(value, expected, { absolute: tol.atol, relative: tol.rtol });
  });

  it.each(readGoldenCases("loss_mask"))("%s", (_, { inputs, expected, tol }) => {
    class ElementwiseSquaredError extends Loss {
      override call(yTrue: Tensor, yPred: Tensor): Tensor {
        return squaredDifference(yTrue, yPred);
      }
    }
    const { y_true, y_pred, mask, sample_weight } = arraysOf(inputs);
    const prediction = tensor(y_pred);
    setMask(prediction, tensor(mask).cast("bool"));
    const value = new ElementwiseSquaredError().apply(y_true, prediction, sample_weight);
    expectClose(value, expected, { absolute: tol.atol, relative: tol.rtol });
  });
});

function arraysOf(inputs: Json | undefined): Record<string, NestedArray> {
  if (!isPlainObject(inputs)) throw new Error("the case has no inputs");
  return JSON.parse(JSON.stringify(inputs));
}

function nameOf(test: KerasCase): string {
  return toCamelCase(String(test.function));
}
