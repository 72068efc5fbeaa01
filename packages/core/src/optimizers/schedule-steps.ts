/** What the learning rate schedules do with steps. */
import { cast } from "../ops/arithmetic.ts";
import { nodeOf, Tensor, type TensorLike } from "../tensor.ts";
import { checkNotNegative, checkOption } from "./options.ts";

/** The number of steps as float32, which counts exactly up to 2²⁴. */
export function asFloat(step: TensorLike): Tensor {
  return cast(new Tensor(nodeOf(step)), "float32");
}

/** Checks a learning rate and the number of steps that it changes in; throws in the schedule's name. */
export function checkSchedule(
  schedule: string,
  { initialLearningRate }: { readonly initialLearningRate: number },
  option: string,
  steps: number,
): void {
  checkNotNegative(schedule, "initialLearningRate", initialLearningRate);
  checkOption(schedule, option, steps, "a finite number above 0", (each) => each > 0 && each < Infinity);
}
