import * as core from "../../../index.ts";
import { between, operation } from "../operation-case.ts";

const seeded = () => ({ generator: new core.Generator(7) });

export const randomCases = {
  uniform: operation([], () => core.uniform([7], seeded())),
  normal: operation([], () => core.normal([7], seeded())),
  truncatedNormal: operation([], () => core.truncatedNormal([7], seeded())),
  randint: operation([], () => core.randint([7], -5, 9, seeded())),
  bernoulli: operation([], () => core.bernoulli([7], 0.3, seeded())),
  categorical: operation([[2, 3]], (logits) => core.categorical(logits, 5, seeded())),
  gamma: operation(
    [between(0.5, 3, [5])],
    (alpha) => core.gamma([5], core.cast(alpha, "float32"), 1, seeded()),
    { withoutGradient: "not implemented" },
  ),
  beta: operation(
    [between(0.5, 3, [5])],
    (alpha) => core.beta([5], core.cast(alpha, "float32"), 2, seeded()),
    { withoutGradient: "not implemented" },
  ),
  permutation: operation([[7]], (x) => core.permutation(x, seeded())),
};
