import { describeValue } from "@strata/core/internal";
import { option } from "../../schema/option.ts";
import { boolean, choice, numberWhere, positiveInteger, textsWhere } from "../../schema/vocabulary.ts";
import { orderSeed } from "../order.ts";

const labels = option<"inferred" | readonly number[] | null>({
  accepted: '"inferred", an array of integers of at least 0, or null',
  read: (given) => {
    if (given === "inferred" || given === null) return given;
    const isList = Array.isArray(given) && given.every((label) => Number.isInteger(label) && label >= 0);
    return isList ? given : undefined;
  },
});

const names = textsWhere(
  "an array of strings, each another one",
  (given) => new Set(given).size === given.length,
);

/** The options that all directories of files have. */
export const directoryOptions = {
  /**
   * Where the labels come from: `"inferred"`, from the folders in the directory, of which each is a class; an array with a label for
   * each file, in the order of the paths; null for none.
   */
  labels: labels("inferred"),
  /**
   * What labels are: `"int"`, int32 [batch]; `"categorical"`, float32 [batch, classes], 1 in the place of the class; `"binary"`,
   * float32 [batch, 1], for two classes; null for none.
   */
  labelMode: choice(["int", "categorical", "binary"])("int").nullable(),
  /** The folders that are classes, in the order of their labels; null for all, sorted. */
  classNames: names().orNull(),
  /** The number of files of a batch; null for files one by one. */
  batchSize: positiveInteger(32).nullable(),
  /** Whether files come in a random order: they are shuffled once before they are divided, and then again in each pass. */
  shuffle: boolean(true),
  /** The seed of the order; null for one that follows from `setSeed`. */
  seed: orderSeed(),
  /** The part of the files that is kept for validation. */
  validationSplit: numberWhere("a number above 0 and below 1", (value) => value > 0 && value < 1)().orNull(),
  /** Which part is wanted; `"both"` for a pair of datasets. */
  subset: choice(["training", "validation", "both"])().orNull(),
  /** Whether links to folders are followed. */
  followLinks: boolean(false),
  /** Whether the numbers of files and classes are printed. */
  verbose: boolean(true),
};

/** The values of the options that all directories have. */
export interface DirectoryValues {
  readonly labels: "inferred" | readonly number[] | null;
  readonly labelMode: "int" | "categorical" | "binary" | null;
  readonly classNames: readonly string[] | null;
  readonly batchSize: number | null;
  readonly shuffle: boolean;
  readonly seed: number | null;
  readonly validationSplit: number | null;
  readonly subset: "training" | "validation" | "both" | null;
  readonly followLinks: boolean;
  readonly verbose: boolean;
}

/** Throws a RangeError for options that do not go together. */
export function checkTogether(
  operation: string,
  { validationSplit, subset, shuffle, seed }: DirectoryValues,
): void {
  if ((validationSplit === null) !== (subset === null)) {
    const [given, missing] = subset === null ? ["validationSplit", "subset"] : ["subset", "validationSplit"];
    throw new RangeError(`${operation}: ${given} is given without ${missing}; they go together`);
  }
  if (validationSplit !== null && shuffle && seed === null && subset !== "both") {
    throw new RangeError(
      `${operation}: seed is ${describeValue(seed)}; a validationSplit of shuffled files takes a seed, lest the parts overlap`,
    );
  }
}
