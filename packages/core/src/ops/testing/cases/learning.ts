/** Normalization, losses and attention. */
import * as core from "../../../index.ts";
import { between, bools, integers, operation } from "../operation-case.ts";

export const learningCases = {
  batchNorm: operation([[3, 2], [2], between(0.5, 2, [2]), [2], [2]], (x, mean, variance, scale, offset) =>
    core.batchNorm(x, mean, variance, { scale, offset }),
  ),
  layerNorm: operation([[3, 4], [4], [4]], (x, scale, offset) => core.layerNorm(x, { scale, offset })),
  groupNorm: operation([[2, 3, 4], [4]], (x, scale) => core.groupNorm(x, 2, { scale })),
  rmsNorm: operation([[3, 4], [4]], (x, scale) => core.rmsNorm(x, { scale })),
  softmaxCrossEntropy: operation([between(0, 1, [3, 4]), [3, 4]], (labels, logits) =>
    core.softmaxCrossEntropy(labels, logits),
  ),
  sparseSoftmaxCrossEntropy: operation([integers(0, 3, [3]), [3, 4]], (labels, logits) =>
    core.sparseSoftmaxCrossEntropy(labels, logits),
  ),
  sigmoidCrossEntropy: operation([between(0, 1, [5]), [5]], (labels, logits) =>
    core.sigmoidCrossEntropy(labels, logits),
  ),
  ctcLoss: operation([[2, 5, 3]], (logits) =>
    core.ctcLoss(
      [
        [1, 1],
        [2, 0],
      ],
      logits,
      [2, 1],
      [5, 4],
    ),
  ),
  scaledDotProductAttention: operation(
    [[2, 3, 2], [2, 4, 2], [2, 4, 3], bools([3, 4])],
    (query, key, value, mask) => core.scaledDotProductAttention(query, key, value, { mask, causal: true }),
  ),
  embeddingLookup: operation([[5, 3], integers(0, 4, [2, 3])], (table, ids) =>
    core.embeddingLookup(table, ids),
  ),
  dropout: operation([[7]], (x) => core.dropout(x, 0.3, { generator: new core.Generator(5) })),
};
