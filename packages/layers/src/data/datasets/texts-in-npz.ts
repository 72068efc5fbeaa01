import { type Tensor, tensor } from "@strata/core";
import type { NpzMembers } from "../../formats/datasets/npz-members.ts";
import { NumpyRandom } from "../numpy-random.ts";
import type { LoadedDataset } from "./dataset-options.ts";
import {
  chosenWords,
  numberedWords,
  type SequenceValues,
  shortTexts,
  type WordSequence,
} from "./word-sequences.ts";

interface TextValues extends SequenceValues {
  readonly maxLength: number | null;
  readonly seed: number;
}

interface LabelledTexts {
  readonly texts: readonly WordSequence[];
  readonly labels: Int32Array;
}

/** The reviews of IMDB, which are divided in the file, in Keras's order. */
export async function reviewsIn(
  members: NpzMembers,
  values: TextValues,
  operation: string,
): Promise<LoadedDataset<readonly WordSequence[]>> {
  const random = new NumpyRandom(values.seed);
  const read = async (part: string): Promise<LabelledTexts> =>
    ordered(
      await members.sequences(`x_${part}`),
      await members.tensor(`y_${part}`),
      random,
      values,
      operation,
    );
  const training = await read("train");
  const test = await read("test");
  // The highest number is that of both.
  const texts = chosenWords([...training.texts, ...test.texts], values);
  const border = training.texts.length;
  return [
    [texts.slice(0, border), tensor(training.labels)],
    [texts.slice(border), tensor(test.labels)],
  ];
}

/** The news of Reuters in Keras's order, the last of them for tests. */
export async function newsIn(
  members: NpzMembers,
  values: TextValues & { readonly testSplit: number },
  operation: string,
): Promise<LoadedDataset<readonly WordSequence[]>> {
  const [x, y] = [await members.sequences("x"), await members.tensor("y")];
  const { texts, labels } = ordered(x, y, new NumpyRandom(values.seed), values, operation);
  const chosen = chosenWords(texts, values);
  const border = Math.trunc(chosen.length * (1 - values.testSplit));
  return [
    [chosen.slice(0, border), tensor(labels.slice(0, border))],
    [chosen.slice(border), tensor(labels.slice(border))],
  ];
}

function ordered(
  texts: readonly WordSequence[],
  labels: Tensor,
  random: NumpyRandom,
  values: TextValues,
  operation: string,
): LabelledTexts {
  const ofText = labels.dataSync();
  const order = [...random.permutation(texts.length)];
  return shortTexts(
    operation,
    numberedWords(
      order.map((place) => texts[place]),
      values,
    ),
    order.map((place) => ofText[place]),
    values.maxLength,
  );
}
