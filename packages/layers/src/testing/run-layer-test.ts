/** The battery that every layer passes. */
import { gradients, jit, SGD, type Shape, Tensor, tensor, type Variable } from "@strata/core";
import { isFloat } from "@strata/core/internal";
import { expect } from "vitest";
import type { AnyLayer, CallOptions, LayerOptions } from "../layer/any-layer.ts";
import { SymbolicType } from "../layer/output-types.ts";
import { leavesOf, mapStructure, type Structure, type TensorStructure } from "../layer/structure.ts";
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { InputLayer } from "../layers/core/input-layer.ts";
import { Model } from "../models/model.ts";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";

/** The description of a layer for the battery. */
export interface LayerTest {
  /** Makes the layer, with these options added to its own. */
  readonly make: (options: LayerOptions) => AnyLayer;
  /** The types of its inputs, with null for the batch and for every other dimension that may have any size. */
  readonly inputs: Structure<SymbolicType>;
  /** Sizes for the unknown dimensions, axis by axis; tried one after the other. Default: two small sets. */
  readonly sizes?: readonly (readonly number[])[];
  /** The number of weights that training changes. Default: 0. */
  readonly trainableWeights?: number;
  /** The number of the others. Default: 0. */
  readonly nonTrainableWeights?: number;
  /** Whether the results have gradients. Default: true. */
  readonly isDifferentiable?: boolean;
  /** Whether the gradients are the slopes of the results, which a straight-through estimator's are not. Default: true. */
  readonly areGradientsSlopes?: boolean;
  /** Whether the values differ from call to call in training. Default: false. */
  readonly isRandom?: boolean;
  /** Further arguments of the call. */
  readonly given?: CallOptions & Readonly<Record<string, unknown>>;
}

/** The type of an input of a layer under test. */
export function input(shape: SymbolicShape, dtype: SymbolicType["dtype"] = "float32"): SymbolicType {
  return new SymbolicType(shape, dtype);
}

const defaultSizes = [
  [2, 5, 7, 3, 4],
  [1, 3, 4, 5, 6],
];
const step = 1e-5;

/** Runs the whole battery. */
export async function runLayerTest(test: LayerTest): Promise<void> {
  checkTypes(test);
  checkConfiguration(test);
  checkDTypes(test);
  checkSharing(test);
  checkTrainingMode(test);
  if (test.isDifferentiable === false) return;
  if (test.areGradientsSlopes !== false) checkGradients(test);
  checkTrainingStep(test);
}

/** The types found without values are those of real results, at several sizes. */
function checkTypes({
  make,
  inputs,
  sizes = defaultSizes,
  given,
  trainableWeights = 0,
  nonTrainableWeights = 0,
}: LayerTest): void {
  const layer = make({});
  const inferred = leavesOf(symbolicResults(layer, inputs, given));
  for (const each of sizes) {
    const results = resultsOf(layer.apply(valuesFor(inputs, each), given));
    expect(results.length).toBe(inferred.length);
    results.forEach((result, index) => {
      const { shape, dtype } = inferred[index];
      expect(result.dtype).toBe(dtype);
      expect(result.shape.map((size, axis) => (shape[axis] === null ? null : size))).toEqual(shape);
    });
  }
  expect(layer.trainableWeights).toHaveLength(trainableWeights);
  expect(layer.nonTrainableWeights).toHaveLength(nonTrainableWeights);
  expect(new Set(layer.weightPaths.values())).toEqual(new Set(layer.weights));
}

/** The configuration makes an equal layer. */
function checkConfiguration({ make, inputs, sizes = defaultSizes, given }: LayerTest): void {
  const layer = make({});
  const values = valuesFor(inputs, sizes[0]);
  const expected = resultsOf(layer.apply(values, given));
  const config = toKerasConfig(layer);
  const copy = fromKerasConfig(JSON.parse(JSON.stringify(config))) as AnyLayer;
  expect(toKerasConfig(copy)).toEqual(config);
  copy.apply(values, given);
  copy.setWeights(layer.getWeights());
  resultsOf(copy.apply(values, given)).forEach((result, index) => {
    expectSame(result, expected[index]);
  });
}

/** Float results have the dtype that the layer computes in, and weights theirs. */
function checkDTypes({ make, inputs, sizes = defaultSizes, given }: LayerTest): void {
  const reference = resultsOf(make({}).apply(valuesFor(inputs, sizes[0]), given));
  for (const dtype of ["float64", "float16", "bfloat16", "mixed_bfloat16"] as const) {
    const layer = make({ dtype });
    const results = resultsOf(layer.apply(valuesFor(inputs, sizes[0]), given));
    results.forEach((result, index) => {
      const isComputed = isFloat(reference[index].dtype);
      expect({ dtype, result: result.dtype }).toEqual({
        dtype,
        result: isComputed ? layer.computeDType : reference[index].dtype,
      });
    });
    for (const weight of layer.trainableWeights) expect(weight.dtype).toBe(layer.variableDType);
  }
}

/** Applied twice, the layer has its weights once. */
function checkSharing({ make, inputs, given }: LayerTest): void {
  const layer = make({});
  const symbols = symbolsFor(inputs);
  const outputs = [layer.apply(symbols, given), layer.apply(symbols, given)] as Structure<SymbolicTensor>;
  const model = new Model<TensorStructure, TensorStructure>({ inputs: symbols, outputs });
  expect(model.weights).toEqual(layer.weights);
  expect(new Set(model.weights).size).toBe(model.weights.length);
}

/** In training the layer gives results of the same types, all of them numbers. */
function checkTrainingMode({ make, inputs, sizes = defaultSizes, given, isRandom = false }: LayerTest): void {
  const layer = make({});
  const values = valuesFor(inputs, sizes[0]);
  const inference = resultsOf(layer.apply(values, { ...given, training: false }));
  const training = resultsOf(layer.apply(values, { ...given, training: true }));
  training.forEach((result, index) => {
    expect([result.shape, result.dtype]).toEqual([inference[index].shape, inference[index].dtype]);
    expect(result.dataSync().every((value) => !Number.isNaN(value))).toBe(true);
  });
  const again = resultsOf(layer.apply(values, { ...given, training: false }));
  if (!isRandom && layer.nonTrainableWeights.length === 0) {
    again.forEach((result, index) => {
      expectSame(result, inference[index]);
    });
  }
}

/** Compares the gradients of a weighted sum of the results with central differences, to 1e-6 relative. */
function checkGradients({ make, inputs, sizes = defaultSizes, given }: LayerTest): void {
  const layer = make({ dtype: "float64" });
  const values = mapStructure(valuesFor(inputs, sizes[0]), (each) =>
    isFloat(each.dtype) ? each.cast("float64") : each,
  );
  const leaves = leavesOf(values);
  const total = (replaced: readonly Tensor[]): Tensor => {
    const results = resultsOf(
      layer.apply(
        mapStructure(values, (_, index) => replaced[index]),
        given,
      ),
    );
    return results
      .filter(({ dtype }) => isFloat(dtype))
      .map((result) => result.mul(waves(result.shape, 1.7)).sum())
      .reduce((a, b) => a.add(b));
  };
  // Traced once for all differences, and not for each.
  const compiled = jit((...replaced: Tensor[]) => total(replaced));
  const compare = (
    gradient: ArrayLike<number>,
    at: Float64Array,
    evaluateAt: (changed: Float64Array) => number,
  ): void => {
    // A few elements of large tensors tell as much as all.
    const stride = Math.max(1, Math.floor(at.length / 12));
    for (let index = 0; index < at.length; index += stride) {
      const [high, low] = [step, -step].map((change) =>
        evaluateAt(at.map((value, place) => (place === index ? value + change : value))),
      );
      const expected = (high - low) / (2 * step);
      expect(Math.abs(gradient[index] - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
    }
  };
  leaves.forEach((leaf, place) => {
    if (!isFloat(leaf.dtype)) return;
    const [gradient] = gradients(total(leaves), [leaf]);
    compare(gradient.dataSync(), Float64Array.from(leaf.dataSync()), (changed) =>
      compiled(...leaves.map((each, index) => (index === place ? tensor(changed, leaf.shape) : each))).item(),
    );
  });
  for (const weight of layer.trainableWeights) {
    const before = Float64Array.from(weight.dataSync());
    const [gradient] = gradients(total(leaves), [weight]);
    compare(gradient.dataSync(), before, (changed) =>
      valueWith(weight, changed, () => compiled(...leaves).item()),
    );
    weight.assign(tensor(before, weight.shape));
  }
}

/** A step of gradient descent changes the weights, and leaves them finite. */
function checkTrainingStep({
  make,
  inputs,
  sizes = defaultSizes,
  given,
  trainableWeights = 0,
}: LayerTest): void {
  if (trainableWeights === 0) return;
  const layer = make({});
  const values = valuesFor(inputs, sizes[0]);
  layer.apply(values, given);
  const before = layer.trainableWeights.map((weight) => weight.arraySync());
  new SGD({ learningRate: 0.1 }).minimize(() => {
    const results = resultsOf(layer.apply(values, { ...given, training: true }));
    return results
      .filter(({ dtype }) => isFloat(dtype))
      .map((result) => result.mul(waves(result.shape, 2.3).cast(result.dtype)).sum())
      .reduce((a, b) => a.add(b));
  }, layer.trainableWeights);
  const after = layer.trainableWeights.map((weight) => weight.arraySync());
  expect(after).not.toEqual(before);
  expect(layer.weights.every((weight) => weight.dataSync().every(Number.isFinite))).toBe(true);
}

/** The same but for the last digits, which depend on what else is computed in the same program. */
function expectSame(found: Tensor, expected: Tensor): void {
  const values = found.dataSync();
  expected.dataSync().forEach((value, index) => {
    if (!Object.is(values[index], value)) {
      expect(Math.abs(values[index] - value)).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(value)));
    }
  });
}

function symbolsFor(inputs: Structure<SymbolicType>): Structure<SymbolicTensor> {
  return mapStructure(inputs, ({ shape, dtype }) => new InputLayer({ batchShape: shape, dtype }).output);
}

function symbolicResults(
  layer: AnyLayer,
  inputs: Structure<SymbolicType>,
  given?: CallOptions,
): Structure<SymbolicTensor> {
  return layer.apply(symbolsFor(inputs), given) as Structure<SymbolicTensor>;
}

function resultsOf(results: unknown): Tensor[] {
  return leavesOf<unknown>(results).filter((each) => each instanceof Tensor);
}

function valuesFor(inputs: Structure<SymbolicType>, sizes: readonly number[]): Structure<Tensor> {
  return mapStructure(inputs, ({ shape, dtype }, index) => {
    const real = shape.map((size, axis) => size ?? sizes[axis]);
    const values = waves(real, 1 + index / 7);
    return isFloat(dtype) ? values.cast(dtype) : values.mul(3).abs().cast(dtype);
  });
}

function valueWith(weight: Variable, values: Float64Array, read: () => number): number {
  weight.assign(tensor(values, weight.shape));
  return read();
}

/** Numbers that are neither 0 nor equal, without a random generator. */
function waves(shape: Shape, frequency = 1): Tensor {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tensor(
    Float64Array.from({ length: size }, (_, index) => Math.sin(frequency * (index + 1)) + 0.1),
    shape,
  );
}
