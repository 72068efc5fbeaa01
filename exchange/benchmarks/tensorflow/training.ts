import * as tf from "@tensorflow/tfjs";
import type { Prepared } from "../../../benchmarks/libraries/library.ts";
import { draw } from "../../../benchmarks/workloads/draw.ts";
import type { DrawnTensor, DrawnTensors } from "../../../benchmarks/workloads/workload.ts";

export function drawn(description: DrawnTensor): tf.Tensor {
  return tf.tensor(draw(description), [...description.shape], description.dtype);
}

/** A network: what it predicts, and the variables that are trained. */
export interface Network {
  predict(inputs: tf.Tensor): tf.Tensor;
  readonly variables: tf.Variable[];
  readonly classes: number;
}

/** Trains on one batch, and reads the loss. */
export function training(
  { predict, variables, classes }: Network,
  tensors: DrawnTensors,
  learningRate: number,
): Prepared {
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-7);
  const inputs = drawn(tensors.inputs);
  const labels = tf.tidy(() => tf.oneHot(drawn(tensors.labels), classes).cast("float32"));
  let loss = Number.NaN;
  return {
    run() {
      const cost = optimizer.minimize(
        () => tf.losses.softmaxCrossEntropy(labels, predict(inputs)).asScalar(),
        true,
        variables,
      );
      if (!cost) throw new Error("minimize did not return the loss");
      [loss] = cost.dataSync();
      cost.dispose();
    },
    observe: () => [loss],
    dispose() {
      optimizer.dispose();
      tf.dispose([inputs, labels, ...variables]);
    },
  };
}
