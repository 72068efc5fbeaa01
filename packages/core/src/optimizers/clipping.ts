/** How gradients are limited before the step; formulas of Keras 3, `keras/src/optimizers/base_optimizer.py`. */
import { arithmeticDType } from "../dtype.ts";
import { abs, add, cast, clip, div, maximum, mul, sqrt, square } from "../ops/arithmetic.ts";
import { max, sum } from "../ops/reductions.ts";
import type { Tensor } from "../tensor.ts";
import type { ResolvedOptimizerOptions } from "./optimizer-options.ts";

/** The gradients within the one limit that the options set, if they set one. */
export function clipGradients(
  gradients: readonly Tensor[],
  { clipNorm, clipValue, globalClipNorm }: ResolvedOptimizerOptions,
): readonly Tensor[] {
  if (clipNorm !== null) return gradients.flatMap((gradient) => withinNorm([gradient], clipNorm));
  if (clipValue !== null) return gradients.map((gradient) => clip(gradient, -clipValue, clipValue));
  if (globalClipNorm !== null) return withinNorm(gradients, globalClipNorm);
  return gradients;
}

/**
 * g · c / max(‖all g‖, c), and NaN everywhere if an element is infinite or NaN, so that nobody overlooks it. Norm and limit
 * are taken in units of the largest element, or of c where that is larger, so that no square is infinite.
 */
function withinNorm(gradients: readonly Tensor[], limit: number): readonly Tensor[] {
  const wide = gradients.map((gradient) => cast(gradient, arithmeticDType(gradient.dtype)));
  const filled = wide.filter(({ size }) => size > 0);
  if (filled.length === 0) return gradients;
  const unit = maximum(filled.map((each) => max(abs(each))).reduce(maximum), limit);
  const norm = sqrt(filled.map((each) => sum(square(div(each, unit)))).reduce(add));
  const part = div(limit, unit);
  const scale = div(part, maximum(norm, part));
  return gradients.map((gradient, index) =>
    cast(mul(wide[index], cast(scale, wide[index].dtype)), gradient.dtype),
  );
}
