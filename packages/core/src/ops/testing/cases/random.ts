import * as core from "../../../index.ts";
import { between, operation } from "../operation-case.ts";

/** The gradient is that of the quantile, and not of what the random bits give: `reparameterization.test.ts` checks it. */
const byQuantile = {
  withoutGradient: "the slope of something else",
  withoutSecondDerivative: "not implemented",
} as const;

const seeded = () => ({ generator: new core.Generator(7) });

export const randomCases = {
  uniform: operation([between(-2, -1, [3]), between(1, 2, [4, 1])], (minimum, maximum) =>
    core.uniform([4, 3], { minimum, maximum, dtype: minimum.dtype, ...seeded() }),
  ),
  normal: operation([[3], between(0.5, 2, [4, 1])], (mean, standardDeviation) =>
    core.normal([4, 3], { mean, standardDeviation, dtype: mean.dtype, ...seeded() }),
  ),
  truncatedNormal: operation([[3], between(0.5, 2, [4, 1])], (mean, standardDeviation) =>
    core.truncatedNormal([4, 3], { mean, standardDeviation, dtype: mean.dtype, ...seeded() }),
  ),
  randint: operation([], () => core.randint([7], -5, 9, seeded())),
  bernoulli: operation([], () => core.bernoulli([7], 0.3, seeded())),
  categorical: operation([[2, 3]], (logits) => core.categorical(logits, 5, seeded())),
  gamma: operation(
    [between(0.5, 3, [5])],
    (alpha) => core.gamma([5], core.cast(alpha, "float32"), 1, seeded()),
    byQuantile,
  ),
  beta: operation(
    [between(0.5, 3, [5])],
    (alpha) => core.beta([5], core.cast(alpha, "float32"), 2, seeded()),
    byQuantile,
  ),
  permutation: operation([[7]], (x) => core.permutation(x, seeded())),
};
