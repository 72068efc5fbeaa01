/**
 * The high level: an LSTM that reads an image row by row, as a list of layers, trained by one call. The file beside it,
 * core.ts, does the same at the low level.
 */
import { Adam } from "@strata/core";
import { Dense, Input, LSTM, losses, Reshape, Sequential } from "@strata/layers";
import { batchSize } from "../mnist-mlp/core.ts";
import { type Mnist, pixels, type Scores } from "../mnist-mlp/data.ts";

/** The network, ready to be trained. */
export function createModel(): Sequential {
  const model = new Sequential([
    Input({ shape: [pixels] }),
    new Reshape([28, 28]),
    new LSTM(64, { recurrentInitializer: "glorotUniform" }),
    new Dense(10),
  ]);
  model.compile({
    loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    optimizer: new Adam(),
    metrics: ["accuracy"],
  });
  return model;
}

/** Trains the network, and returns its loss and accuracy on the test images. */
export async function train({ training, test }: Mnist, epochs: number): Promise<Scores> {
  const model = createModel();
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
