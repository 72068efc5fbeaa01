/**
 * The low level: a transformer that learns to write as a book is written, as Variables and functions of tensors, trained by
 * a loop written by hand. The file beside it, layers.ts, does the same at the high level.
 */
import {
  Adam,
  gather,
  gelu,
  jit,
  layerNorm,
  ones,
  scaledDotProductAttention,
  shuffledIndices,
  sparseSoftmaxCrossEntropy,
  type Tensor,
  tensor,
  uniform,
  variable,
  zeros,
} from "@strata/core";
import type { Scores } from "../mnist-mlp/data.ts";
import { batchSize, length, type Text, type Windows, write } from "./data.ts";

const width = 128;
const heads = 4;
const blocks = 2;

type Network = ReturnType<typeof createNetwork>;
type Block = ReturnType<typeof createBlock>;
type Dense = ReturnType<typeof createDense>;
type Norm = ReturnType<typeof createNorm>;

/** Evenly drawn weights, the smaller the more connections there are (Glorot and Bengio 2010). */
function glorotUniform(inputs: number, outputs: number): Tensor {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return uniform([inputs, outputs], { minimum: -limit, maximum: limit });
}

function createDense(inputs: number, outputs: number) {
  return { kernel: variable(glorotUniform(inputs, outputs)), bias: variable(zeros([outputs])) };
}

function createNorm() {
  return { scale: variable(ones([width])), offset: variable(zeros([width])) };
}

function createBlock() {
  return {
    attentionNorm: createNorm(),
    query: createDense(width, width),
    key: createDense(width, width),
    value: createDense(width, width),
    joined: createDense(width, width),
    denseNorm: createNorm(),
    widened: createDense(width, 4 * width),
    narrowed: createDense(4 * width, width),
  };
}

/** A vector for each character and each place, blocks, and a matrix that scores the characters. */
function createNetwork(characters: number) {
  return {
    embedding: variable(uniform([characters, width], { minimum: -0.05, maximum: 0.05 })),
    positions: variable(glorotUniform(length, width)),
    blocks: Array.from({ length: blocks }, createBlock),
    norm: createNorm(),
    scores: createDense(width, characters),
  };
}

function dense(x: Tensor, { kernel, bias }: Dense): Tensor {
  return x.matmul(kernel).add(bias);
}

function normalize(x: Tensor, { scale, offset }: Norm): Tensor {
  return layerNorm(x, { scale, offset, epsilon: 1e-3 });
}

/** Each place looks at those before it: [batch, length, width] → [batch, length, width]. */
function attend(x: Tensor, { query, key, value, joined }: Block): Tensor {
  const [batch] = x.shape;
  const [queries, keys, values] = [query, key, value].map((projection) =>
    dense(x, projection)
      .reshape([batch, length, heads, width / heads])
      .transpose([0, 2, 1, 3]),
  );
  const mixed = scaledDotProductAttention(queries, keys, values, { causal: true });
  return dense(mixed.transpose([0, 2, 1, 3]).reshape([batch, length, width]), joined);
}

function applyBlock(x: Tensor, block: Block): Tensor {
  const attended = x.add(attend(normalize(x, block.attentionNorm), block));
  const widened = gelu(dense(normalize(attended, block.denseNorm), block.widened));
  return attended.add(dense(widened, block.narrowed));
}

/** The scores of the alphabet for the character behind each place: [batch, length] → [batch, length, alphabet]. */
function forward({ embedding, positions, blocks, norm, scores }: Network, characters: Tensor): Tensor {
  const embedded = gather(embedding, characters).add(positions);
  return dense(normalize(blocks.reduce(applyBlock, embedded), norm), scores);
}

/** Windows in batches, in a given order; the last batch may be smaller. */
export function* batches({ inputs, targets }: Windows, order: Int32Array) {
  const rows = (values: Int32Array, chosen: Int32Array): Tensor => {
    const taken = new Int32Array(chosen.length * length);
    chosen.forEach((index, row) => {
      taken.set(values.subarray(index * length, (index + 1) * length), row * length);
    });
    return tensor(taken, [chosen.length, length]);
  };
  for (let start = 0; start < order.length; start += batchSize) {
    const chosen = order.subarray(start, start + batchSize);
    yield { x: rows(inputs, chosen), y: rows(targets, chosen) };
  }
}

/** Trains the network, lets it write, and returns its loss and accuracy on the end of the book. */
export async function train(text: Text, epochs: number, onStep?: (loss: number) => void): Promise<Scores> {
  const network = createNetwork(text.alphabet.length);
  const optimizer = new Adam(0.002);
  const trainingStep = jit((x: Tensor, y: Tensor) =>
    optimizer.minimize(() => sparseSoftmaxCrossEntropy(y, forward(network, x)).mean()),
  );
  const testStep = jit((x: Tensor, y: Tensor) => {
    const scores = forward(network, x);
    return {
      loss: sparseSoftmaxCrossEntropy(y, scores).sum(),
      hits: scores.argMax(-1).equal(y).sum(),
    };
  });

  function measure({ test }: Text): Scores {
    let [lossSum, hitCount] = [0, 0];
    const inOrder = Int32Array.from({ length: test.count }, (_, index) => index);
    for (const { x, y } of batches(test, inOrder)) {
      const { loss, hits } = testStep(x, y);
      lossSum += loss.item();
      hitCount += hits.item();
    }
    const places = test.count * length;
    return { loss: lossSum / places, accuracy: hitCount / places };
  }

  let scores: Scores = { loss: Number.NaN, accuracy: Number.NaN };
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { x, y } of batches(text.training, shuffledIndices(text.training.count, epoch))) {
      const loss = trainingStep(x, y);
      onStep?.(loss.item());
    }
    scores = measure(text);
    const { loss, accuracy } = scores;
    console.log(
      `Epoch ${epoch + 1}/${epochs} - test loss: ${loss.toFixed(4)} - accuracy: ${accuracy.toFixed(4)}`,
    );
  }
  const predict = jit((window: Tensor) => forward(network, window));
  console.log(`\n${await write(text, predict)}\n`);
  return scores;
}
