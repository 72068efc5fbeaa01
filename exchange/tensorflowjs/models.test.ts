import { type Tensor, tensor } from "@strata/core";
import { loadModel } from "@strata/layers";
import { beforeAll, describe, expect, it } from "vitest";
import { describeWith } from "../peers.ts";
import { Folder } from "./folder.ts";
import { modelsOfStrata } from "./models-of-strata.ts";
import { modelsOfTensorFlow } from "./models-of-tensorflow.ts";
import { drawn, drawWeights, expectSame } from "./numbers.ts";
import { importTensorFlow, type TensorFlow } from "./tensorflow.ts";

interface Drawn {
  readonly ours: Tensor | readonly Tensor[];
  readonly theirs: unknown;
}

/** Inputs for both libraries, of four samples. */
function draw(tf: TensorFlow, inputs: readonly (readonly number[])[], below?: number): Drawn {
  const values = inputs.map((sample, index) => {
    const shape = [4, ...sample];
    const size = shape.reduce((product, each) => product * each, 1);
    const numbers = drawn(size, below === undefined ? -1 : 0, below ?? 1, index + 5);
    return { shape, numbers: below === undefined ? numbers : numbers.map(Math.floor) };
  });
  const ours = values.map(({ numbers, shape }) => tensor(numbers, shape));
  const theirs = values.map(({ numbers, shape }) => tf.tensor(numbers, shape));
  return ours.length === 1 ? { ours: ours[0], theirs: theirs[0] } : { ours, theirs };
}

describeWith(["@tensorflow/tfjs"], "models predict the same in both libraries,", () => {
  let tf: TensorFlow;
  beforeAll(async () => {
    tf = await importTensorFlow();
  });

  describe("built in TensorFlow.js and loaded by Strata:", () => {
    it.each(Object.entries(modelsOfTensorFlow))("%s", async (_, { build, inputs, below }) => {
      const theirs = build(tf);
      drawWeights(tf, theirs);
      const folder = new Folder();
      await theirs.save(folder.handler(tf));
      const ours = await loadModel<unknown, Tensor>(folder.source());
      const given = draw(tf, inputs, below);
      expectSame(await ours.predict(given.ours, { verbose: 0 }), theirs.predict(given.theirs));
    });
  });

  describe("built in Strata and loaded by TensorFlow.js, and back to the bit:", () => {
    it.each(Object.entries(modelsOfStrata))("%s", async (_, { build, inputs, ...more }) => {
      const ours = build();
      const folder = new Folder();
      await ours.save(folder.target(), { format: "tensorflowjs" });
      const theirs = await tf.loadLayersModel(folder.handler(tf));
      const given = draw(tf, inputs, "below" in more ? more.below : undefined);
      const back = await loadModel<unknown, Tensor>(folder.source());
      const results = await back.predict(given.ours, { verbose: 0 });
      expectSame(results, theirs.predict(given.theirs));

      const once = new Folder();
      await theirs.save(once.handler(tf));
      expect(once.weights).toEqual(folder.weights);
      expect(back.weights.map((each) => [...each.value.dataSync()])).toEqual(
        ours.weights.map((each) => [...each.value.dataSync()]),
      );
    });
  });
});
