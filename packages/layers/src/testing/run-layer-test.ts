import { gradients, type Shape, type Tensor, tensor, type Variable } from "@strata/core";
import { expect } from "vitest";
import type { Layer, LayerOptions } from "../layer.ts";
import { InputLayer } from "../layers/input-layer.ts";
import { Sequential } from "../models/sequential.ts";
import { SymbolicTensor } from "../symbolic-tensor.ts";

/** A layer whose configuration makes it again. */
export type ConfigurableLayer<Config> = { getConfig(): Config } & Layer;

/** What a battery of tests needs to know of a layer. */
export interface LayerTest<Config> {
  /** Its class. */
  readonly layer: new (
    config: Config,
  ) => ConfigurableLayer<Config>;
  /** Its options; a name and a dtype are added. */
  readonly config: Config;
  /** The shape of a batch to try it with. */
  readonly inputShape: Shape;
  /** The shape of the result. */
  readonly outputShape: Shape;
  /** The number of weights that training changes. Default: 0. */
  readonly trainableWeights?: number;
  /** The number of the others. Default: 0. */
  readonly nonTrainableWeights?: number;
}

const step = 1e-5;

/** Shape inference, output, gradients against finite differences, config round trip, and a step of training. */
export async function runLayerTest<Config extends LayerOptions>(test: LayerTest<Config>): Promise<void> {
  const layer = new test.layer({ ...test.config, dtype: "float64" });
  const input = waves(test.inputShape);
  checkShapes(test, layer, input);
  checkGradients(layer, input);
  checkConfig(test, layer, input);
  await checkTraining(test);
}

function checkShapes<Config>(test: LayerTest<Config>, layer: Layer, input: Tensor): void {
  const symbolic = [null, ...test.inputShape.slice(1)];
  const inferred = layer.apply(
    new SymbolicTensor(symbolic, "float64", new InputLayer({ shape: symbolic.slice(1) })),
  );
  expect(inferred.shape).toEqual([null, ...test.outputShape.slice(1)]);
  const output = layer.apply(input);
  expect(output.shape).toEqual(test.outputShape);
  expect(output.dtype).toBe("float64");
  expect(layer.trainableWeights).toHaveLength(test.trainableWeights ?? 0);
  expect(layer.nonTrainableWeights).toHaveLength(test.nonTrainableWeights ?? 0);
}

/** Compares the gradients of a weighted sum of the outputs with central differences, to 1e-6 relative. */
function checkGradients(layer: Layer, input: Tensor): void {
  const weightedSum = (x: Tensor): Tensor => {
    const output = layer.apply(x);
    return output.mul(waves(output.shape, 1.7)).sum();
  };
  const compare = (
    found: Tensor,
    values: ArrayLike<number>,
    evaluateAt: (changed: Float64Array) => number,
  ): void => {
    const gradient = found.dataSync();
    for (let index = 0; index < values.length; index++) {
      const [high, low] = [step, -step].map((change) => {
        const changed = Float64Array.from(values);
        changed[index] += change;
        return evaluateAt(changed);
      });
      const expected = (high - low) / (2 * step);
      expect(Math.abs(gradient[index] - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
    }
  };
  const [ofInput] = gradients(weightedSum(input), [input]);
  compare(ofInput, input.dataSync(), (changed) => weightedSum(tensor(changed, input.shape)).item());
  for (const weight of layer.trainableWeights) {
    const values = weight.dataSync();
    const [ofWeight] = gradients(weightedSum(input), [weight]);
    compare(ofWeight, values, (changed) => valueWith(weight, changed, () => weightedSum(input).item()));
    weight.assign(tensor(values, weight.shape));
  }
}

function checkConfig<Config>(test: LayerTest<Config>, layer: ConfigurableLayer<Config>, input: Tensor): void {
  const config = layer.getConfig();
  const copy = new test.layer(config);
  expect(copy.getConfig()).toEqual(config);
  expect(JSON.parse(JSON.stringify(config))).toEqual(config);
  copy.buildFor(test.inputShape);
  copy.setWeights(layer.getWeights());
  expect(copy.apply(input).arraySync()).toEqual(layer.apply(input).arraySync());
}

async function checkTraining<Config extends LayerOptions>(test: LayerTest<Config>): Promise<void> {
  const model = new Sequential([new test.layer(test.config)]);
  model.compile({ loss: "meanSquaredError", optimizer: "sgd" });
  const x = waves(test.inputShape).cast("float32");
  const y = waves(test.outputShape, 2.3).cast("float32");
  model.buildFor(test.inputShape);
  const before = model.getWeights().map((weight) => weight.arraySync());
  const { history } = await model.fit(x, y, { epochs: 1, batchSize: test.inputShape[0], verbose: 0 });
  expect(history.loss.every(Number.isFinite)).toBe(true);
  const after = model.trainableWeights.map((weight) => weight.arraySync());
  if (after.length > 0) expect(after).not.toEqual(before.slice(0, after.length));
}

function valueWith(weight: Variable, values: Float64Array, read: () => number): number {
  weight.assign(tensor(values, weight.shape));
  return read();
}

/** Numbers that are neither 0 nor equal, without a random generator. */
function waves(shape: Shape, frequency = 1): Tensor {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const values = Float64Array.from({ length: size }, (_, index) => Math.sin(frequency * (index + 1)) + 0.1);
  return tensor(values, shape);
}
