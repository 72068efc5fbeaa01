import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { datasetOptions, type LoadedDataset } from "./dataset-options.ts";
import { dividedRows, fromNpz, kerasFiles, partOptions } from "./parts.ts";

const options = { ...datasetOptions, ...partOptions };

/** Options of `datasets.bostonHousing.loadData`. */
export interface BostonHousingOptions extends Given<typeof options> {}

const file = {
  name: "boston_housing.npz",
  origin: kerasFiles,
  digest: { kind: "sha256", value: "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5" },
} as const;

/**
 * Prices of houses in the suburbs of Boston in the seventies, in thousands of dollars, and 13 facts about each of 506 places. One of the facts
 * assumes that segregation by race makes prices; use the data to speak about that, and `californiaHousing` for all else. D. Harrison, D.
 * Rubinfeld (1978). They are fetched once and kept.
 *
 * @returns `[[xTrain, yTrain], [xTest, yTest]]`: facts float64 [count, 13] and prices float64 [count], divided as Keras divides them.
 * @throws FileError where they cannot be had, with the place to put them by hand.
 *
 * @example
 * ```text
 * const [[xTrain, yTrain], [xTest, yTest]] = await datasets.bostonHousing.loadData();
 * ```
 */
export async function loadData(given: BostonHousingOptions = {}): Promise<LoadedDataset> {
  const values = readOptionTable("datasets.bostonHousing.loadData", options, given);
  return fromNpz(file, values, async (members) =>
    dividedRows(await members.tensor("x"), await members.tensor("y"), values.testSplit, values.seed),
  );
}
