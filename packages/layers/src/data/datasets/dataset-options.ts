import type { Tensor } from "@strata/core";
import type { OptionValues } from "../../schema/option.ts";
import { boolean, text } from "../../schema/vocabulary.ts";

/** The options of all data sets that are fetched. */
export const datasetOptions = {
  /**
   * The folder that files are kept in; null for the one that the environment variable `STRATA_DATASETS` names, or else
   * `~/.strata/datasets`; in browsers `opfs://strata/datasets`.
   */
  folder: text().orNull(),
  /** The address of a folder that has the files; null for the one that Keras takes them from. */
  origin: text().orNull(),
  /** Whether progress is shown while a file is fetched. */
  verbose: boolean(true),
};

/** The values of these options. */
export type DatasetValues = OptionValues<typeof datasetOptions>;

/** The inputs and targets to train on, and those to be judged by. */
export type LoadedDataset<Inputs = Tensor> = readonly [
  training: readonly [x: Inputs, y: Tensor],
  test: readonly [x: Inputs, y: Tensor],
];
