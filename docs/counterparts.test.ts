/** Names of other libraries stand beside names that there are, and are names that those have. */
import { createRequire } from "node:module";
import * as core from "@strata/core";
import * as layers from "@strata/layers";
import { describe, expect, test } from "vitest";
import { coreCounterparts, layersCounterparts } from "./counterparts.ts";
import { counterpartsOf, kerasOps } from "./site/counterparts.ts";
import { counterpartsPage } from "./site/counterparts-page.ts";

function isThere(root: object, path: string): boolean {
  let value: unknown = root;
  for (const name of path.split(".")) {
    if (value === null || (typeof value !== "object" && typeof value !== "function") || !(name in value))
      return false;
    value = Reflect.get(value, name);
  }
  return value !== undefined;
}

describe("the tables of counterparts", () => {
  test("name exports of core", () => {
    expect(Object.keys(coreCounterparts).filter((name) => !isThere(core, name))).toEqual([]);
  });

  test("name exports of layers", () => {
    expect(Object.keys(layersCounterparts).filter((name) => !isThere(layers, name))).toEqual([]);
  });

  test("name ops that Keras has", () => {
    const names = Object.values(coreCounterparts).flatMap(({ keras }) => keras ?? []);
    // Classes, which are not in the list of ops.
    const classes = ["Variable", "random.SeedGenerator"];
    expect(
      names.filter((name) => !kerasOps.has(name.replace(/^(image|linalg)\./, "")) && !classes.includes(name)),
    ).toEqual([]);
  });

  const require = createRequire(new URL("../exchange/package.json", import.meta.url));
  const isInstalled = (() => {
    try {
      require.resolve("@tensorflow/tfjs");
      return true;
    } catch {
      return false;
    }
  })();

  test.runIf(isInstalled)("name what TensorFlow.js has, where it is installed", async () => {
    const tf = await import(/* @vite-ignore */ require.resolve("@tensorflow/tfjs"));
    const rows = [...Object.values(coreCounterparts), ...Object.values(layersCounterparts)];
    const names = rows.flatMap(({ tensorflowjs }) => tensorflowjs ?? []);
    expect(names.filter((name) => !isThere(tf, name) && !isThere(tf.default ?? {}, name))).toEqual([]);
  });
});

test("names of Keras's classes are found by themselves", () => {
  expect(counterpartsOf("layers", "Dense")).toContainEqual({ library: "Keras", name: "keras.layers.Dense" });
  expect(counterpartsOf("layers", "losses.meanSquaredError")[0].name).toBe("keras.losses.mean_squared_error");
  expect(counterpartsOf("core", "CosineDecay")[0].name).toBe("keras.optimizers.schedules.CosineDecay");
  expect(counterpartsOf("core", "matmul").map(({ name }) => name)).toEqual([
    "keras.ops.matmul",
    "np.matmul",
    "torch.matmul",
    "tf.matMul",
  ]);
});

test("the page of names elsewhere is made of the tables, and has each of them", async () => {
  const page = counterpartsPage();
  await expect(page).toMatchFileSnapshot("guide/counterparts.md");
  const names = [...Object.keys(coreCounterparts), ...Object.keys(layersCounterparts)];
  const withRows = names.filter(
    (name, index) =>
      counterpartsOf(index < Object.keys(coreCounterparts).length ? "core" : "layers", name).length > 0,
  );
  expect(withRows.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
});
