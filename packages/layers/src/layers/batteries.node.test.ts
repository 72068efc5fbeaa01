/** Every layer passes the battery of `runLayerTest`: its class is named in a test that runs it. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { layerRegistry } from "./registry.ts";

const folder = fileURLToPath(new URL("..", import.meta.url));

/** Layers that the battery cannot hold, and why. */
const exempt: Readonly<Record<string, string>> = {
  Hashing: "takes texts",
  HashedCrossing: "takes texts",
  InputLayer: "stands for data",
  Pipeline: "has the types of the layers in it",
  StringLookup: "takes texts",
  TextVectorization: "takes texts",
  Wrapper: "has no call",
};

const tests = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.ts") && !path.includes("batteries"))
  .map((path) => readFileSync(`${folder}/${path}`, "utf8"))
  .filter((text) => text.includes("runLayerTest"));

it("no layer is without its battery", () => {
  const without = Object.keys(layerRegistry.entries).filter(
    (name) => !(name in exempt) && !tests.some((text) => new RegExp(`\\b${name}\\b`).test(text)),
  );
  expect(without).toEqual([]);
});
