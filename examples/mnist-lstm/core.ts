/**
 * The low level: an LSTM that reads an image row by row, as Variables, a scan over the rows, and a loop written by hand.
 * The file beside it, layers.ts, does the same at the high level.
 */
import {
  Adam,
  concat,
  gradients,
  jit,
  ones,
  scan,
  sparseSoftmaxCrossEntropy,
  split,
  type Tensor,
  uniform,
  variable,
  zeros,
} from "@strata/core";
import { trainOnDigits } from "../digits.ts";
import type { Mnist, Scores } from "../mnist-mlp/data.ts";

const units = 64;
const classes = 10;

type Network = ReturnType<typeof createNetwork>;

/** The kernels of the four gates side by side (input, forget, candidate, output), and a matrix that reads the last state. */
function createNetwork() {
  return {
    kernel: variable(glorotUniform(28, 4 * units)),
    recurrentKernel: variable(glorotUniform(units, 4 * units)),
    // A forget gate that begins open lets gradients through (Jozefowicz et al. 2015).
    bias: variable(concat([zeros([units]), ones([units]), zeros([2 * units])], 0)),
    outputKernel: variable(glorotUniform(units, classes)),
    outputBias: variable(zeros([classes])),
  };
}

/** Evenly drawn weights, the smaller the more connections there are (Glorot and Bengio 2010). */
function glorotUniform(inputs: number, outputs: number): Tensor {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return uniform([inputs, outputs], { minimum: -limit, maximum: limit });
}

/** The scores of the ten digits for each image: [batch, 784] → [batch, 10]. */
function forward(network: Network, images: Tensor): Tensor {
  const { kernel, recurrentKernel, bias, outputKernel, outputBias } = network;
  const [batch] = images.shape;
  const rows = images.reshape([batch, 28, 28]).transpose([1, 0, 2]);
  const sums = rows.matmul(kernel).add(bias);
  const begin = { hidden: zeros([batch, units]), memory: zeros([batch, units]) };
  const [{ hidden }] = scan(
    (state: typeof begin, row: Tensor) => {
      const gates = split(row.add(state.hidden.matmul(recurrentKernel)), 4, -1);
      const [input, forget, candidate, output] = gates;
      const memory = forget.sigmoid().mul(state.memory).add(input.sigmoid().mul(candidate.tanh()));
      return [{ hidden: output.sigmoid().mul(memory.tanh()), memory }, null];
    },
    begin,
    sums,
  );
  return hidden.matmul(outputKernel).add(outputBias);
}

/** Trains the network, and returns its loss and accuracy on the test images. */
export function train(mnist: Mnist, epochs: number, onStep?: (loss: number) => void): Scores {
  const network = createNetwork();
  const parameters = Object.values(network);
  const optimizer = new Adam({ learningRate: 0.001 });

  const steps = {
    train: jit((images: Tensor, labels: Tensor) => {
      const loss = sparseSoftmaxCrossEntropy(labels, forward(network, images)).mean();
      optimizer.applyGradients(gradients(loss, parameters), parameters);
      return loss;
    }),
    test: jit((images: Tensor, labels: Tensor) => {
      const scores = forward(network, images);
      return {
        loss: sparseSoftmaxCrossEntropy(labels, scores).sum(),
        hits: scores.argMax(-1).equal(labels).sum(),
      };
    }),
  };
  return trainOnDigits(steps, mnist, epochs, onStep);
}
