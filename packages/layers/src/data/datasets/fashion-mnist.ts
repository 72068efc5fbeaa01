import { readOptionTable } from "../../schema/configurable.ts";
import type { Given } from "../../schema/option.ts";
import { datasetOptions, type LoadedDataset } from "./dataset-options.ts";
import { kerasFiles } from "./parts.ts";

/** Options of `datasets.fashionMnist.loadData`. */
export interface FashionMnistOptions extends Given<typeof datasetOptions> {}

/** SHA-256 by name, as Keras has them. */
const files = {
  "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
  "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
  "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
  "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
} as const;

/** The names of the classes, in the order of their labels. */
export const classNames = [
  ...["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"],
  ...["Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
] as const;

/**
 * Fashion-MNIST: 60,000 images of clothes in ten classes to train on and 10,000 to be judged by. H. Xiao, K. Rasul, R. Vollgraf (2017).
 * They are fetched once and kept.
 *
 * @returns `[[xTrain, yTrain], [xTest, yTest]]`: images uint8 [count, 28, 28] and labels uint8 [count], whose names are in `classNames`.
 * @throws FileError where they cannot be had, with the place to put them by hand.
 *
 * @example
 * ```text
 * const [[xTrain, yTrain], [xTest, yTest]] = await datasets.fashionMnist.loadData();
 * ```
 */
export async function loadData(options: FashionMnistOptions = {}): Promise<LoadedDataset> {
  const values = readOptionTable("datasets.fashionMnist.loadData", datasetOptions, options);
  const [{ obtainFile }, { decodeIdx }, { gunzip }] = await Promise.all([
    import("../../formats/datasets/obtain-file.ts"),
    import("../../formats/datasets/idx.ts"),
    import("../../formats/datasets/gunzip.ts"),
  ]);
  const read = async (name: keyof typeof files) => {
    const remote = {
      name: `fashion-mnist-${name}`,
      origin: kerasFiles,
      remoteName: name,
      digest: { kind: "sha256", value: files[name] },
    } as const;
    return decodeIdx(await gunzip(await obtainFile(remote, values), name), name);
  };
  // One after the other: each has a bar of its own.
  return [
    [await read("train-images-idx3-ubyte.gz"), await read("train-labels-idx1-ubyte.gz")],
    [await read("t10k-images-idx3-ubyte.gz"), await read("t10k-labels-idx1-ubyte.gz")],
  ];
}
