/** A functional model of two inputs and two outputs, each with losses and metrics of its own, by their names. */
import { Adam } from "@strata/core";
import { Concatenate, Conv1D, Dense, Flatten, Input, Model, Reshape } from "@strata/layers";
import { type Days, hours, partsOfDay, type Seasons } from "./data.ts";

/** The network, ready to be trained. */
export function createModel() {
  const temperatures = Input({ shape: [hours], name: "temperatures" });
  const facts = Input({ shape: [2], name: "facts" });

  const curve = new Flatten().apply(
    new Conv1D(8, 5, { activation: "relu", strides: 2 }).apply(new Reshape([hours, 1]).apply(temperatures)),
  );
  const day = new Dense(64, { activation: "relu" }).apply(new Concatenate().apply([curve, facts]));

  const model = new Model({
    inputs: { temperatures, facts },
    outputs: {
      sales: new Dense(1, { name: "sales" }).apply(new Dense(32, { activation: "relu" }).apply(day)),
      busiest: new Dense(partsOfDay, { name: "busiest", activation: "softmax" }).apply(day),
    },
  });
  model.compile({
    optimizer: new Adam(0.001),
    loss: { sales: "meanSquaredError", busiest: "sparseCategoricalCrossentropy" },
    lossWeights: { sales: 1, busiest: 0.5 },
    metrics: { sales: "meanAbsoluteError", busiest: "accuracy" },
  });
  return model;
}

/** Trains the network, and returns its losses and metrics on the days that it has not seen. */
export async function train({ training, test }: Seasons, epochs: number) {
  const model = createModel();
  model.summary();
  const parts = ({ temperatures, facts, sales, busiest }: Days) =>
    [
      { temperatures, facts },
      { sales, busiest },
    ] as const;
  await model.fit(...parts(training), { batchSize: 64, epochs, validationData: parts(test) });
  return model.evaluate(...parts(test), { verbose: 0, returnDict: true });
}
