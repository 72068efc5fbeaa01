/** The architectures, layer by layer, against those that Keras built. */
import { sizeOf } from "@strata/core/internal";
import { afterAll, describe, expect, it } from "vitest";
import { readKerasCases } from "../testing/keras-cases.node.ts";
import { clearSession } from "../utilities/names.ts";
import * as applications from "./index.ts";

type Build = (options: applications.ArchitectureOptions) => applications.ImageModel;

const builders = new Map<string, Build>(
  Object.entries(applications).flatMap(([name, value]) =>
    typeof value === "function" ? [[name, value]] : [],
  ),
);

describe("architectures have the layers of Keras's, with their names, shapes and parameters", () => {
  const rows: string[] = [];
  for (const test of readKerasCases("applications").filter(({ id }) => builders.has(id))) {
    it(test.id, () => {
      clearSession();
      const build = builders.get(test.id);
      if (build === undefined) throw new Error(`there is no ${test.id}`);
      const model = build({ classes: 10 });
      expect(rowsOf(model)).toEqual(test.layers);
      expect({
        input: model.inputShape,
        output: model.outputShape,
        parameters: model.countParams(),
        trainable: model.trainableWeights.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
        weights: model.weights.length,
      }).toEqual({
        input: test.input_shape,
        output: test.output_shape,
        parameters: test.count_params,
        trainable: test.trainable_params,
        weights: test.num_weights,
      });
      rows.push(
        `${test.id.padEnd(20)} ${String(model.layers.length).padStart(5)} layers ${model.countParams().toLocaleString("en-US").padStart(12)} parameters`,
      );
      for (const weight of model.weights) weight.dispose();
    });
  }
  afterAll(() => console.log(rows.join("\n")));
});

function rowsOf(model: applications.ImageModel) {
  return model.summaryEntries.map(({ type, name, shapes, layer }) => [
    type,
    name,
    shapes,
    layer?.countParams() ?? 0,
  ]);
}
