import { blockUntilReady, jit, lax, nn, numpy as np } from "@jax-js/jax";
import { moments, type Prepared } from "../../../benchmarks/libraries/library.ts";
import type { Operation, Workload } from "../../../benchmarks/workloads/workload.ts";
import { adam, initialSlots, type Slots, type Weights } from "./adam.ts";
import { drawn } from "./training.ts";

type Operands = Record<string, np.Array>;

function apply(model: Operation, { left, right, image, kernel, x, y, scale, offset }: Operands): np.Array {
  switch (model.kind) {
    case "matmul":
      return np.matmul(
        model.transposed === "left" ? left.transpose() : left,
        model.transposed === "right" ? right.transpose() : right,
      );
    case "conv2d":
      return lax.conv(image, kernel, [1, 1], "SAME");
    case "softmax":
      return nn.softmax(x);
    case "layerNorm":
      return nn.standardize(x, -1, { epsilon: 1e-5 }).mul(scale).add(offset);
    case "sumOfRows":
      return np.sum(x, 1);
    case "sumOfColumns":
      return np.sum(x, 0);
    case "exp":
      return np.exp(x);
    case "add":
      return x.add(y);
    case "adam":
      throw new RangeError("an update has no result of its own");
  }
}

export function operation({ model, tensors }: Workload<Operation>): Prepared {
  const operands: Operands = Object.fromEntries(
    Object.entries(tensors).map(([name, description]) => [name, drawn(description)]),
  );
  if (model.kind === "adam") return update(operands, { weights: tensors.weights });
  if (model.kind === "conv2d") {
    operands.image = operands.image.transpose([0, 3, 1, 2]);
    operands.kernel = operands.kernel.transpose([3, 2, 0, 1]);
  }
  const compute = jit((inputs: Operands) => apply(model, inputs));
  let result: np.Array | undefined;
  return {
    async run() {
      const inputs = Object.entries(operands).map(([name, operand]) => [name, operand.ref]);
      result?.dispose();
      result = compute(Object.fromEntries(inputs));
      await blockUntilReady(result);
    },
    observe: async () => moments((await result?.ref.data()) ?? []),
    dispose() {
      compute.dispose();
      for (const array of [result, ...Object.values(operands)]) array?.dispose();
    },
  };
}

function update({ weights: initial, gradient }: Operands, trained: Workload["tensors"]): Prepared {
  const step = jit((weights: Weights, gradients: Weights, slots: Slots, count: np.Array) =>
    adam(weights, gradients, slots, count, 0.001),
  );
  let weights: Operands = { weights: initial };
  let slots = initialSlots(trained);
  let count = 0;
  return {
    async run() {
      count++;
      ({ weights, slots } = step(weights, { weights: gradient.ref }, slots, np.array(count)));
      await blockUntilReady([weights, slots]);
    },
    observe: async () => moments(await weights.weights.ref.data()),
    dispose: () => step.dispose(),
  };
}
