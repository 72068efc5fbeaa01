import { type Tensor, tensor } from "@strata/core";
import { draw } from "../../workloads/draw.ts";
import type { DrawnTensor } from "../../workloads/workload.ts";

export function drawn(description: DrawnTensor): Tensor {
  return tensor(draw(description), description.shape, description.dtype);
}
