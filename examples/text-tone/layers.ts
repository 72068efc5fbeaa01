/** A classification of lines of text: the words become indices in a vocabulary, and a convolution sees three of them at a time. */
import { Adam } from "@strata/core";
import {
  Conv1D,
  type Dataset,
  Dense,
  Embedding,
  GlobalMaxPooling1D,
  Sequential,
  TextVectorization,
} from "@strata/layers";
import type { Sentences } from "./data.ts";

/** The vocabulary of some sentences; texts become 12 indices. */
export async function createVocabulary({ training }: Pick<Sentences, "training">) {
  const words = new TextVectorization(200, { outputSequenceLength: 12 });
  words.adapt(await training.map(([text]) => text).toArray());
  return words;
}

/** The network, ready to be trained. */
export function createModel() {
  const model = new Sequential([
    new Embedding(200, 16),
    new Conv1D(16, 3, { activation: "relu" }),
    new GlobalMaxPooling1D(),
    new Dense(1, { activation: "sigmoid" }),
  ]);
  model.compile({ optimizer: new Adam(0.01), loss: "binaryCrossentropy", metrics: ["accuracy"] });
  return model;
}

/** Batches of indices and tones. */
export function batchesOf(sentences: Dataset<readonly [string, number]>, words: TextVectorization) {
  return sentences.batch(32).map(([texts, tones]) => [words.apply(texts), tones] as const);
}

/** Trains the network, and returns its loss and accuracy on the sentences that it has not seen. */
export async function train({ training, test }: Sentences, epochs: number) {
  const words = await createVocabulary({ training });
  const model = createModel();
  const validationData = batchesOf(test, words).cache();
  await model.fit(batchesOf(training.cache().shuffle(800), words).prefetch(), null, {
    epochs,
    validationData,
  });
  return model.evaluate(validationData, null, { verbose: 0, returnDict: true });
}
