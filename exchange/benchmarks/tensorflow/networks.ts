import * as tf from "@tensorflow/tfjs";
import type { Convnet, DrawnTensors, Perceptron, Workload } from "../../../benchmarks/workloads/workload.ts";
import { drawn, type Network } from "./training.ts";

function dense(tensors: DrawnTensors, name: string) {
  const kernel = tf.variable(drawn(tensors[`${name}.kernel`]));
  const bias = tf.variable(drawn(tensors[`${name}.bias`]));
  return {
    variables: [kernel, bias],
    apply: (x: tf.Tensor): tf.Tensor => tf.add(tf.matMul(x, kernel), bias),
  };
}

export function perceptron({ model, tensors }: Workload<Perceptron>): Network {
  const { widths, dropout } = model;
  const layers = widths.slice(1).map((_, index) => dense(tensors, `layer${index}`));
  const hidden = layers.slice(0, -1);
  const last = layers[layers.length - 1];
  return {
    variables: layers.flatMap(({ variables }) => variables),
    classes: widths[widths.length - 1],
    predict(inputs) {
      return last.apply(
        hidden.reduce((x, { apply }) => {
          const active = tf.relu(apply(x));
          return dropout > 0 ? tf.dropout(active, dropout) : active;
        }, inputs),
      );
    },
  };
}

function convolution(tensors: DrawnTensors, name: string) {
  const description = tensors[`${name}.kernel`];
  const [height, width, inputs, outputs] = description.shape;
  const kernel = tf.variable(drawn(description).as4D(height, width, inputs, outputs));
  const bias = tf.variable(drawn(tensors[`${name}.bias`]));
  return {
    variables: [kernel, bias],
    apply(x: tf.Tensor4D): tf.Tensor4D {
      const sums: tf.Tensor4D = tf.add(tf.conv2d(x, kernel, 1, "same"), bias);
      return tf.maxPool(tf.relu(sums), 2, 2, "valid");
    },
  };
}

export function convnet({ model, tensors }: Workload<Convnet>): Network {
  const { batch, size, channels, filters, classes } = model;
  const convolutions = filters.map((_, index) => convolution(tensors, `convolution${index}`));
  const last = dense(tensors, "dense");
  return {
    variables: [...convolutions, last].flatMap<tf.Variable>(({ variables }) => variables),
    classes,
    predict(images) {
      const inputs = images.as4D(batch, size, size, channels);
      const features = convolutions.reduce((x, { apply }) => apply(x), inputs);
      return last.apply(features.as2D(batch, features.size / batch));
    },
  };
}
