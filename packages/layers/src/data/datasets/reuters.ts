import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { datasetOptions, type LoadedDataset } from "./dataset-options.ts";
import { fromNpz, kerasFiles, partOptions } from "./parts.ts";
import { newsIn } from "./texts-in-npz.ts";
import { sequenceOptions, type WordSequence, wordRanks } from "./word-sequences.ts";

const operation = "datasets.reuters.loadData";

const options = {
  ...datasetOptions,
  ...sequenceOptions,
  /** The part that is kept for tests. */
  testSplit: partOptions.testSplit,
};

/** Options of `datasets.reuters.loadData`. */
export interface ReutersOptions extends Given<typeof options> {}

/** Options of `datasets.reuters.getWordIndex`. */
export interface WordIndexOptions extends Given<typeof datasetOptions> {}

const file = {
  name: "reuters.npz",
  origin: kerasFiles,
  digest: { kind: "sha256", value: "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916" },
} as const;

const indexFile = {
  name: "reuters_word_index.json",
  origin: kerasFiles,
  digest: { kind: "md5", value: "4d44cc38712099c9e383dc6e5f11a921" },
} as const;

/** The topics, in the order of their labels. */
export const labelNames = [
  ...[
    "cocoa",
    "grain",
    "veg-oil",
    "earn",
    "acq",
    "wheat",
    "copper",
    "housing",
    "money-supply",
    "coffee",
    "sugar",
  ],
  ...[
    "trade",
    "reserves",
    "ship",
    "cotton",
    "carcass",
    "crude",
    "nat-gas",
    "cpi",
    "money-fx",
    "interest",
    "gnp",
  ],
  ...[
    "meal-feed",
    "alum",
    "oilseed",
    "gold",
    "tin",
    "strategic-metal",
    "livestock",
    "retail",
    "ipi",
    "iron-steel",
  ],
  ...[
    "rubber",
    "heat",
    "jobs",
    "lei",
    "bop",
    "zinc",
    "orange",
    "pet-chem",
    "dlr",
    "gas",
    "silver",
    "wpi",
    "hog",
    "lead",
  ],
] as const;

/** The topics, in the order of their labels. */
export function getLabelNames(): readonly string[] {
  return labelNames;
}

/**
 * 11,228 news of Reuters from 1987, as sequences of the numbers of their words, and the topic of each, one of 46. They are fetched once
 * and kept.
 *
 * @param given Which words stay, how they are numbered (see `imdb`), and the part for tests.
 * @returns `[[xTrain, yTrain], [xTest, yTest]]`: arrays of sequences, and topics int32 [count], divided as Keras divides them.
 * @throws FileError where they cannot be had, with the place to put them by hand.
 *
 * @example
 * ```text
 * const [[xTrain, yTrain], [xTest, yTest]] = await datasets.reuters.loadData({ numWords: 10000 });
 * ```
 */
export async function loadData(given: ReutersOptions = {}): Promise<LoadedDataset<readonly WordSequence[]>> {
  const values = readOptionTable(operation, options, given);
  return fromNpz(file, values, (members) => newsIn(members, values, operation));
}

/**
 * The rank of each word in the news: 1 for the most frequent one. In sequences, `indexFrom` is added to it.
 *
 * @throws FileError where it cannot be had, with the place to put it by hand.
 */
export async function getWordIndex(given: WordIndexOptions = {}): Promise<ReadonlyMap<string, number>> {
  const values = readOptionTable("datasets.reuters.getWordIndex", datasetOptions, given);
  const { obtainFile } = await import("../../formats/datasets/obtain-file.ts");
  return wordRanks(await obtainFile(indexFile, values));
}
