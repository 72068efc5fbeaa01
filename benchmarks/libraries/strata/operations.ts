// Single ops on Variables: operands and results stay in the backend's memory, so that no copy is measured.
import {
  Adam,
  conv2d,
  exp,
  jit,
  layerNorm,
  matmul,
  softmax,
  sum,
  type Tensor,
  type Variable,
  variable,
  zeros,
} from "@strata/core";
import type { DrawnTensors, Operation, Workload } from "../../workloads/workload.ts";
import { moments, type Prepared } from "../library.ts";
import { drawn } from "./drawn.ts";

type Operands = Readonly<Record<string, Tensor>>;

function apply(model: Operation, { left, right, image, kernel, x, y, scale, offset }: Operands): Tensor {
  switch (model.kind) {
    case "matmul":
      return matmul(
        model.transposed === "left" ? left.transpose() : left,
        model.transposed === "right" ? right.transpose() : right,
      );
    case "conv2d":
      return conv2d(image, kernel, { padding: "same" });
    case "softmax":
      return softmax(x);
    case "layerNorm":
      return layerNorm(x, { scale, offset, epsilon: 1e-5 });
    case "sumOfRows":
      return sum(x, 1);
    case "sumOfColumns":
      return sum(x, 0);
    case "exp":
      return exp(x);
    case "add":
      return x.add(y);
    case "adam":
      throw new RangeError("an update has no result of its own");
  }
}

function variablesOf(tensors: DrawnTensors): Record<string, Variable> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, description]) => [name, variable(drawn(description))]),
  );
}

export function operation({ model, tensors }: Workload<Operation>): Prepared {
  const variables = variablesOf(tensors);
  if (model.kind === "adam") {
    const { weights, gradient } = variables;
    const optimizer = new Adam();
    return {
      run: jit(() => optimizer.applyGradients([gradient.value], [weights])),
      observe: () => moments(weights.dataSync()),
    };
  }
  const compute = (): Tensor =>
    apply(
      model,
      Object.fromEntries(Object.entries(variables).map(([name, operand]) => [name, operand.value])),
    );
  const output = variable(zeros(compute().shape));
  return {
    run: jit(() => {
      output.assign(compute());
    }),
    observe: () => moments(output.dataSync()),
  };
}
