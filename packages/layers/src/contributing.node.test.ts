/** What CONTRIBUTING.md says of a new layer and of a new loss, done to a copy of the sources. */
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recipe } from "../../../docs/recipe.ts";
import type { LayerTest } from "./testing/run-layer-test.ts";

const copy = fileURLToPath(new URL("../.contributing", import.meta.url));
const layer = recipe("Add a layer");
const loss = recipe("Add a loss or a metric");

/** A module of the copy. */
async function moduleOfCopy<T>(path: string): Promise<T> {
  return import(/* @vite-ignore */ join(copy, path));
}

type Index = typeof import("./index.ts");

beforeAll(() => {
  rmSync(copy, { recursive: true, force: true });
  cpSync(fileURLToPath(new URL(".", import.meta.url)), copy, { recursive: true });
  for (const { path, text } of [...layer, ...loss]) writeFileSync(join(copy, path), text);
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe("a layer that is added as CONTRIBUTING.md says", () => {
  it("takes one file and one line", () => {
    expect(layer.map(({ path }) => path)).toEqual(["layers/core/scale.ts", "layers/index.ts"]);
    expect(layer[1].code.split("\n")).toHaveLength(1);
  });

  it("has its name in configurations, and computes, also as a part of a model", async () => {
    const { fromKerasConfig, toKerasConfig, Sequential, Layer } = await moduleOfCopy<Index>("index.ts");
    const config = { class_name: "Scale", config: { scale_initializer: "ones", name: "factors" } };
    const made = fromKerasConfig(config);
    if (!(made instanceof Layer)) throw new Error("the configuration gave no layer");
    expect(toKerasConfig(made)).toMatchObject({ class_name: "Scale", config: { name: "factors" } });
    const model = new Sequential([made]);
    model.buildFor([null, 2]);
    made.setWeights([[2, 3]]);
    expect((await model.predict([[1, 10]], { verbose: 0 })).arraySync()).toEqual([[2, 30]]);
  });

  it("passes the battery", async () => {
    const { runLayerTest, input } =
      await moduleOfCopy<typeof import("./testing/run-layer-test.ts")>("testing/run-layer-test.ts");
    const { Scale } = await moduleOfCopy<{
      Scale: new (options: object) => ReturnType<LayerTest["make"]>;
    }>("layers/index.ts");
    await runLayerTest({
      make: (options) => new Scale(options),
      inputs: input([null, null, 3]),
      trainableWeights: 1,
    });
  });
});

describe("a loss that is added as CONTRIBUTING.md says", () => {
  it("takes one declaration, and a line in each list", () => {
    expect(loss.map(({ path }) => path)).toEqual([
      "losses/cauchy.ts",
      "losses/classes.ts",
      "losses/functions.ts",
      "metrics/classes.ts",
    ]);
    expect(loss.slice(1).map(({ code }) => code.split("\n").length)).toEqual([1, 1, 1]);
  });

  it("has its name, its configuration, its function and its metric, and trains", async () => {
    const { losses, metrics, Sequential, Dense, toKerasConfig } = await moduleOfCopy<Index>("index.ts");
    const made: ReturnType<typeof losses.getLoss> = Reflect.apply(losses.getLoss, null, ["cauchy"]);
    expect(made.apply([[0, 0]], [[1, 3]]).item()).toBeCloseTo((Math.log(2) + Math.log(10)) / 2, 6);
    expect(toKerasConfig(made)).toMatchObject({ class_name: "Cauchy", config: { name: "cauchy" } });
    const metric: InstanceType<typeof metrics.MeanSquaredError> = Reflect.apply(metrics.getMetric, null, [
      "cauchy",
    ]);
    metric.updateState([[0, 0]], [[1, 3]]);
    expect(metric.result().item()).toBeCloseTo((Math.log(2) + Math.log(10)) / 2, 6);
    const model = new Sequential([new Dense(1, { inputShape: [1] })]);
    Reflect.apply(model.compile, model, [{ loss: "cauchy", metrics: ["cauchy"], optimizer: "adam" }]);
    const { history } = await model.fit([1, 2], [2, 4], { epochs: 3, verbose: 0 });
    expect(history.loss[2]).toBeLessThan(history.loss[0]);
    expect(history.cauchy).toHaveLength(3);
  });
});
