/**
 * Clothes told apart from a Dataset: batches are made while the step before runs, images are moved and mirrored at random, and callbacks
 * lower the learning rate, keep the best model in a file beside this one, best.keras, and end training when it stops improving.
 */
import { fileURLToPath } from "node:url";
import { Adam, type Tensor } from "@strata/core";
import {
  Conv2D,
  callbacks,
  Dataset,
  Dense,
  Dropout,
  Flatten,
  MaxPooling2D,
  Pipeline,
  RandomFlip,
  RandomTranslation,
  Rescaling,
  Sequential,
} from "@strata/layers";
import type { Scores } from "../mnist-mlp/data.ts";
import type { Pictures } from "./data.ts";

const batchSize = 128;
/** The share of the training images that is kept for validation. */
const validationShare = 1 / 12;

/** The network, ready to be trained. */
export function createModel(): Sequential {
  const model = new Sequential();
  model.add(new Rescaling(1 / 255, { inputShape: [28, 28, 1] }));
  model.add(new Conv2D(32, 3, { activation: "relu" }));
  model.add(new MaxPooling2D(2));
  model.add(new Conv2D(64, 3, { activation: "relu" }));
  model.add(new MaxPooling2D(2));
  model.add(new Flatten());
  model.add(new Dropout(0.4));
  model.add(new Dense(10, { activation: "softmax" }));
  model.compile({
    loss: "sparseCategoricalCrossentropy",
    optimizer: new Adam(),
    metrics: ["accuracy"],
  });
  return model;
}

/** Batches of images [batch, 28, 28, 1] and their labels. */
function batchesOf(elements: Dataset<readonly [Tensor, Tensor]>): Dataset<readonly [Tensor, Tensor]> {
  return elements.batch(batchSize).map(([images, labels]) => [images.expandDims(-1), labels] as const);
}

/** Trains the network, and returns loss and accuracy of the best one on the test images. */
export async function train(
  { areClothes, data: [[x, y], [xTest, yTest]] }: Pictures,
  epochs: number,
  bestFile = fileURLToPath(new URL("best.keras", import.meta.url)),
): Promise<Scores> {
  const move = new RandomTranslation(0.08, 0.08, { fillMode: "constant" });
  const augment = new Pipeline(areClothes ? [new RandomFlip("horizontal"), move] : [move]);

  const all = Dataset.fromTensorSlices([x, y] as const);
  const validationCount = Math.round(x.shape[0] * validationShare);
  const validation = batchesOf(all.take(validationCount)).cache();
  const training = batchesOf(all.skip(validationCount).shuffle(10_000))
    .map(([images, labels]) => [augment.apply(images, { training: true }), labels] as const)
    .prefetch();

  const model = createModel();
  model.summary();
  await model.fit(training, null, {
    epochs,
    validationData: validation,
    callbacks: [
      new callbacks.ReduceLROnPlateau({ monitor: "val_loss", factor: 0.3, patience: 2, verbose: 1 }),
      new callbacks.ModelCheckpoint(bestFile, { monitor: "val_loss", saveBestOnly: true }),
      new callbacks.EarlyStopping({ monitor: "val_loss", patience: 5, restoreBestWeights: true, verbose: 1 }),
    ],
  });
  const test = batchesOf(Dataset.fromTensorSlices([xTest, yTest] as const));
  const [loss, accuracy] = await model.evaluate(test, null, { verbose: 0 });
  return { loss, accuracy };
}
