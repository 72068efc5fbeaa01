/** Whole models in ONNX Runtime: several inputs and outputs, models within models, states that go from layer to layer. */
import { type Tensor, tensor } from "@strata/core";
import { exportOnnx, loadModel } from "@strata/layers";
import { afterAll, expect, it } from "vitest";
import { describeWith } from "../peers.ts";
import { modelsOfStrata } from "../tensorflowjs/models-of-strata.ts";
import { drawn } from "../tensorflowjs/numbers.ts";
import { DifferenceTable } from "./difference-table.ts";
import { largestDifference, runOnnxInOrder } from "./onnx-runtime.ts";

describeWith(["onnxruntime-web"], "ONNX Runtime computes what models compute", () => {
  const table = new DifferenceTable();

  it.each(Object.entries(modelsOfStrata))("%s", async (name, { build, inputs, ...more }) => {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    await build().save({ name: "a.keras", write: (bytes) => void parts.push(bytes) });
    const model = await loadModel<unknown, Tensor | readonly Tensor[]>(new Blob(parts));
    const below = "below" in more ? more.below : undefined;
    const given = inputs.map((sample, index) => {
      const shape = [5, ...sample];
      const size = shape.reduce((product, each) => product * each, 1);
      const numbers = drawn(size, below === undefined ? -1 : 0, below ?? 1, index + 5);
      return tensor(below === undefined ? numbers : numbers.map(Math.floor), shape);
    });
    const results = await model.predict(given.length === 1 ? given[0] : given, { verbose: 0 });
    const expected: Tensor[] = [results].flat();
    const found = await runOnnxInOrder(await exportOnnx(model), given);
    expect(found.length).toBe(expected.length);
    for (const [index, each] of expected.entries()) {
      const difference = largestDifference(found[index], each);
      table.note(name, difference);
      expect(difference).toBeLessThan(1e-5);
    }
  });

  afterAll(() => table.print("models"));
});
