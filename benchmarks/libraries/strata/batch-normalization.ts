import { batchNorm, moments, type Tensor, type Variable } from "@strata/core";
import type { Weights } from "./training.ts";

const momentum = 0.9;

/** Normalises by the statistics of the batch, which the moving averages follow. */
export function batchNormalization(weights: Weights, name: string): (x: Tensor) => Tensor {
  const [scale, offset] = [weights.take(`${name}.scale`), weights.take(`${name}.offset`)];
  const movingMean = weights.takeFixed(`${name}.mean`);
  const movingVariance = weights.takeFixed(`${name}.variance`);
  const follow = (average: Variable, value: Tensor): void => {
    average.assign(average.value.mul(momentum).add(value.mul(1 - momentum)));
  };
  return (x) => {
    const batch = moments(
      x,
      x.shape.slice(0, -1).map((_, axis) => axis),
    );
    follow(movingMean, batch.mean);
    follow(movingVariance, batch.variance);
    return batchNorm(x, batch.mean, batch.variance, { scale, offset, epsilon: 1e-5 });
  };
}
