/** Holds layers to the cases of `fixtures/keras/layers`. */
import { add, gradients, mul, sum, type Tensor } from "@strata/core";
import { expect } from "vitest";
import { AnyLayer } from "../layer/any-layer.ts";
import { maskOf, setMask } from "../layer/masks.ts";
import { ImageLayer } from "../layers/preprocessing/images/image-layer.ts";
import { fromKerasConfig } from "../saving/from-keras-config.ts";
import { toKerasConfig } from "../saving/to-keras-config.ts";
import { isPlainObject } from "../schema/configurable.ts";
import type { Json } from "../schema/option.ts";
import { toCamelCase } from "../utilities/names.ts";
import {
  expectAsInKeras,
  expectStructureAsInKeras,
  isTensorCase,
  type KerasCase,
  leavesOf,
  mapStructure,
  readKerasCases,
  singleCall,
  structureOf,
  type TensorCase,
  type Tolerance,
  tensorCasesOf,
  tensorOf,
} from "./keras-cases.node.ts";
import { testKerasCases } from "./keras-suite.node.ts";

/** Declares a test for each case of a file of `fixtures/keras/layers`, named without its ending. */
export function testKerasLayers(file: string): void {
  testKerasCases(`layers/${file}`, readKerasCases(`layers/${file}`), (test, excuse) =>
    runLayerCase(test, excuse?.tolerance),
  );
}

/**
 * Runs a case: configuration, weights, outputs, masks, losses, gradients, and what the call changed.
 *
 * @param excused How far values may be apart where Keras's own are not as exact as the usual tolerance.
 */
function runLayerCase(test: KerasCase, excused: Tolerance | null = null): void {
  const layer = restoreLayer(test.config ?? null);
  const { inputs, call_kwargs: kwargs, calls, weights = [] } = test;
  const tolerance = JSON.stringify(test.config).includes("bfloat16")
    ? { absolute: 1e-2, relative: 1e-2 }
    : (excused ?? singleCall);
  if (isPlainObject(test.adapt_data) || Array.isArray(test.adapt_data)) adapt(layer, test.adapt_data);
  if (Array.isArray(calls)) {
    runCalls(layer, test, calls, tolerance);
    return;
  }
  const given = argumentsOf(kwargs ?? null);
  const input = withMasks(structureOf(inputs), test.input_masks);
  layer.apply(input, given);
  setWeights(layer, weights);
  checkConfiguration(layer, test);
  for (const [mode, training] of [
    ["inference", false],
    ["training", true],
  ] as const) {
    const expected = test[mode];
    if (!isPlainObject(expected)) {
      if (expected === "same_as_inference" && isPlainObject(test.inference)) {
        const results = layer.apply(withMasks(structureOf(inputs), test.input_masks), { ...given, training });
        expectStructureAsInKeras("training outputs", results, test.inference.outputs, tolerance);
      }
      continue;
    }
    setWeights(layer, weights);
    checkCall(layer, test, given, training, expected, tolerance);
  }
  checkOutputShape(layer, test.compute_output_shape);
  checkTransform(layer, test.transform, tolerance);
  checkVocabulary(layer, true, test.vocabulary);
  checkVocabulary(layer, false, test.vocabulary_without_special_tokens);
}

export function restoreLayer(config: Json): AnyLayer {
  const layer = fromKerasConfig(config);
  if (layer instanceof AnyLayer) return layer;
  throw new Error("the configuration is not that of a layer");
}

export function adapt(layer: AnyLayer, data: Json): void {
  if (!("adapt" in layer) || typeof layer.adapt !== "function") throw new Error(`${layer.name} has no adapt`);
  layer.adapt(structureOf(data));
}

export function setWeights(layer: AnyLayer, weights: Json): void {
  if (!Array.isArray(weights)) return;
  layer.setWeights(weights.filter(isTensorCase).map(tensorOf));
}

/** The arguments of a call under their names here. */
export function argumentsOf(kwargs: Json): Record<string, unknown> {
  if (!isPlainObject(kwargs)) return {};
  return Object.fromEntries(
    Object.entries(kwargs).map(([name, each]) => [toCamelCase(name), structureOf(each as Json)]),
  );
}

function withMasks(inputs: unknown, masks: Json | undefined): unknown {
  const given = tensorCasesOf(masks);
  return mapStructure<unknown, unknown>(inputs, (input, index) => {
    const mask = given[index];
    if (mask && isTensor(input)) setMask(input, tensorOf(mask));
    return input;
  });
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "dtype" in value && "dataSync" in value;
}

function checkCall(
  layer: AnyLayer,
  test: KerasCase,
  given: Record<string, unknown>,
  training: boolean,
  expected: Record<string, unknown>,
  tolerance: Tolerance,
): void {
  const mode = training ? "training" : "inference";
  const json = (name: string): Json | undefined => expected[name] as Json | undefined;
  const inputs = withMasks(structureOf(test.inputs), test.input_masks);
  const results = layer.apply(inputs, { ...given, training });
  expectStructureAsInKeras(`${mode} outputs`, results, json("outputs"), tolerance);
  checkMasks(mode, results, json("output_masks"));
  const losses = Array.isArray(expected.losses) ? (expected.losses as Json[]) : [];
  expect(layer.losses.length).toBe(losses.length);
  layer.losses.forEach((loss, index) => {
    const value = losses[index];
    const wanted = isTensorCase(value) ? value : { shape: [], dtype: "float32", data: [Number(value)] };
    expectAsInKeras(`${mode} losses[${index}]`, loss, wanted, tolerance);
  });
  checkGradients(layer, inputs, given, results, expected, mode, tolerance);
  const changed = isPlainObject(expected.weights_after) ? expected.weights_after : {};
  for (const [index, weight] of Object.entries(changed)) {
    if (isTensorCase(weight)) {
      expectAsInKeras(
        `${mode} weights_after[${index}]`,
        layer.weights[Number(index)].value,
        weight,
        tolerance,
      );
    }
  }
}

function checkMasks(mode: string, results: unknown, expected: Json | undefined): void {
  const masks = tensorCasesOf(expected);
  leavesOf<unknown>(results).forEach((result, index) => {
    if (!isTensor(result)) return;
    const mask = maskOf(result);
    const wanted = masks[index] ?? null;
    expect({ mode, index, isMasked: mask !== null }).toEqual({ mode, index, isMasked: wanted !== null });
    if (wanted !== null) expectAsInKeras(`${mode} output_masks[${index}]`, mask, wanted);
  });
}

/** Compares the gradients of the sum of results times cotangents, by inputs and by weights. */
export function checkGradients(
  layer: AnyLayer,
  inputs: unknown,
  given: Record<string, unknown>,
  results: unknown,
  expected: Record<string, unknown>,
  mode: string,
  tolerance: Tolerance,
): void {
  const cotangents = Array.isArray(expected.cotangents)
    ? expected.cotangents.map((each) => (isTensorCase(each) ? each : null))
    : [];
  if (!cotangents.some((each) => each !== null)) return;
  const outputs = leavesOf<unknown>(results);
  let total: Tensor | null = null;
  cotangents.forEach((cotangent, index) => {
    const output = outputs[index];
    if (cotangent === null || !isTensor(output)) return;
    const term = sum(mul(output, tensorOf(cotangent).cast(output.dtype)));
    total = total === null ? term : add(total, term);
  });
  if (total === null) return;
  const compare = (
    place: string,
    tensors: readonly unknown[],
    wanted: readonly (TensorCase | null)[],
  ): void => {
    tensors.forEach((each, index) => {
      const gradient = wanted[index];
      if (!gradient || total === null || (!isTensor(each) && !("assign" in Object(each)))) return;
      const [found] = gradients(total, [each as Tensor]);
      expectAsInKeras(`${mode} ${place}[${index}]`, found, gradient, tolerance);
    });
  };
  compare("grad_inputs", leavesOf<unknown>(inputs), tensorCasesOf(expected.grad_inputs as Json));
  compare("grad_weights", layer.weights, tensorCasesOf((expected.grad_weights ?? []) as Json));
  const named = isPlainObject(expected.grad_call_kwargs) ? expected.grad_call_kwargs : {};
  for (const [name, wanted] of Object.entries(named)) {
    compare(
      `grad_call_kwargs.${name}`,
      leavesOf<unknown>(given[toCamelCase(name)]),
      tensorCasesOf(wanted as Json),
    );
  }
}

function runCalls(layer: AnyLayer, test: KerasCase, calls: readonly Json[], tolerance: Tolerance): void {
  calls.forEach((call, index) => {
    if (!isPlainObject(call)) return;
    const inputs = structureOf(call.inputs as Json);
    const given = argumentsOf((call.call_kwargs ?? null) as Json);
    if (index === 0) {
      layer.apply(inputs, given);
      setWeights(layer, test.weights ?? null);
      resetStates(layer);
    }
    if (call.reset_states_before) resetStates(layer);
    expectStructureAsInKeras(
      `call ${index} outputs`,
      layer.apply(inputs, given),
      call.outputs as Json,
      tolerance,
    );
  });
}

function resetStates(layer: AnyLayer): void {
  if ("resetStates" in layer && typeof layer.resetStates === "function") layer.resetStates();
}

/** The configuration written again is the one that was read. */
function checkConfiguration(layer: AnyLayer, { config }: KerasCase): void {
  expect(toKerasConfig(layer)).toEqual(config);
}

function checkOutputShape(layer: AnyLayer, expected: Json | undefined): void {
  if (!isPlainObject(expected) || expected.output_shape === undefined) return;
  const shapes = isPlainObject(expected.input_shape)
    ? byShortNames(expected.input_shape)
    : expected.input_shape;
  expect(layer.computeOutputShape(shapes)).toEqual(expected.output_shape);
}

/** The result of a random layer of images for the transformation that Keras drew. */
function checkTransform(layer: AnyLayer, test: Json | undefined, tolerance: Tolerance): void {
  if (!isPlainObject(test)) return;
  if (!(layer instanceof ImageLayer)) throw new Error(`${layer.name} transforms no images`);
  const { images, transformation, outputs } = test;
  if (!isTensorCase(images)) throw new Error("the images are no tensor");
  const found = layer.transformImages(tensorOf(images), structureOf(transformation as Json));
  expectStructureAsInKeras("transform outputs", found, outputs as Json, tolerance);
}

function checkVocabulary(layer: AnyLayer, includeSpecialTokens: boolean, expected: Json | undefined): void {
  if (expected === undefined) return;
  if (!("getVocabulary" in layer) || typeof layer.getVocabulary !== "function") {
    throw new Error(`${layer.name} has no vocabulary`);
  }
  expect(layer.getVocabulary({ includeSpecialTokens })).toEqual(expected);
}

/** `query_shape` → `query`. */
function byShortNames(shapes: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, each]) => [name.replace(/_shape$/, ""), each]),
  );
}
