/**
 * The high level: a transformer that learns to write as a book is written, as a graph of layers, trained by one call. The
 * file beside it, core.ts, does the same at the low level.
 */
import { Adam, type Tensor, type Variable } from "@strata/core";
import {
  Dense,
  Embedding,
  Input,
  Layer,
  LayerNormalization,
  losses,
  Model,
  MultiHeadAttention,
  type SymbolicShape,
  type SymbolicTensor,
} from "@strata/layers";
import type { Scores } from "../mnist-mlp/data.ts";
import { batchSize, length, type Text, tensorsOf, write } from "./data.ts";

const width = 128;
const heads = 4;
const blocks = 2;

/** Adds to each place of a window a vector that says which one it is. */
class Positions extends Layer {
  declare vectors: Variable;

  override build(inputShape: SymbolicShape): void {
    this.vectors = this.addWeight(
      "vectors",
      inputShape.slice(1).map((size) => size ?? 1),
    );
  }

  override call(inputs: Tensor): Tensor {
    return inputs.add(this.vectors);
  }
}

/** Each place looks at those before it, and is then computed on by itself. */
function block(x: SymbolicTensor): SymbolicTensor {
  const normalized = new LayerNormalization().apply(x);
  const attention = new MultiHeadAttention(heads, width / heads);
  const attended = x.add(attention.apply({ query: normalized, value: normalized }, { useCausalMask: true }));
  const widened = new Dense(4 * width, { activation: "gelu" }).apply(
    new LayerNormalization().apply(attended),
  );
  return attended.add(new Dense(width).apply(widened));
}

/** The network, ready to be trained. */
export function createModel(characters: number) {
  const inputs = Input({ shape: [length], dtype: "int32" });
  let x = new Positions().apply(new Embedding(characters, width).apply(inputs));
  for (let index = 0; index < blocks; index++) x = block(x);
  const outputs = new Dense(characters).apply(new LayerNormalization().apply(x));
  const model = new Model({ inputs, outputs });
  model.compile({
    loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
    optimizer: new Adam(0.002),
    metrics: ["accuracy"],
  });
  return model;
}

/** Trains the network, lets it write, and returns its loss and accuracy on the end of the book. */
export async function train(text: Text, epochs: number): Promise<Scores> {
  const model = createModel(text.alphabet.length);
  model.summary();
  const { x, y } = tensorsOf(text.training);
  const { x: xTest, y: yTest } = tensorsOf(text.test);
  await model.fit(x, y, { batchSize, epochs, validationData: [xTest, yTest] });
  console.log(`\n${await write(text, (window) => model.predictOnBatch(window))}\n`);
  const [loss, accuracy] = await model.evaluate(xTest, yTest, { batchSize, verbose: 0 });
  return { loss, accuracy };
}
