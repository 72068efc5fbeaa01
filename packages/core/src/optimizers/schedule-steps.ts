/** The common part of learning rate schedules: numbers of steps. */
import { cast } from "../ops/arithmetic.ts";
import { nodeOf, Tensor, type TensorLike } from "../tensor.ts";

/** The number of steps as float32, which counts exactly up to 2²⁴. */
export function asFloat(step: TensorLike): Tensor {
  return cast(new Tensor(nodeOf(step)), "float32");
}
