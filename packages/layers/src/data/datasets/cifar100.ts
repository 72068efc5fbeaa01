import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { choice } from "../../schema/vocabulary.ts";
import { datasetOptions, type LoadedDataset } from "./dataset-options.ts";

const options = {
  ...datasetOptions,
  /** Which labels: of the 100 classes, or of the 20 groups of them. */
  labelMode: choice(["fine", "coarse"])("fine"),
};

/** Options of `datasets.cifar100.loadData`. */
export interface Cifar100Options extends Given<typeof options> {}

const file = {
  name: "cifar-100-python.tar.gz",
  origin: "https://www.cs.toronto.edu/~kriz/",
  digest: { kind: "sha256", value: "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7" },
} as const;

const parts = [["cifar-100-python/train"], ["cifar-100-python/test"]] as const;

/**
 * CIFAR-100: 50,000 photographs in a hundred classes to train on and 10,000 to be judged by. A. Krizhevsky, "Learning multiple layers of
 * features from tiny images" (2009). They are fetched once (169 MB) and kept.
 *
 * @returns `[[xTrain, yTrain], [xTest, yTest]]`: images uint8 [count, 32, 32, 3] and labels uint8 [count, 1].
 * @throws FileError where they cannot be had, with the place to put them by hand.
 *
 * @example
 * ```text
 * const [[xTrain, yTrain], [xTest, yTest]] = await datasets.cifar100.loadData({ labelMode: "coarse" });
 * ```
 */
export async function loadData(given: Cifar100Options = {}): Promise<LoadedDataset> {
  const values = readOptionTable("datasets.cifar100.loadData", options, given);
  const [{ obtainFile }, { readCifar }] = await Promise.all([
    import("../../formats/datasets/obtain-file.ts"),
    import("../../formats/datasets/cifar.ts"),
  ]);
  const bytes = await obtainFile(file, values);
  const [training, test] = await readCifar(bytes, file.name, parts, `${values.labelMode}_labels`);
  return [training, test];
}
