/** The architectures, layer by layer, against those that Keras built. */
import { sizeOf } from "@strata/core/internal";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { AnyLayer } from "../layer/any-layer.ts";
import { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { readKerasCases } from "../testing/keras-cases.node.ts";
import { classNameOf, clearSession } from "../utilities/names.ts";
import * as applications from "./index.ts";

type Build = (options: applications.ArchitectureOptions) => applications.ImageModel;

const builders = new Map<string, Build>(
  Object.entries(applications).flatMap(([name, value]) =>
    typeof value === "function" ? [[name, value]] : [],
  ),
);

describe("architectures have the layers of Keras's, with their names, shapes and parameters", () => {
  const rows: string[] = [];
  beforeAll(forgetWeights);
  afterAll(() => {
    vi.restoreAllMocks();
    clearSession();
    console.log(rows.join("\n"));
  });
  for (const test of readKerasCases("applications")) {
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
    });
  }
});

/** Layers keep the types of their weights and not the values, of which some architectures have more than a gigabyte. */
function forgetWeights(): void {
  const apply = AnyLayer.prototype.apply;
  vi.spyOn(AnyLayer.prototype, "apply").mockImplementation(function (this: AnyLayer, ...given) {
    const result = apply.apply(this, given);
    if (result instanceof SymbolicTensor) for (const weight of this.weights) weight.dispose();
    return result;
  });
}

function rowsOf(model: applications.ImageModel) {
  return model.layers.map((layer) => [
    layer.registeredName ?? classNameOf(layer),
    layer.name,
    layer.output.shape,
    layer.countParams(),
  ]);
}
