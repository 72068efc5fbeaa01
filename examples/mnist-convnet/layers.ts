/**
 * The high level: a convolutional network as a list of layers, trained by one call. The file beside it, core.ts, does
 * the same at the low level.
 */
import { Adam, CosineDecay } from "@strata/core";
import {
  Conv2D,
  Dense,
  Dropout,
  Flatten,
  Input,
  losses,
  MaxPooling2D,
  Reshape,
  Sequential,
} from "@strata/layers";
import { batchSize } from "../mnist-mlp/core.ts";
import { type Mnist, pixels, type Scores } from "../mnist-mlp/data.ts";

/**
 * The network, ready to be trained.
 *
 * @param stepCount Over how many steps the learning rate falls to 0.
 */
export function createModel(stepCount: number): Sequential {
  const model = new Sequential([
    Input({ shape: [pixels] }),
    new Reshape([28, 28, 1]),
    new Conv2D(32, 5, { activation: "relu" }),
    new MaxPooling2D(2),
    new Conv2D(64, 5, { activation: "relu" }),
    new MaxPooling2D(2),
    new Flatten(),
    new Dropout(0.5),
    new Dense(10),
  ]);
  model.compile({
    loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    optimizer: new Adam(new CosineDecay(0.002, stepCount)),
    metrics: ["accuracy"],
  });
  return model;
}

/** Trains the network, and returns its loss and accuracy on the test images. */
export async function train({ training, test }: Mnist, epochs: number): Promise<Scores> {
  const model = createModel(epochs * Math.ceil(training.count / batchSize));
  model.summary();
  await model.fit(training.images, training.labels, {
    batchSize,
    epochs,
    validationData: [test.images, test.labels],
  });
  const { loss, accuracy } = await model.evaluate(test.images, test.labels, {
    batchSize,
    verbose: 0,
    returnDict: true,
  });
  return { loss, accuracy };
}
