import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { normal, setSeed } from "@strata/core";
import { Conv2D, callbacks, Dense, Flatten, Input, Model, Sequential } from "@strata/layers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWith } from "../peers.ts";
import { type ReadEvent, type ReadValue, readEvents, readGraph } from "./event-files.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-tensorboard-"));
  setSeed(1);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function valuesOf(events: readonly ReadEvent[]): readonly (ReadValue & { readonly step: number })[] {
  return events.flatMap(({ step, summary }) => (summary?.value ?? []).map((value) => ({ ...value, step })));
}

/** The numbers with a tag, by step. */
function scalars(events: readonly ReadEvent[], tag: string): readonly (readonly [number, number])[] {
  return valuesOf(events)
    .filter((value) => value.tag === tag)
    .map(({ step, tensor }) => {
      expect(tensor).toMatchObject({ dtype: "DT_FLOAT", tensorShape: {} });
      return [step, tensor.floatVal?.[0] ?? Number.NaN] as const;
    });
}

function tagsOf(events: readonly ReadEvent[], plugin: string): readonly string[] {
  const found = valuesOf(events).filter(({ metadata }) => metadata.pluginData.pluginName === plugin);
  return [...new Set(found.map(({ tag }) => tag))].sort();
}

function perceptron(): Sequential {
  const model = new Sequential([
    Input({ shape: [3] }),
    new Dense(4, { name: "hidden" }),
    new Dense(1, { name: "out" }),
  ]);
  model.compile({ optimizer: "sgd", loss: "mse", metrics: ["mae"] });
  return model;
}

/** The pixels of an image that is not interlaced and whose rows have no filter. */
function pixelsOf(png: Uint8Array): { width: number; height: number; pixels: number[] } {
  const file = Buffer.from(png);
  expect([...file.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  const start = file.indexOf("IDAT") + 4;
  const rows = inflateSync(file.subarray(start, start + file.readUInt32BE(start - 8)));
  const stride = rows.length / height;
  const pixels = [...rows].filter((_, index) => index % stride !== 0);
  return { width, height, pixels };
}

describeWith(["protobufjs"], "TensorBoard's event files, read by protobuf.js", () => {
  const x = normal([12, 3]);
  const y = x.sum(-1, true);

  it("have the curves of training and validation under Keras's tags", async () => {
    const model = perceptron();
    const board = new callbacks.TensorBoard(folder, { writeGraph: false });
    const { history } = await model.fit(x, y, {
      batchSize: 4,
      epochs: 3,
      validationSplit: 0.34,
      verbose: 0,
      callbacks: [board],
    });
    expect(readdirSync(folder)).toEqual(["train", "validation"]);
    const train = await readEvents(join(folder, "train"));
    const validation = await readEvents(join(folder, "validation"));
    expect(train[0].fileVersion).toBe("brain.Event:2");
    expect(Math.abs(train[1].wallTime - Date.now() / 1000)).toBeLessThan(60);
    expect(tagsOf(train, "scalars")).toEqual(["epoch_learning_rate", "epoch_loss", "epoch_mae"]);
    expect(tagsOf(validation, "scalars")).toEqual([
      "epoch_loss",
      "epoch_mae",
      "evaluation_loss_vs_iterations",
      "evaluation_mae_vs_iterations",
    ]);
    expect(scalars(train, "epoch_loss")).toEqual(history.loss.map((loss, epoch) => [epoch, loss]));
    expect(scalars(validation, "epoch_mae")).toEqual(history.val_mae.map((mae, epoch) => [epoch, mae]));
    // Eight samples are trained on, in two steps an epoch.
    expect(scalars(validation, "evaluation_loss_vs_iterations")).toEqual(
      history.val_loss.map((loss, epoch) => [2 * (epoch + 1), loss]),
    );
    expect(scalars(train, "epoch_learning_rate").map(([, rate]) => rate)).toEqual(
      new Array(3).fill(Math.fround(0.01)),
    );
    expect(new Set(valuesOf(train).map(({ metadata }) => metadata.dataClass))).toEqual(
      new Set(["DATA_CLASS_SCALAR"]),
    );
  });

  it("have the means so far every so many batches, counted over epochs, and the speed", async () => {
    const seen: number[] = [];
    const model = perceptron();
    await model.fit(x, y, {
      batchSize: 4,
      epochs: 2,
      verbose: 0,
      callbacks: [
        { onTrainBatchEnd: (_batch, logs) => void seen.push(logs.loss) },
        new callbacks.TensorBoard({ logDir: folder, updateFreq: 2, writeStepsPerSecond: true }),
      ],
    });
    const train = await readEvents(join(folder, "train"));
    expect(scalars(train, "batch_loss")).toEqual([2, 4, 6].map((step) => [step, seen[step - 1]]));
    expect(scalars(train, "batch_steps_per_second").map(([step]) => step)).toEqual([2, 4, 6]);
    const speeds = [...scalars(train, "epoch_steps_per_second"), ...scalars(train, "batch_steps_per_second")];
    expect(speeds).toHaveLength(5);
    expect(speeds.every(([, speed]) => speed > 0 && Number.isFinite(speed))).toBe(true);
  });

  it("have histograms of all weights, as NumPy counts them, and their images", async () => {
    const model = new Sequential([
      Input({ shape: [8, 8, 1] }),
      new Conv2D(2, 3, { name: "edges", biasInitializer: "ones" }),
      new Flatten(),
      new Dense(3, { name: "scores" }),
    ]);
    model.compile({ optimizer: "sgd", loss: "mse" });
    await model.fit(normal([4, 8, 8, 1]), normal([4, 3]), {
      epochs: 3,
      verbose: 0,
      callbacks: [new callbacks.TensorBoard(folder, { histogramFreq: 2, writeImages: true })],
    });
    const train = await readEvents(join(folder, "train"));
    const paths = ["edges/bias", "edges/kernel", "scores/bias", "scores/kernel"];
    expect(tagsOf(train, "histograms")).toEqual(paths.map((path) => `${path}/histogram`));
    expect(tagsOf(train, "images")).toEqual(paths.map((path) => `${path}/image`));
    const kernel = valuesOf(train).filter(({ tag }) => tag === "scores/kernel/histogram");
    expect(kernel.map(({ step }) => step)).toEqual([0, 2]);
    const { tensor } = kernel[1];
    expect(tensor.dtype).toBe("DT_DOUBLE");
    expect(tensor.tensorShape.dim).toEqual([{ size: 30 }, { size: 3 }]);
    const values = [...model.getWeights()[2].dataSync()].map(Number);
    const edges = tensor.doubleVal ?? [];
    expect([edges[0], edges[88]]).toEqual([Math.min(...values), Math.max(...values)]);
    const counts = Array.from({ length: 30 }, (_, bucket) => {
      const [from, to, count] = edges.slice(3 * bucket, 3 * bucket + 3);
      const inside = values.filter(
        (value) => value >= from && (value < to || (bucket === 29 && value <= to)),
      );
      return [count, inside.length];
    });
    for (const [count, expected] of counts) expect(count).toBe(expected);

    const [, image] = valuesOf(train).filter(({ tag }) => tag === "edges/kernel/image");
    expect(image.metadata.dataClass).toBe("DATA_CLASS_BLOB_SEQUENCE");
    const [width, height, ...files] = image.tensor.stringVal ?? [];
    expect([width, height].map((each) => Buffer.from(each).toString())).toEqual(["3", "3"]);
    expect(files).toHaveLength(2);
    const edgesKernel = [...model.getWeights()[0].dataSync()].map(Number);
    const low = Math.min(...edgesKernel);
    const high = Math.max(...edgesKernel);
    files.forEach((file, filter) => {
      expect(pixelsOf(file)).toEqual({
        width: 3,
        height: 3,
        pixels: edgesKernel
          .filter((_, index) => index % 2 === filter)
          .map((value) => Math.round((255 * (value - low)) / (high - low))),
      });
    });
  });

  it("have the graph: layers, shapes, what leads to what, and models within as groups", async () => {
    const encoder = new Sequential([Input({ shape: [3], name: "code in" }), new Dense(2, { name: "code" })], {
      name: "encoder",
    });
    const inputs = Input({ shape: [3], name: "features" });
    const outputs = new Dense(1, { name: "score" }).apply(encoder.apply(inputs));
    const model = new Model({ inputs, outputs });
    model.compile({ optimizer: "sgd", loss: "mse" });
    await model.fit(x, y, { verbose: 0, callbacks: [new callbacks.TensorBoard(folder)] });
    const graphs = (await readEvents(join(folder, "train"))).flatMap(({ graphDef }) => graphDef ?? []);
    expect(graphs).toHaveLength(1);
    const nodes = await readGraph(graphs[0]);
    expect(nodes.map(({ name, op, input = [] }) => `${op} ${name} ← ${input.join(", ")}`)).toEqual([
      "InputLayer features ← ",
      "Dense encoder/code ← features",
      "Sequential encoder ← encoder/code",
      "Dense score ← encoder",
    ]);
    const code = nodes[1].attr;
    expect(code.parameters.i).toBe(8);
    expect(code._output_shapes.list?.shape?.[0].dim).toEqual([{ size: -1 }, { size: 2 }]);
    for (const { name } of nodes) expect(name).toMatch(/^[A-Za-z0-9.][A-Za-z0-9_>./-]*$/);
  });

  it("have a profile of the batches asked for, counted over epochs", async () => {
    const model = perceptron();
    const board = new callbacks.TensorBoard(folder, { profileBatch: [2, 5] });
    await model.fit(x, y, { batchSize: 4, epochs: 2, verbose: 0, callbacks: [board] });
    const train = await readEvents(join(folder, "train"));
    for (const tag of ["profile_step_ms", "profile_between_steps_ms", "profile_memory_mb"]) {
      expect(scalars(train, tag).map(([step]) => step)).toEqual([2, 3, 4, 5]);
      expect(scalars(train, tag).every(([, value]) => value >= 0)).toBe(true);
    }
  });

  it("hold numbers that are not finite as they are, and no histogram of them", async () => {
    const model = perceptron();
    await model.fit(x, y.mul(Number.NaN), {
      verbose: 0,
      callbacks: [new callbacks.TensorBoard(folder, { histogramFreq: 1 })],
    });
    const train = await readEvents(join(folder, "train"));
    expect(scalars(train, "epoch_loss")).toEqual([[0, Number.NaN]]);
    const kernel = valuesOf(train).find(({ tag }) => tag === "out/kernel/histogram");
    expect(kernel?.tensor.tensorShape.dim).toEqual([{ size: 0 }, { size: 3 }]);
  });
});
