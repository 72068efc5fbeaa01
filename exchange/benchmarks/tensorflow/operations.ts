import * as tf from "@tensorflow/tfjs";
import { moments, type Prepared } from "../../../benchmarks/libraries/library.ts";
import type { Operation, Workload } from "../../../benchmarks/workloads/workload.ts";
import { drawn } from "./training.ts";

type Operands = Readonly<Record<string, tf.Tensor>>;

function apply(model: Operation, operands: Operands): tf.Tensor {
  const { left, right, image, kernel, x, y, scale, offset } = operands;
  switch (model.kind) {
    case "matmul":
      return tf.matMul(left, right, model.transposed === "left", model.transposed === "right");
    case "conv2d": {
      const [batch, height, width, channels] = model.image;
      return tf.conv2d(
        image.as4D(batch, height, width, channels),
        kernel.as4D(3, 3, channels, model.filters),
        1,
        "same",
      );
    }
    case "softmax":
      return tf.softmax(x);
    case "layerNorm": {
      const { mean, variance } = tf.moments(x, 1, true);
      return tf
        .sub(x, mean)
        .mul(tf.rsqrt(variance.add(1e-5)))
        .mul(scale)
        .add(offset);
    }
    case "sumOfRows":
      return tf.sum(x, 1);
    case "sumOfColumns":
      return tf.sum(x, 0);
    case "exp":
      return tf.exp(x);
    case "add":
      return tf.add(x, y);
    case "adam":
      throw new RangeError("an update has no result of its own");
  }
}

export function operation({ model, tensors }: Workload<Operation>): Prepared {
  const operands: Operands = Object.fromEntries(
    Object.entries(tensors).map(([name, description]) => [name, drawn(description)]),
  );
  if (model.kind === "adam") {
    const weights = tf.variable(operands.weights);
    const optimizer = tf.train.adam(0.001, 0.9, 0.999, 1e-7);
    return {
      run: () => optimizer.applyGradients([{ name: weights.name, tensor: operands.gradient }]),
      observe: () => moments(weights.dataSync()),
      dispose() {
        optimizer.dispose();
        tf.dispose([weights, operands]);
      },
    };
  }
  let result: tf.Tensor | undefined;
  return {
    run() {
      result?.dispose();
      result = tf.tidy(() => apply(model, operands));
    },
    observe: () => moments(result?.dataSync() ?? []),
    dispose: () => tf.dispose([operands, result]),
  };
}
