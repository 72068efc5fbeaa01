import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { datasetOptions, type LoadedDataset } from "./dataset-options.ts";

/** Options of `datasets.cifar10.loadData`. */
export interface Cifar10Options extends Given<typeof datasetOptions> {}

const file = {
  name: "cifar-10-python.tar.gz",
  origin: "https://www.cs.toronto.edu/~kriz/",
  digest: { kind: "sha256", value: "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce" },
} as const;

const folder = "cifar-10-batches-py";
const parts = [
  [1, 2, 3, 4, 5].map((part) => `${folder}/data_batch_${part}`),
  [`${folder}/test_batch`],
] as const;

/** The names of the classes, in the order of their labels. */
export const classNames = [
  ...["airplane", "automobile", "bird", "cat", "deer"],
  ...["dog", "frog", "horse", "ship", "truck"],
] as const;

/**
 * CIFAR-10: 50,000 photographs in ten classes to train on and 10,000 to be judged by. A. Krizhevsky, "Learning multiple layers of features
 * from tiny images" (2009). They are fetched once (170 MB) and kept.
 *
 * @returns `[[xTrain, yTrain], [xTest, yTest]]`: images uint8 [count, 32, 32, 3] and labels uint8 [count, 1], whose names are in
 * `classNames`.
 * @throws FileError where they cannot be had, with the place to put them by hand.
 *
 * @example
 * ```text
 * const [[xTrain, yTrain], [xTest, yTest]] = await datasets.cifar10.loadData();
 * ```
 */
export async function loadData(options: Cifar10Options = {}): Promise<LoadedDataset> {
  const values = readOptionTable("datasets.cifar10.loadData", datasetOptions, options);
  const [{ obtainFile }, { readCifar }] = await Promise.all([
    import("../../formats/datasets/obtain-file.ts"),
    import("../../formats/datasets/cifar.ts"),
  ]);
  const [training, test] = await readCifar(await obtainFile(file, values), file.name, parts, "labels");
  return [training, test];
}
