/** Training steps of a model so small that thousands of them take a moment. */
import { Adam, dropout, gradients, jit, relu, type Tensor, tensor, variable } from "../index.ts";

const rows = [
  [0.1, 0.9],
  [0.8, 0.2],
  [0.4, 0.5],
];
const labels = [[1], [0], [1]];

function tinyModel(examples = rows.length) {
  const inputs = tensor(Array.from({ length: examples }, (_, index) => rows[index % rows.length]));
  const targets = tensor(Array.from({ length: examples }, (_, index) => labels[index % rows.length]));
  const hidden = variable([
    [0.1, -0.2, 0.3],
    [0.4, 0.5, -0.6],
  ]);
  const output = variable([[0.2], [0.3], [-0.1]]);
  const bias = variable([0]);
  const variables = [hidden, output, bias];
  const optimizer = new Adam({ learningRate: 0.001 });
  return (): Tensor => {
    const activations = dropout(relu(inputs.matmul(hidden)), 0.2);
    const loss = activations.matmul(output).add(bias).sub(targets).square().mean();
    optimizer.applyGradients(gradients(loss, variables), variables);
    return loss;
  };
}

/** Makes a step of a fresh model, on 3 examples or as many as are asked for, and returns what carries it out once. */
export type StepMaker = (examples?: number) => () => void;

export const waysOfTraining: Readonly<Record<string, StepMaker>> = {
  "a loop that reads each loss": (examples) => {
    const step = tinyModel(examples);
    return () => void step().item();
  },
  "a loop that never reads": (examples) => {
    const step = tinyModel(examples);
    return () => void step();
  },
  "a loop that keeps the last loss": (examples) => {
    const step = tinyModel(examples);
    let last: Tensor | null = null;
    return () => {
      last?.item();
      last = step();
    };
  },
  "a function compiled by jit": (examples) => {
    const step = jit(tinyModel(examples));
    return () => void step().item();
  },
  "a function compiled by jit whose results nobody reads": (examples) => {
    const step = jit(tinyModel(examples));
    return () => void step();
  },
};
