/** The examples that train from files. */
import { readFile } from "node:fs/promises";
import { setSeed } from "@strata/core";
import { setOutput } from "@strata/layers";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as cars from "./fuel-economy/data.ts";
import * as economy from "./fuel-economy/layers.ts";
import * as sentences from "./text-tone/data.ts";
import * as tone from "./text-tone/layers.ts";

beforeAll(() => setOutput({ isTerminal: false, columns: 80, write: () => {} }));
afterAll(() => setOutput(null));

test("the files are what their rules make", async () => {
  expect(await readFile(cars.file, "utf8")).toBe(cars.makeCars(400));
  expect(await readFile(sentences.file, "utf8")).toBe(sentences.makeSentences(1000));
});

test("fuel-economy: cars that were not seen are told to 2 miles per gallon", async () => {
  setSeed(42);
  const loaded = cars.loadCars();
  const [facts, mpg] = (await loaded.training.take(1).toArray())[0];
  expect([facts.shape, typeof mpg]).toEqual([[3], "number"]);
  const results = await economy.train(loaded, 20);
  expect(results.meanAbsoluteError).toBeLessThan(2);
});

test("text-tone: the tone is told, also where a word is negated", async () => {
  setSeed(42);
  const loaded = sentences.loadSentences();
  const { accuracy } = await tone.train(loaded, 4);
  expect(accuracy).toBeGreaterThan(0.95);
});
