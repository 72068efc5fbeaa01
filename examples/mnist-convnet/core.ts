/**
 * The low level: a convolutional network as Variables and functions of tensors, trained by a loop written by hand. The
 * file beside it, layers.ts, does the same at the high level.
 */
import {
  Adam,
  CosineDecay,
  conv2d,
  dropout,
  gradients,
  jit,
  maxPool2d,
  sparseSoftmaxCrossEntropy,
  type Tensor,
  uniform,
  variable,
  zeros,
} from "@strata/core";
import { trainOnDigits } from "../digits.ts";
import { batchSize } from "../mnist-mlp/core.ts";
import type { Mnist, Scores } from "../mnist-mlp/data.ts";

const classes = 10;

type Network = ReturnType<typeof createNetwork>;

/** Two kernels of 5 × 5 and a matrix, each with its bias. */
function createNetwork() {
  return {
    kernel1: variable(glorotUniform([5, 5, 1, 32])),
    bias1: variable(zeros([32])),
    kernel2: variable(glorotUniform([5, 5, 32, 64])),
    bias2: variable(zeros([64])),
    kernel3: variable(glorotUniform([1024, classes])),
    bias3: variable(zeros([classes])),
  };
}

/** Evenly drawn weights, the smaller the more connections there are (Glorot and Bengio 2010). */
function glorotUniform(shape: readonly number[]): Tensor {
  const field = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  const [inputs, outputs] = shape.slice(-2);
  const limit = Math.sqrt(6 / (field * (inputs + outputs)));
  return uniform(shape, { minimum: -limit, maximum: limit });
}

/** The scores of the ten digits for each image: [batch, 784] → [batch, 10]. */
function forward(network: Network, images: Tensor, isTraining: boolean): Tensor {
  const { kernel1, bias1, kernel2, bias2, kernel3, bias3 } = network;
  let x = images.reshape([images.shape[0], 28, 28, 1]);
  x = maxPool2d(conv2d(x, kernel1).add(bias1).relu(), 2);
  x = maxPool2d(conv2d(x, kernel2).add(bias2).relu(), 2);
  x = x.reshape([x.shape[0], 1024]);
  if (isTraining) x = dropout(x, 0.5);
  return x.matmul(kernel3).add(bias3);
}

/** Trains the network, and returns its loss and accuracy on the test images. */
export function train(mnist: Mnist, epochs: number, onStep?: (loss: number) => void): Scores {
  const network = createNetwork();
  const parameters = Object.values(network);
  const stepCount = epochs * Math.ceil(mnist.training.count / batchSize);
  const optimizer = new Adam({ learningRate: new CosineDecay(0.002, stepCount) });

  const steps = {
    train: jit((images: Tensor, labels: Tensor) => {
      const loss = sparseSoftmaxCrossEntropy(labels, forward(network, images, true)).mean();
      optimizer.applyGradients(gradients(loss, parameters), parameters);
      return loss;
    }),
    test: jit((images: Tensor, labels: Tensor) => {
      const scores = forward(network, images, false);
      return {
        loss: sparseSoftmaxCrossEntropy(labels, scores).sum(),
        hits: scores.argMax(-1).equal(labels).sum(),
      };
    }),
  };
  return trainOnDigits(steps, mnist, epochs, onStep);
}
