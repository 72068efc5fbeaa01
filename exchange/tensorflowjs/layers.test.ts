import { tensor } from "@strata/core";
import { loadModel } from "@strata/layers";
import { beforeAll, expect, it } from "vitest";
import { describeWith } from "../peers.ts";
import { Folder } from "./folder.ts";
import { layerCases, notExchanged } from "./layer-cases.ts";
import { drawn, drawWeights, expectSame } from "./numbers.ts";
import { importTensorFlow, type TensorFlow } from "./tensorflow.ts";

describeWith(
  ["@tensorflow/tfjs"],
  "each layer of TensorFlow.js gives the same numbers, read and written:",
  () => {
    let tf: TensorFlow;
    beforeAll(async () => {
      tf = await importTensorFlow();
    });

    it.each(layerCases)("$className $variant", async ({ build, inputs, below }) => {
      const theirs = build(tf);
      drawWeights(tf, theirs);
      const saved = new Folder();
      await theirs.save(saved.handler(tf));
      const ours = await loadModel(saved.source());

      const values = inputs.map((shape, index) => {
        const size = shape.reduce((product, each) => product * each, 3);
        const numbers = drawn(size, below === undefined ? -2 : 0, below ?? 2, index + 7);
        return { shape: [3, ...shape], numbers: below === undefined ? numbers : numbers.map(Math.floor) };
      });
      const given = values.map(({ numbers, shape }) => tensor(numbers, shape));
      const results = await ours.predict(given.length === 1 ? given[0] : given, { verbose: 0 });
      const theirInputs = values.map(({ numbers, shape }) => tf.tensor(numbers, shape));
      const one = theirInputs.length === 1 ? theirInputs[0] : theirInputs;
      expectSame(results, theirs.predict(one));

      const written = new Folder();
      await ours.save(written.target(), { format: "tensorflowjs" });
      const back = await tf.loadLayersModel(written.handler(tf));
      expectSame(results, back.predict(one));
      expect(written.weights).toEqual(saved.weights);
    });

    it("which are all that TensorFlow.js has", () => {
      const { classNameMap } = tf.serialization.SerializationMap.getMap();
      const isLayer = (made: object): boolean => {
        const prototype: unknown = Reflect.get(made, "prototype");
        return (
          typeof prototype === "object" &&
          prototype !== null &&
          "addWeight" in prototype &&
          !("predict" in prototype)
        );
      };
      const names = Object.entries(classNameMap).flatMap(([name, [made]]) => (isLayer(made) ? [name] : []));
      const known = new Set([...layerCases.map(({ className }) => className), ...Object.keys(notExchanged)]);
      expect(names.length).toBeGreaterThan(60);
      expect(names.filter((name) => !known.has(name))).toEqual([]);
    });
  },
);
