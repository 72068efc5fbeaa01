import { expect } from "vitest";
import type { AnyLayer } from "../layer/any-layer.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import { expectStructureAsInKeras, readKerasCases, structureOf } from "../testing/keras-cases.node.ts";
import { checkGradients } from "../testing/keras-layer-case.node.ts";
import { restoreModel } from "../testing/keras-models.node.ts";
import { testKerasCases } from "../testing/keras-suite.node.ts";

testKerasCases("models", readKerasCases("models"), (test) => {
  const model = restoreModel(test.model, test.weights);
  expect(toKerasConfig(model)).toEqual(test.model);
  expect({
    names: model.layers.map(({ name }) => name),
    inputShape: model.inputShape,
    outputShape: model.outputShape,
    parameters: model.countParams(),
  }).toEqual({
    names: test.layer_names,
    inputShape: test.input_shape,
    outputShape: test.output_shape,
    parameters: test.count_params,
  });
  if (test.output_names !== null) expect(model.outputNames).toEqual(test.output_names);
  const inputs = structureOf(test.inputs);
  const layer: AnyLayer = model;
  const outputs = layer.apply(inputs, { training: false });
  expectStructureAsInKeras("outputs", outputs, test.outputs);
  checkGradients(model, inputs, {}, outputs, test, "inference", { absolute: 1e-5, relative: 1e-4 });
});
