/** The first digits of MNIST, in the place of all, so that documents' programs end soon. */
import { slice, type Tensor } from "@strata/core";
import { datasets } from "@strata/layers";

type Part = readonly [images: Tensor, labels: Tensor];

/** As `datasets.mnist.loadData`, but 256 digits to train on and 128 to be judged by. */
export async function loadData(): Promise<readonly [training: Part, test: Part]> {
  const [[xTrain, yTrain], [xTest, yTest]] = await datasets.mnist.loadData();
  return [
    [slice(xTrain, [[0, 256]]), slice(yTrain, [[0, 256]])],
    [slice(xTest, [[0, 128]]), slice(yTest, [[0, 128]])],
  ];
}
