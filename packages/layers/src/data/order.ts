import { shuffleWords } from "@strata/core/internal";
import type { Option } from "../schema/option.ts";
import { integerWhere } from "../schema/vocabulary.ts";

/** A seed of orders, as NumPy takes it. */
export const orderSeedInteger = integerWhere(
  "an integer from 0 to 2³² − 1",
  (value) => value >= 0 && value < 2 ** 32,
);

/** A seed of orders; null for one that follows from `setSeed`. */
export function orderSeed(): Option<number | null, number | null, false> {
  return orderSeedInteger().orNull();
}

/** The seed that was given, or one that follows from `setSeed`. */
export function chosenSeed(given: number | null): number {
  return given ?? shuffleWords({ round: 0, count: 1 })[0];
}

/** The number of elements in memory of which one is drawn, by Keras's rule. */
export function shuffleBuffer(batchSize: number | null): number {
  return batchSize === null ? 1024 : batchSize * 8;
}
