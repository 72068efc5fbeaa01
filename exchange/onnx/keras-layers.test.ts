import { cast, concat, type DType, setBackend, Tensor } from "@strata/core";
import { exportOnnx, Input, Model, operate, registerKerasSerializable, SymbolicTensor } from "@strata/layers";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type KerasCase,
  leavesOf,
  mapStructure,
  readKerasCases,
  structureOf,
  tensorCasesOf,
  tensorOf,
} from "../../packages/layers/src/testing/keras-cases.node.ts";
import {
  adapt,
  argumentsOf,
  restoreLayer,
  setWeights,
} from "../../packages/layers/src/testing/keras-layer-case.node.ts";
import { describeWith } from "../peers.ts";
import { DifferenceTable } from "./difference-table.ts";
import { largestDifference, runOnnx } from "./onnx-runtime.ts";

const files = [
  "attention",
  "conv_pool",
  "core",
  "fuzz",
  "lookup_text",
  "normalization",
  "preprocessing",
  "rnn",
];
const cases = files.flatMap((file) => readKerasCases(`layers/${file}`));

/** Cases that no model can hold, and why. */
const reasons: Readonly<Record<string, string>> = {
  "Hashing/04": "integers are hashed by their digits, as texts are",
};

/** A function that a Lambda of the cases calls. */
function times2(x: Tensor): Tensor {
  return x.mul(2);
}

registerKerasSerializable(times2, { package: "oracle" });

/** A layer's call as a model, whose inputs are all tensors that the call takes. */
interface LayerModel {
  readonly model: Model<Tensor[], Tensor[]>;
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly expected: readonly Tensor[];
}

function modelOf(test: KerasCase): LayerModel {
  const layer = restoreLayer(test.config ?? null);
  if (test.adapt_data !== undefined) adapt(layer, test.adapt_data);
  const given = argumentsOf(test.call_kwargs ?? null);
  const inputs = structureOf(test.inputs);
  layer.apply(inputs, given);
  setWeights(layer, test.weights ?? []);
  const masks = tensorCasesOf(test.input_masks).map((mask) => mask && tensorOf(mask));
  const mask = masks.every((each) => each === null) ? {} : { mask: Array.isArray(inputs) ? masks : masks[0] };
  const named = { ...given, ...mask, training: false };
  const expected = leavesOf<unknown>(layer.apply(inputs, named)).filter(isTensor);

  const tensors = new Map<string, Tensor>();
  const symbols: SymbolicTensor[] = [];
  const symbolize = (leaf: unknown): unknown => {
    if (!isTensor(leaf)) return leaf;
    const name = `input_${symbols.length}`;
    const symbol = Input({
      batchShape: leaf.shape.map((size, axis) => (axis === 0 ? null : size)),
      dtype: leaf.dtype,
      name,
    });
    tensors.set(name, leaf);
    symbols.push(symbol);
    return symbol;
  };
  const symbolic = mapStructure<unknown, unknown>(inputs, symbolize);
  const further = Object.entries(named).map(([name, each]) => [
    name,
    mapStructure<unknown, unknown>(each, symbolize),
  ]);
  const outputs = layer.apply(symbolic, Object.fromEntries(further));
  const results = leavesOf<unknown>(outputs).filter((each) => each instanceof SymbolicTensor);
  // ONNX Runtime's JavaScript hands over no numbers of 16 bits.
  const wide = results.map((each) => (isHalf(each.dtype) ? operate(cast, each, "float32") : each));
  return { model: new Model({ inputs: symbols, outputs: wide }), inputs: tensors, expected };
}

/** A batch twice as large: each example comes twice. */
function doubled(x: Tensor): Tensor {
  return x.rank === 0 ? x : concat([x, x], 0);
}

function isHalf(dtype: DType): boolean {
  return dtype === "float16" || dtype === "bfloat16";
}

function batchOf(inputs: LayerModel["inputs"]): number | undefined {
  return [...inputs.values()][0].shape[0];
}

function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

describeWith(["onnxruntime-web"], "ONNX Runtime computes what layers compute", () => {
  const table = new DifferenceTable();

  // The values of the cases are few: to compile a program for each takes longer than all that they compute.
  beforeAll(() => setBackend("reference"));
  afterAll(() => setBackend("cpu"));

  it.each(cases.map((test) => [test.id, test] as const))("%s", async (_id, test) => {
    const row = String(test.class_name);
    if (JSON.stringify([test.inputs, test.inference]).includes('"dtype":"string"')) {
      table.excuse(`${row} of texts`, "texts are looked up before a model, and are no tensors here");
      return;
    }
    const reason = reasons[test.id];
    if (reason !== undefined) {
      table.excuse(test.id, reason);
      expect(() => modelOf(test)).toThrow("a value was read");
      return;
    }
    if (test.calls !== undefined) {
      table.excuse(`${row}, stateful`, "a file computes the same in each run");
      return;
    }
    const { model, inputs, expected } = modelOf(test);
    const twice = new Map([...inputs].map(([name, x]) => [name, doubled(x)]));
    const [once, both] = await runOnnx(await exportOnnx(model), inputs, twice);
    const [found, foundTwice] = [once, both].map((results) => Object.values(results));
    expect(found.length).toBe(expected.length);
    expected.forEach((output, index) => {
      const allowed = isHalf(output.dtype) ? 1e-2 : 1e-5;
      const difference = largestDifference(found[index], output);
      table.note(row, difference);
      expect(difference).toBeLessThan(allowed);
      // A single sample, as CategoryEncoding takes one, has no batch.
      if (output.shape[0] !== batchOf(inputs)) return;
      expect(largestDifference(foundTwice[index], doubled(output))).toBeLessThan(allowed);
    });
  });

  afterAll(() => table.print("layers"));
});
