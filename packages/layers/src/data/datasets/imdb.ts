import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { datasetOptions, type LoadedDataset } from "./dataset-options.ts";
import { fromNpz, kerasFiles } from "./parts.ts";
import { reviewsIn } from "./texts-in-npz.ts";
import { sequenceOptions, type WordSequence, wordRanks } from "./word-sequences.ts";

const operation = "datasets.imdb.loadData";

const options = { ...datasetOptions, ...sequenceOptions };

/** Options of `datasets.imdb.loadData`. */
export interface ImdbOptions extends Given<typeof options> {}

/** Options of `datasets.imdb.getWordIndex`. */
export interface WordIndexOptions extends Given<typeof datasetOptions> {}

const file = {
  name: "imdb.npz",
  origin: kerasFiles,
  digest: { kind: "sha256", value: "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f" },
} as const;

const indexFile = {
  name: "imdb_word_index.json",
  origin: kerasFiles,
  digest: { kind: "md5", value: "bfafd718b763782e994055a2d397834f" },
} as const;

/**
 * 25,000 reviews of films to train on and 25,000 to be judged by, as sequences of the numbers of their words, and whether each is in
 * favour: 1 or 0. A. Maas et al., "Learning word vectors for sentiment analysis" (2011). They are fetched once and kept.
 *
 * @param given Which words stay, and how they are numbered: 0 is left free for filling up, 1 begins a text, 2 stands for words that are left out,
 * and the most frequent word has the number 4.
 * @returns `[[xTrain, yTrain], [xTest, yTest]]`: arrays of sequences, and labels int32 [count], in Keras's order.
 * @throws FileError where they cannot be had, with the place to put them by hand.
 *
 * @example
 * ```text
 * const [[xTrain, yTrain], [xTest, yTest]] = await datasets.imdb.loadData({ numWords: 20000 });
 * await model.fit(padSequences(xTrain, { maxLength: 200 }), yTrain);
 * ```
 */
export async function loadData(given: ImdbOptions = {}): Promise<LoadedDataset<readonly WordSequence[]>> {
  const values = readOptionTable(operation, options, given);
  return fromNpz(file, values, (members) => reviewsIn(members, values, operation));
}

/**
 * The rank of each word in the reviews: 1 for the most frequent one. In sequences, `indexFrom` is added to it.
 *
 * @throws FileError where it cannot be had, with the place to put it by hand.
 */
export async function getWordIndex(given: WordIndexOptions = {}): Promise<ReadonlyMap<string, number>> {
  const values = readOptionTable("datasets.imdb.getWordIndex", datasetOptions, given);
  const { obtainFile } = await import("../../formats/datasets/obtain-file.ts");
  return wordRanks(await obtainFile(indexFile, values));
}
