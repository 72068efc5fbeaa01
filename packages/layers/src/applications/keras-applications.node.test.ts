/** The architectures, layer by layer, against those that Keras built, and the guide's table of them. */
import { readFileSync } from "node:fs";
import { zeros } from "@strata/core";
import { sizeOf } from "@strata/core/internal";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { VarianceScaling } from "../initializers/variance-scaling.ts";
import { AnyLayer } from "../layer/any-layer.ts";
import { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import {
  expectAsInKeras,
  isTensorCase,
  type KerasCase,
  readKerasCases,
  readKerasFile,
  tensorOf,
} from "../testing/keras-cases.node.ts";
import { classNameOf, clearSession, toCamelCase } from "../utilities/names.ts";
import * as applications from "./index.ts";
import { architectures, tableRow } from "./testing/architectures.ts";

const cases = new Map<string, KerasCase>(readKerasCases("applications").map((test) => [test.id, test]));
const guide = readFileSync(new URL("../../../../docs/guide/applications.md", import.meta.url), "utf8");

describe("architectures have the layers of Keras's, with their names, shapes and parameters", () => {
  const rows: string[] = [];
  beforeAll(forgetWeights);
  afterAll(() => {
    vi.restoreAllMocks();
    clearSession();
    console.log(`${rows.join("\n")}\n${cases.size} of ${rows.length} compared with Keras, layer by layer`);
  });

  it.each(Object.entries(architectures))("%s", (name, build) => {
    clearSession();
    const model = build({ classes: 10 });
    const row = tableRow(name, model, 10);
    rows.push(row);
    expect(guide).toContain(row);
    const test = cases.get(name);
    if (test === undefined) return;
    expect(layersOf(model)).toEqual(test.layers);
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
  });

  it("every case of Keras's is one of them", () => {
    expect([...cases.keys()].filter((name) => !(name in architectures))).toEqual([]);
  });
});

it("images are preprocessed as by each of Keras's modules", () => {
  const byName: Readonly<Record<string, unknown>> = applications;
  const tests = readKerasFile("applications").preprocess_input;
  for (const { module, mode, input, output } of tests) {
    if (!isTensorCase(input) || !isTensorCase(output)) throw new Error(`${module}: it is no case of tensors`);
    const images = tensorOf(input);
    const family = byName[toCamelCase(String(module).replace(/(resnet|vgg)\d+$/, "$1"))];
    const found =
      module === "imagenet_utils"
        ? applications.preprocessInput(images, modeOf(mode))
        : isFamily(family) && family.preprocessInput(images);
    expectAsInKeras(`${module} ${mode}`, found, output);
  }
  expect(tests).toHaveLength(20);
});

function modeOf(mode: unknown): applications.PreprocessMode {
  return mode === "tf" || mode === "torch" ? mode : "caffe";
}

function isFamily(value: unknown): value is applications.Family {
  return typeof value === "object" && value !== null && "preprocessInput" in value;
}

function layersOf(model: applications.ImageModel) {
  return model.layers.map((layer) => [
    layer.registeredName ?? classNameOf(layer),
    layer.name,
    layer.output.shape,
    layer.countParams(),
  ]);
}

/** Layers keep the types of their weights and not the values, of which some architectures have more than a gigabyte. */
function forgetWeights(): void {
  vi.spyOn(VarianceScaling.prototype, "apply").mockImplementation((shape, dtype) => zeros(shape, dtype));
  const apply = AnyLayer.prototype.apply;
  vi.spyOn(AnyLayer.prototype, "apply").mockImplementation(function (this: AnyLayer, ...given) {
    const result = apply.apply(this, given);
    if (result instanceof SymbolicTensor) for (const weight of this.weights) weight.dispose();
    return result;
  });
}
