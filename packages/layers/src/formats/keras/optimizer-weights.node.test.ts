/** Optimizers of Keras 2, in files that h5py writes in its layout. */
import { execFileSync } from "node:child_process";
import type { Optimizer } from "@strata/core";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { loadModel } from "../../index.ts";
import type { Json } from "../../schema/option.ts";
import { hasH5py } from "../../testing/h5py.node.ts";

const script = `
import h5py, io, json, struct, sys
import numpy as np
def group(parent, name, weights):
    made = parent.create_group(name)
    made.attrs["weight_names"] = [each[0].encode() for each in weights]
    for key, shape, first in weights:
        size = int(np.prod(shape))
        values = np.int64(first) if key.endswith(("iter:0", "iteration:0")) else np.arange(first, first + size, dtype="float32").reshape(shape)
        made.create_dataset(key, data=values)
    return made
def write(file, given):
    file.attrs["keras_version"] = given["version"].encode()
    file.attrs["backend"] = b"tensorflow"
    file.attrs["model_config"] = json.dumps(given["model"]).encode()
    file.attrs["training_config"] = json.dumps(given["training"]).encode()
    weights = file.create_group("model_weights")
    weights.attrs["layer_names"] = [b"a", b"b"]
    weights.attrs["keras_version"] = given["version"].encode()
    group(weights, "a", [["a/kernel:0", [3, 2], 0]])
    group(weights, "b", [["b/kernel:0", [2, 1], 0]])
    group(file, "optimizer_weights", given["state"])
for given in json.load(sys.stdin):
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        write(file, given)
    sys.stdout.buffer.write(struct.pack("<I", len(out.getvalue())) + out.getvalue())
`;

type Entry = readonly [name: string, shape: readonly number[], first: number];

const dense = (name: string, units: number, more: Json) => ({
  class_name: "Dense",
  config: {
    name,
    units,
    trainable: true,
    dtype: "float32",
    activation: "linear",
    use_bias: false,
    ...Object(more),
  },
});

/** What a file is to hold. */
interface Described {
  readonly version: string;
  readonly model: Json;
  readonly training: Json;
  readonly state: readonly Entry[];
}

function described(
  optimizer: string,
  options: object,
  state: readonly Entry[],
  version = "2.9.0",
): Described {
  const layers = [dense("a", 2, { batch_input_shape: [null, 3] }), dense("b", 1, {})];
  const config = { name: optimizer, learning_rate: 0.01, decay: 0, ...options };
  return {
    version,
    model: { class_name: "Sequential", config: { name: "s", layers } },
    training: { loss: "mse", metrics: [], optimizer_config: { class_name: optimizer, config } },
    state,
  };
}

/** The files, written by one process, since Python takes long to begin. */
function written(all: readonly Described[]): ReadonlyMap<Described, Uint8Array> {
  const output = execFileSync("/usr/bin/python3", ["-c", script], { input: JSON.stringify(all) });
  let offset = 0;
  return new Map(
    all.map((each) => {
      const start = offset + 4;
      offset = start + output.readUInt32LE(offset);
      return [each, new Uint8Array(output.subarray(start, offset))];
    }),
  );
}

/** Slots of both weights, the one after the other, of which the first element has the number of the slot, times 10. */
const listed = (optimizer: string, ...slots: readonly string[]): readonly Entry[] =>
  slots.flatMap((slot, index): readonly Entry[] => [
    [`${optimizer}/a/kernel/${slot}:0`, [3, 2], 20 * index + 10],
    [`${optimizer}/b/kernel/${slot}:0`, [2, 1], 20 * index + 20],
  ]);

const cases: readonly (readonly [string, object, readonly string[], readonly number[]])[] = [
  ["SGD", { momentum: 0.9, nesterov: false }, ["momentum"], [10, 20]],
  ["Adam", { beta_1: 0.9, amsgrad: false }, ["m", "v"], [10, 30, 20, 40]],
  ["Adam", { amsgrad: true }, ["m", "v", "vhat"], [10, 30, 20, 40, 50, 60]],
  ["Adamax", {}, ["m", "v"], [10, 30, 20, 40]],
  ["Adagrad", { initial_accumulator_value: 0.1 }, ["accumulator"], [10, 20]],
  ["Adadelta", { rho: 0.95 }, ["accum_grad", "accum_var"], [10, 30, 20, 40]],
  ["RMSprop", { rho: 0.9, momentum: 0, centered: false }, ["rms"], [10, 20]],
  ["RMSprop", { momentum: 0.5, centered: true }, ["rms", "momentum", "mg"], [10, 20, 30, 40, 50, 60]],
];
const plain = cases.map(([optimizer, options, slots, firsts]) => ({
  file: described(optimizer, options, [[`${optimizer}/iter:0`, [], 7], ...listed(optimizer, ...slots)]),
  title: `${optimizer} ${JSON.stringify(options)}`,
  firsts,
}));

const decaying = described("SGD", { momentum: 0.9, decay: 0.5 }, [
  ["SGD/iter:0", [], 3],
  ...listed("SGD", "momentum"),
]);

const stateOf211: readonly Entry[] = [
  ["iteration:0", [], 5],
  ["learning_rate:0", [], 0],
  ["Adam/m/a/kernel:0", [3, 2], 10],
  ["Adam/v/a/kernel:0", [3, 2], 30],
  ["Adam/m/b/kernel:0", [2, 1], 20],
  ["Adam/v/b/kernel:0", [2, 1], 40],
];
const newer = [stateOf211, stateOf211.filter(([name]) => name !== "learning_rate:0")].map((state) =>
  described("Adam", {}, state, "2.15.0"),
);

const adam = listed("Adam", "m", "v");
const unnamed = adam.map(
  ([, shape, start], index): Entry => [`training/Adam/Variable_${index}:0`, shape, start],
);
const unknown = [
  described("Adam", {}, [["Adam/iter:0", [], 7], ...unnamed]),
  described("Adam", {}, [["Adam/iter:0", [], 7], ...adam.slice(1)]),
  described("Nadam", {}, [["Nadam/iter:0", [], 7], ...listed("Nadam", "m", "v")]),
];

afterEach(() => vi.restoreAllMocks());

describe.runIf(hasH5py)("the state of an optimizer of Keras 2 is taken over:", () => {
  let files: ReadonlyMap<Described, Uint8Array>;
  beforeAll(() => {
    files = written([...plain.map(({ file }) => file), decaying, ...newer, ...unknown]);
  });
  const optimizerOf = async (file: Described): Promise<Optimizer> =>
    (await loadModel(files.get(file) ?? new Uint8Array())).optimizer;

  it.each(plain)("$title", async ({ file, firsts }) => {
    const { iterations, variables } = await optimizerOf(file);
    expect(iterations.item()).toBe(7);
    const sizes = firsts.map((first) => ((first / 10) % 2 === 1 ? 6 : 2));
    expect(variables.slice(2).map((each) => [...each.value.dataSync()])).toEqual(
      firsts.map((first, index) => Array.from({ length: sizes[index] }, (_, place) => first + place)),
    );
  });

  it("where the learning rate was divided by the steps, too", async () => {
    const { learningRate, variables } = await optimizerOf(decaying);
    expect(learningRate).toBeCloseTo(0.01 / 2.5, 8);
    expect(variables.slice(1).map((each) => each.value.dataSync()[0])).toEqual([10, 20]);
  });

  it("in the order of the versions from 2.11 on", async () => {
    for (const file of newer) {
      const { iterations, variables } = await optimizerOf(file);
      expect(iterations.item()).toBe(5);
      expect(variables.slice(2).map((each) => each.value.dataSync()[0])).toEqual([10, 30, 20, 40]);
    }
  });

  it("or left out with a warning, where its names say nothing, or it is not that of all weights", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    for (const file of unknown) expect((await optimizerOf(file)).iterations.item()).toBe(0);
    expect(warn.mock.calls.map(String)).toEqual(
      unknown.map(() => expect.stringContaining("the state of the optimizer is left out; it begins anew")),
    );
  });
});
