// Single operations on Variables: results stay in the backend's memory, so that no copy is measured.
import {
  Adam,
  exp,
  jit,
  layerNorm,
  matmul,
  softmax,
  sum,
  type Tensor,
  uniform,
  variable,
  zeros,
} from "@strata/core";

type Operation = (...inputs: Tensor[]) => Tensor;

function operation(shapes: readonly (readonly number[])[], compute: Operation): () => () => void {
  return () => {
    const inputs = shapes.map((shape) => variable(uniform(shape)));
    const tensors = () => inputs.map((input) => input.value);
    const output = variable(zeros(compute(...tensors()).shape));
    return jit(() => {
      output.assign(compute(...tensors()));
    });
  };
}

function product(rows: number, inner: number, columns: number): () => () => void {
  return operation(
    [
      [rows, inner],
      [inner, columns],
    ],
    (left, right) => matmul(left, right),
  );
}

function adam(size: number): () => void {
  const [weights, gradient] = [variable(uniform([size])), variable(uniform([size]))];
  const optimizer = new Adam();
  return jit(() => optimizer.applyGradients([gradient.value], [weights]));
}

export const operations: Readonly<Record<string, () => () => void>> = {
  ...Object.fromEntries([64, 128, 256, 512, 1024, 2048].map((n) => [`matmul ${n}`, product(n, n, n)])),
  "matmul 128×512×10": product(128, 512, 10),
  "matmul 1×784×512": product(1, 784, 512),
  "softmax 1024×1000": operation([[1024, 1000]], (x) => softmax(x)),
  "layerNorm 1024×512": operation([[1024, 512], [512], [512]], (x, scale, offset) =>
    layerNorm(x, { scale, offset }),
  ),
  "exp 2²⁰": operation([[2 ** 20]], (x) => exp(x)),
  "add 2²⁰": operation([[2 ** 20], [2 ** 20]], (x, y) => x.add(y)),
  "sum of rows 1024×1024": operation([[1024, 1024]], (x) => sum(x, 1)),
  "sum of columns 1024×1024": operation([[1024, 1024]], (x) => sum(x, 0)),
  "Adam 2²⁰": () => adam(2 ** 20),
};
