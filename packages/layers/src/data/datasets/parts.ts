import { gather, type Tensor } from "@strata/core";
import type { NpzMembers } from "../../formats/datasets/npz-members.ts";
import type { RemoteFile } from "../../formats/datasets/obtain-file.ts";
import { fractionBelowOne } from "../../schema/vocabulary.ts";
import { NumpyRandom } from "../numpy-random.ts";
import { orderSeedInteger } from "../order.ts";
import type { DatasetValues, LoadedDataset } from "./dataset-options.ts";

/** The address of the files of data sets that Keras keeps. */
export const kerasFiles = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/";

/** The result of a function of the arrays in a file of NumPy's, which is fetched if need be. */
export async function fromNpz<Result>(
  file: RemoteFile,
  values: DatasetValues,
  use: (members: NpzMembers) => Promise<Result>,
): Promise<Result> {
  const [{ obtainFile }, { withNpz }] = await Promise.all([
    import("../../formats/datasets/obtain-file.ts"),
    import("../../formats/datasets/npz-members.ts"),
  ]);
  return withNpz(await obtainFile(file, values), file.name, use);
}

/** The options of data sets that are divided when they are loaded. */
export const partOptions = {
  /** The part that is kept for tests. */
  testSplit: fractionBelowOne(0.2),
  /** The seed of the order in which the rows are divided. */
  seed: orderSeedInteger(113),
};

/** Rows in Keras's order for a seed, the last of them for tests. */
export function dividedRows(x: Tensor, y: Tensor, testSplit: number, seed: number): LoadedDataset {
  const order = new NumpyRandom(seed).permutation(x.shape[0]);
  const border = Math.trunc(order.length * (1 - testSplit));
  const rows = (places: Int32Array) => [gather(x, places, 0), gather(y, places, 0)] as const;
  return [rows(order.subarray(0, border)), rows(order.subarray(border))];
}
