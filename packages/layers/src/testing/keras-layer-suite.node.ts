/** Runs all cases of a file of `fixtures/keras/layers`, and prints how many passed. */
import { afterAll, describe, it } from "vitest";
import { readKerasCases, type Tolerance } from "./keras-cases.node.ts";
import { runLayerCase } from "./keras-layer-case.node.ts";

/** A case that is held to less than the others, and why. */
export interface Excuse {
  /** The reason. */
  readonly why: string;
  /** The tolerance that it keeps; without one it is not run. */
  readonly tolerance?: Tolerance;
}

/** Keras adds x/σ and −mean/σ + beta, which nearly cancel here, in float32: its own values are off by as much. */
const cancelling = {
  why: "Keras's float32 sums nearly cancel; computed in float64, ours are off by less than 1e-6",
  tolerance: { absolute: 3e-5, relative: 1e-4 },
};

/** The excused cases, by file. Fewer than one in a hundred may be. */
export const excuses: Readonly<Record<string, Readonly<Record<string, Excuse>>>> = {
  fuzz: { "fuzz/GroupNormalization/00": cancelling, "fuzz/LayerNormalization/04": cancelling },
};

/** Declares a test for each case of a file, named without its ending. */
export function testKerasLayers(file: string): void {
  const excused = excuses[file] ?? {};
  let passed = 0;
  const cases = readKerasCases(`layers/${file}`);
  describe(`layers compute as in Keras: ${file}`, () => {
    it.each(cases.map((test) => [test.id, test] as const))("%s", (id, test) => {
      const excuse = excused[id];
      if (excuse !== undefined && excuse.tolerance === undefined) return;
      runLayerCase(test, excuse?.tolerance);
      passed++;
    });
    afterAll(() => {
      const reasons = Object.entries(excused).map(([id, { why }]) => `\n  ${id}: ${why}`);
      console.log(
        `layers/${file}: ${passed} of ${cases.length} passed, ${reasons.length} excused${reasons.join("")}`,
      );
    });
  });
}
