import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { choice } from "../../schema/vocabulary.ts";
import { datasetOptions, type LoadedDataset } from "./dataset-options.ts";
import { dividedRows, fromNpz, kerasFiles, partOptions } from "./parts.ts";

const options = {
  ...datasetOptions,
  ...partOptions,
  /** All 20,640 districts, or the first 600. */
  version: choice(["large", "small"])("large"),
};

/** Options of `datasets.californiaHousing.loadData`. */
export interface CaliforniaHousingOptions extends Given<typeof options> {}

const file = {
  name: "california_housing.npz",
  origin: kerasFiles,
  digest: { kind: "sha256", value: "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f" },
} as const;

const smallCount = 600;

/** The names of the facts, in their order. */
export const featureNames = [
  ...["MedInc", "HouseAge", "AveRooms", "AveBedrms"],
  ...["Population", "AveOccup", "Latitude", "Longitude"],
] as const;

/**
 * The median price of houses in districts of California in 1990, in dollars, and eight facts about each district. R. Pace, R. Barry (1997).
 * They are fetched once and kept.
 *
 * @returns `[[xTrain, yTrain], [xTest, yTest]]`: facts [count, 8], whose names are in `featureNames`, and prices [count], divided as Keras
 * divides them.
 * @throws FileError where they cannot be had, with the place to put them by hand.
 *
 * @example
 * ```text
 * const [[xTrain, yTrain], [xTest, yTest]] = await datasets.californiaHousing.loadData({ version: "small" });
 * ```
 */
export async function loadData(given: CaliforniaHousingOptions = {}): Promise<LoadedDataset> {
  const values = readOptionTable("datasets.californiaHousing.loadData", options, given);
  return fromNpz(file, values, async (members) => {
    const [x, y] = [await members.tensor("x"), await members.tensor("y")];
    const count = values.version === "small" ? Math.min(smallCount, x.shape[0]) : x.shape[0];
    return dividedRows(x.slice([[0, count]]), y.slice([[0, count]]), values.testSplit, values.seed);
  });
}
