/** Texts as sequences of the ranks of their words: what `imdb` and `reuters` have in common. */
import { integer, naturalNumber, positiveInteger } from "../../schema/vocabulary.ts";
import { orderSeedInteger } from "../order.ts";

/** A text: the numbers of its words. */
export type WordSequence = readonly number[];

/** The options of texts. */
export const sequenceOptions = {
  /** Words of this number and above become `oovChar`: only the most frequent ones stay. Null keeps all. */
  numWords: positiveInteger().orNull(),
  /** As many of the lowest numbers, of which the most frequent words are, become `oovChar`. */
  skipTop: naturalNumber(0),
  /** Texts of this length and longer are left out; null for none. */
  maxLength: positiveInteger().orNull(),
  /** The seed of the order of the texts. */
  seed: orderSeedInteger(113),
  /** The number that each text begins with; null for none. */
  startChar: integer(1).nullable(),
  /** The number in place of a word that is left out; null to leave it out altogether. */
  oovChar: integer(2).nullable(),
  /** The number that is added to the ranks of words, whose first is 1. */
  indexFrom: naturalNumber(3),
};

/** How words are numbered, and which stay. */
export interface SequenceValues {
  readonly numWords: number | null;
  readonly skipTop: number;
  readonly startChar: number | null;
  readonly oovChar: number | null;
  readonly indexFrom: number;
}

/** Ranks become numbers of words, with the number of the beginning before them. */
export function numberedWords(
  sequences: readonly WordSequence[],
  { startChar, indexFrom }: SequenceValues,
): readonly WordSequence[] {
  return sequences.map((sequence) => {
    const numbers = sequence.map((rank) => rank + indexFrom);
    if (startChar !== null) numbers.unshift(startChar);
    return numbers;
  });
}

/** Texts without the words that are too rare or too frequent. */
export function chosenWords(
  sequences: readonly WordSequence[],
  { numWords, skipTop, oovChar }: SequenceValues,
): readonly WordSequence[] {
  // Without a limit, Keras takes the highest number as one, so that the rarest word is left out.
  const limit =
    numWords ?? sequences.reduce((most, each) => each.reduce((one, word) => Math.max(one, word), most), 0);
  const stays = (word: number): boolean => word >= skipTop && word < limit;
  return sequences.map((sequence) =>
    oovChar === null ? sequence.filter(stays) : sequence.map((word) => (stays(word) ? word : oovChar)),
  );
}

/** The texts that are short enough, and their labels. */
export function shortTexts(
  operation: string,
  texts: readonly WordSequence[],
  labels: ArrayLike<number>,
  maxLength: number | null,
): { readonly texts: readonly WordSequence[]; readonly labels: Int32Array } {
  const places = [...texts.keys()].filter((place) => maxLength === null || texts[place].length < maxLength);
  if (places.length === 0) {
    throw new RangeError(`${operation}: maxLength is ${maxLength}; no text is shorter than that`);
  }
  return {
    texts: places.map((place) => texts[place]),
    labels: Int32Array.from(places, (place) => labels[place]),
  };
}

/** The ranks of words in a file of JSON. */
export function wordRanks(bytes: Uint8Array): ReadonlyMap<string, number> {
  const ranks: Readonly<Record<string, number>> = JSON.parse(new TextDecoder().decode(bytes));
  return new Map(Object.entries(ranks));
}
