/** The images of Fashion-MNIST; where they cannot be fetched, those of MNIST, which have the same form. */
import { datasets } from "@strata/layers";

/** Images, and what they show. */
export interface Pictures {
  /** Whether they are clothes, which may be mirrored, and no digits, which may not. */
  readonly areClothes: boolean;
  readonly data: datasets.LoadedDataset;
}

/** Fashion-MNIST, or else MNIST; it says which. */
export async function loadPictures(): Promise<Pictures> {
  try {
    return { areClothes: true, data: await datasets.fashionMnist.loadData() };
  } catch (error) {
    console.log(`${error instanceof Error ? error.message : error}\n\nThe digits of MNIST take their place.`);
    return { areClothes: false, data: await datasets.mnist.loadData() };
  }
}
