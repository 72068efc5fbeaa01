/**
 * The high level: the network is a list of layers, and training is one call.
 * The file beside it, core.ts, does the same at the low level.
 */
import { Adam } from "@strata/core";
import { Dense, Dropout, Sequential, toCategorical } from "@strata/layers";
import { type Mnist, pixels, type Scores } from "./data.ts";

const numClasses = 10;
const batchSize = 128;

/** The network, ready to be trained. */
export function createModel(): Sequential {
  const model = new Sequential();
  model.add(new Dense(512, { activation: "relu", inputShape: [pixels] }));
  model.add(new Dropout(0.2));
  model.add(new Dense(512, { activation: "relu" }));
  model.add(new Dropout(0.2));
  model.add(new Dense(numClasses, { activation: "softmax" }));
  model.compile({ loss: "categoricalCrossentropy", optimizer: new Adam(), metrics: ["accuracy"] });
  return model;
}

/** Trains the network, and returns its loss and accuracy on the test images. */
export async function train({ training, test }: Mnist, epochs: number): Promise<Scores> {
  const xTrain = training.images;
  const yTrain = toCategorical(training.labels, numClasses);
  const xTest = test.images;
  const yTest = toCategorical(test.labels, numClasses);

  const model = createModel();
  model.summary();
  await model.fit(xTrain, yTrain, { batchSize, epochs, verbose: 1, validationData: [xTest, yTest] });
  const [loss, accuracy] = await model.evaluate(xTest, yTest, { batchSize, verbose: 0 });
  return { loss, accuracy };
}
