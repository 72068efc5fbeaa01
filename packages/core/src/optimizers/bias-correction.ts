import { mul, neg } from "../ops/arithmetic.ts";
import { expm1 } from "../ops/transcendental.ts";
import type { Tensor } from "../tensor.ts";

/**
 * 1 − βᵗ, by which a moving average that began with 0 is divided. Written as −expm1(t·ln β), since in float32 the
 * difference loses up to four of seven digits while βᵗ is near 1.
 */
export function biasCorrection(beta: number, step: Tensor): Tensor {
  return neg(expm1(mul(step, Math.log(beta))));
}
