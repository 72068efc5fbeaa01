import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Json } from "../schema/option.ts";
import { fromKerasConfig } from "./from-keras-config.ts";
import { toKerasConfig } from "./to-keras-config.ts";

interface OptimizerCase {
  readonly id: string;
  readonly config: Json;
}

function casesOf(name: string): readonly OptimizerCase[] {
  const file = new URL(`../../../core/fixtures/keras/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).cases;
}

it.each([...casesOf("optimizers"), ...casesOf("schedules")])(
  "$id is restored from Keras's configuration, and gives it back",
  ({ config }) => {
    expect(toKerasConfig(fromKerasConfig(config))).toEqual(config);
  },
);
