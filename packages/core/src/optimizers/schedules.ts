import {
  add,
  cast,
  div,
  equal,
  floorDiv,
  less,
  lessEqual,
  minimum,
  mul,
  neg,
  pow,
  sub,
  where,
} from "../ops/arithmetic.ts";
import { cos, log } from "../ops/transcendental.ts";
import { nodeOf, type Tensor, type TensorLike } from "../tensor.ts";

/**
 * A learning rate that depends on the number of steps done. Give one to an optimizer as its `learningRate`; to write
 * one, extend it.
 */
export abstract class LearningRateSchedule {
  /**
   * The learning rate after `step` steps.
   *
   * @param step The number of steps done.
   */
  abstract at(step: TensorLike): Tensor;
}
