import { gradients, sum, Tensor } from "@strata/core";
import { expect } from "vitest";
import { setMask } from "../layer/masks.ts";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import {
  expectAsInKeras,
  isTensorCase,
  type KerasCase,
  readKerasCases,
  readKerasFunctions,
  type TensorCase,
  tensorOf,
} from "../testing/keras-cases.node.ts";
import { testKerasCases } from "../testing/keras-suite.node.ts";
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

testKerasCases("losses", readKerasCases("losses"), (test) => {
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

testKerasCases("losses: functions", readKerasFunctions("losses"), (test) => {
  const f: unknown = new Map(Object.entries(functions)).get(nameOf(test));
  if (typeof f !== "function") throw new Error(`there is no function ${nameOf(test)}`);
  const values: unknown = f(tensorOf(given(test, "y_true")), tensorOf(given(test, "y_pred")));
  expect(values).toBeInstanceOf(Tensor);
  expectAsInKeras("values", values, given(test, "values"));
});

function nameOf(test: KerasCase): string {
  return toCamelCase(String(test.function));
}
