// The step of a classifier of handwritten digits: 784-512-512-10, relu, dropout 0.2, Adam, a batch of 128.
import {
  Adam,
  cast,
  dropout,
  evaluate,
  jit,
  matmul,
  mean,
  relu,
  setSeed,
  sparseSoftmaxCrossEntropy,
  type Tensor,
  uniform,
  variable,
  zeros,
} from "@strata/core";

const batchSize = 128;
const widths = [784, 512, 512, 10];

/** A function that trains on one batch and reads the loss. */
export function mlp(): () => number {
  setSeed(1);
  const layers = widths.slice(1).map((outputs, index) => {
    const inputs = widths[index];
    const limit = Math.sqrt(6 / (inputs + outputs));
    const kernel = variable(uniform([inputs, outputs], { minimum: -limit, maximum: limit }));
    return { kernel, bias: variable(zeros([outputs])) };
  });
  const variables = layers.flatMap(({ kernel, bias }) => [kernel, bias]);
  const optimizer = new Adam();
  const predict = (images: Tensor): Tensor =>
    layers.reduce((values, { kernel, bias }, index) => {
      const sums = matmul(values, kernel).add(bias);
      return index < layers.length - 1 ? dropout(relu(sums), 0.2) : sums;
    }, images);
  const step = jit((images: Tensor, labels: Tensor) =>
    optimizer.minimize(() => mean(sparseSoftmaxCrossEntropy(labels, predict(images))), variables),
  );
  const images = uniform([batchSize, widths[0]]);
  const labels = cast(uniform([batchSize], { maximum: 10 }), "int32");
  evaluate(images, labels);
  return () => step(images, labels).item();
}
