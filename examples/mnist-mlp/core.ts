/**
 * The low level: the network is Variables and functions of tensors, and training is a loop written by hand.
 * The file beside it, layers.ts, does the same at the high level.
 */
import {
  Adam,
  clip,
  dropout,
  gradients,
  jit,
  log,
  oneHot,
  shuffledIndices,
  type Tensor,
  tensor,
  uniform,
  variable,
  zeros,
} from "@strata/core";
import { type Digits, type Mnist, pixels, type Scores } from "./data.ts";

const classes = 10;
export const batchSize = 128;

type Network = ReturnType<typeof createNetwork>;
type StepReport = (loss: number) => void;

/** What the network learns: a matrix and a vector a layer. */
function createNetwork() {
  return {
    w1: variable(glorotUniform(pixels, 512), { name: "w1" }),
    b1: variable(zeros([512]), { name: "b1" }),
    w2: variable(glorotUniform(512, 512), { name: "w2" }),
    b2: variable(zeros([512]), { name: "b2" }),
    w3: variable(glorotUniform(512, classes), { name: "w3" }),
    b3: variable(zeros([classes]), { name: "b3" }),
  };
}

/** Evenly drawn weights, the smaller the more connections there are (Glorot and Bengio 2010). */
function glorotUniform(inputs: number, outputs: number): Tensor {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return uniform([inputs, outputs], { minimum: -limit, maximum: limit });
}

/** The probabilities of the ten digits for each image: [batch, 784] → [batch, 10]. */
function forward({ w1, b1, w2, b2, w3, b3 }: Network, images: Tensor, isTraining: boolean): Tensor {
  let x = images.matmul(w1).add(b1).relu();
  if (isTraining) x = dropout(x, 0.2);
  x = x.matmul(w2).add(b2).relu();
  if (isTraining) x = dropout(x, 0.2);
  return x.matmul(w3).add(b3).softmax();
}

/** The mean over the batch of −ln p(label). The bounds keep the logarithm finite. */
function crossEntropy(labels: Tensor, probabilities: Tensor): Tensor {
  const normalized = probabilities.div(probabilities.sum(-1, true));
  const logarithms = log(clip(normalized, 1e-7, 1 - 1e-7));
  return oneHot(labels, classes).mul(logarithms).sum(-1).neg().mean();
}

/** How many images have their highest probability at the label. */
function countHits(labels: Tensor, probabilities: Tensor): Tensor {
  return probabilities.argMax(-1).equal(labels).sum();
}

/** The digits in batches, in a given order; the last batch may be smaller. */
export function* batches({ images, labels }: Digits, order: Int32Array) {
  for (let start = 0; start < order.length; start += batchSize) {
    const chosen = order.subarray(start, start + batchSize);
    const rows = new Float32Array(chosen.length * pixels);
    chosen.forEach((index, row) => {
      rows.set(images.subarray(index * pixels, (index + 1) * pixels), row * pixels);
    });
    yield {
      size: chosen.length,
      images: tensor(rows, [chosen.length, pixels]),
      labels: tensor(chosen.map((index) => labels[index])),
    };
  }
}

/** Trains the network, and returns its loss and accuracy on the test images. */
export function train({ training, test }: Mnist, epochs: number, onStep?: StepReport): Scores {
  const network = createNetwork();
  const parameters = Object.values(network);
  const optimizer = new Adam({ learningRate: 0.001 });

  const trainingStep = jit((images: Tensor, labels: Tensor) => {
    const probabilities = forward(network, images, true);
    const loss = crossEntropy(labels, probabilities);
    optimizer.applyGradients(gradients(loss, parameters), parameters);
    return { loss, hits: countHits(labels, probabilities) };
  });

  const testStep = jit((images: Tensor, labels: Tensor) => {
    const probabilities = forward(network, images, false);
    return { loss: crossEntropy(labels, probabilities), hits: countHits(labels, probabilities) };
  });

  function runEpoch(step: typeof testStep, digits: Digits, order: Int32Array, report?: StepReport) {
    let lossSum = 0;
    let hitCount = 0;
    for (const { size, images, labels } of batches(digits, order)) {
      const { loss, hits } = step(images, labels);
      lossSum += loss.item() * size;
      hitCount += hits.item();
      report?.(loss.item());
    }
    return { loss: lossSum / digits.count, accuracy: hitCount / digits.count };
  }

  const testOrder = Int32Array.from({ length: test.count }, (_, index) => index);
  let scores: Scores = { loss: Number.NaN, accuracy: Number.NaN };
  for (let epoch = 0; epoch < epochs; epoch++) {
    const trained = runEpoch(trainingStep, training, shuffledIndices(training.count, epoch), onStep);
    scores = runEpoch(testStep, test, testOrder);
    console.log(`Epoch ${epoch + 1}/${epochs} - ${describe(trained)} - test ${describe(scores)}`);
  }
  return scores;
}

function describe({ loss, accuracy }: Scores): string {
  return `loss: ${loss.toFixed(4)} - accuracy: ${accuracy.toFixed(4)}`;
}
