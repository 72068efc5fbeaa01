/** How gradients are limited before the step; formulas of Keras 3, `keras/src/optimizers/base_optimizer.py`. */
import { add, cast, clip, div, maximum, mul, sqrt, square, sub } from "../ops/arithmetic.ts";
import { sum } from "../ops/reductions.ts";
import type { Tensor } from "../tensor.ts";
import type { ResolvedOptimizerOptions } from "./options.ts";

/** The gradients within the one limit that the options set, if they set one. */
export function clipGradients(
  gradients: readonly Tensor[],
  { clipNorm, clipValue, globalClipNorm }: ResolvedOptimizerOptions,
): readonly Tensor[] {
  if (clipNorm !== null) return gradients.map((gradient) => clipByNorm(gradient, clipNorm));
  if (clipValue !== null) return gradients.map((gradient) => clip(gradient, -clipValue, clipValue));
  if (globalClipNorm !== null) return clipByGlobalNorm(gradients, globalClipNorm);
  return gradients;
}

/** g · c / max(‖g‖, c). */
function clipByNorm(gradient: Tensor, limit: number): Tensor {
  const norm = sqrt(sum(square(gradient)));
  return div(mul(gradient, limit), maximum(norm, limit));
}

/** g · c / max(‖all g‖, c), and NaN everywhere if the norm is infinite or NaN, so that nobody overlooks it. */
function clipByGlobalNorm(gradients: readonly Tensor[], limit: number): readonly Tensor[] {
  const norm = sqrt(gradients.map((gradient) => sum(square(gradient))).reduce(add));
  const scale = add(div(limit, maximum(norm, limit)), sub(norm, norm));
  return gradients.map((gradient) => mul(gradient, cast(scale, gradient.dtype)));
}
