// Graphs of about a given number of nodes, for measuring the compiler.
import { Adam, gradients, relu, slice, type Tensor, tensor, type Variable, variable } from "@strata/core";

/** Builds the graph, and gives what is to be computed; Variables that it assigns count as well. */
type BuildGraph = () => Tensor;

const filled = (...shape: number[]): Variable =>
  variable(tensor(new Float32Array(shape.reduce((size, each) => size * each, 1)), shape));

/** A training step of a perceptron of many layers. */
function network(nodes: number): BuildGraph {
  const layers = Math.max(1, Math.round(nodes / 46));
  const variables = Array.from({ length: layers }, () => [filled(16, 16), filled(16)]);
  const x = filled(8, 16);
  const optimizer = new Adam();
  return () => {
    const predict = () => variables.reduce((y, [kernel, bias]) => relu(y.matmul(kernel).add(bias)), x.value);
    return optimizer.minimize(() => predict().square().mean(), variables.flat());
  };
}

/** One operation after the other. */
function chain(nodes: number): BuildGraph {
  const x = filled(64);
  return () => {
    let y = x.value;
    for (let count = 0; count < nodes; count += 2) y = y.mul(x).tanh();
    return y;
  };
}

/** One value that many read, and a sum of what they make of it. */
function fan(nodes: number): BuildGraph {
  const x = filled(64);
  return () => {
    const branches = Array.from({ length: Math.round(nodes / 5) }, (_, index) => x.mul(index + 3).exp());
    return branches.reduce((total, branch) => total.add(branch));
  };
}

/** Sums of many rows, each of which the next needs. */
function reductions(nodes: number): BuildGraph {
  const x = filled(8, 16);
  return () => {
    let y = x.value;
    for (let count = 0; count < nodes; count += 5) y = y.sub(y.mean(1, true)).mul(x);
    return y;
  };
}

/** A recurrence written as a loop in JavaScript, and its gradient. */
function recurrence(nodes: number): BuildGraph {
  const [inward, recurrent, x] = [filled(8, 8), filled(8, 8), filled(4, 8)];
  return () => {
    let state = x.value;
    for (let count = 0; count < nodes; count += 12) {
      state = x.matmul(inward).add(state.matmul(recurrent)).tanh();
    }
    return gradients(state.sum(), [recurrent])[0].sum();
  };
}

/** Small computations of which no two have the same shape. */
function distinctShapes(nodes: number): BuildGraph {
  const x = filled(8192);
  return () => {
    let total: Tensor = tensor(0);
    for (let count = 0; count < nodes; count += 5) {
      const length = 1 + count / 5;
      total = total.add(
        slice(x, [[length, 2 * length]])
          .exp()
          .sum(),
      );
    }
    return total;
  };
}

export const graphs: Readonly<Record<string, (nodes: number) => BuildGraph>> = {
  network,
  chain,
  fan,
  reductions,
  recurrence,
  distinctShapes,
};
