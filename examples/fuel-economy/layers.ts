/** A regression from a CSV file: how far cars go, by their weight, power and year. */
import { Adam } from "@strata/core";
import { Dense, Normalization, Sequential } from "@strata/layers";
import type { Cars } from "./data.ts";

/** The network, ready to be trained; it learns the means and variances of the facts from some cars first. */
export async function createModel({ training }: Pick<Cars, "training">) {
  const scaling = new Normalization();
  scaling.adapt(
    await training
      .map(([facts]) => facts)
      .batch(64)
      .toArray(),
  );
  const model = new Sequential([
    scaling,
    new Dense(32, { activation: "relu" }),
    new Dense(32, { activation: "relu" }),
    new Dense(1),
  ]);
  model.compile({ optimizer: new Adam(0.01), loss: "meanSquaredError", metrics: ["meanAbsoluteError"] });
  return model;
}

/** Trains the network, and returns its loss and mean error, in miles per gallon, on the cars that it has not seen. */
export async function train({ training, test }: Cars, epochs: number) {
  const model = await createModel({ training });
  const batches = training.cache().shuffle(320).batch(32).prefetch();
  await model.fit(batches, null, { epochs, validationData: test.batch(80).cache() });
  return model.evaluate(test.batch(80), null, { verbose: 0, returnDict: true });
}
