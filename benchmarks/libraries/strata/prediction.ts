import { jit, type Tensor, tensor } from "@strata/core";
import { draw } from "../../workloads/draw.ts";
import type { Prediction, Workload } from "../../workloads/workload.ts";
import { moments, type Prepared } from "../library.ts";
import type { Network } from "./training.ts";

/** The loop that `predict` takes off one's hands: batch after batch, joined in one array. */
export function prediction({ predict }: Network, { model, tensors }: Workload<Prediction>): Prepared {
  const [count, ...shape] = tensors.inputs.shape;
  const { batch } = model.network;
  const inputs = draw(tensors.inputs);
  const size = inputs.length / count;
  const step = jit((samples: Tensor) => predict(samples));
  let outputs = new Float32Array();
  return {
    run() {
      const parts: Tensor[] = [];
      for (let start = 0; start < count; start += batch) {
        parts.push(step(tensor(inputs.subarray(start * size, (start + batch) * size), [batch, ...shape])));
      }
      const width = parts[0].size;
      outputs = new Float32Array(parts.length * width);
      parts.forEach((part, index) => {
        outputs.set(part.dataSync(), index * width);
      });
    },
    observe: () => moments(outputs),
  };
}
