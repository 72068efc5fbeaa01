/** The judgement of a network of the low level on the digits, batch by batch. */
import type { Tensor } from "@strata/core";
import { batches } from "./mnist-mlp/core.ts";
import type { Digits, Scores } from "./mnist-mlp/data.ts";

/** The sum of the losses of a batch, and the number of images that are recognised. */
export type TestStep = (images: Tensor, labels: Tensor) => { readonly loss: Tensor; readonly hits: Tensor };

/** The mean loss and the accuracy on all the digits. */
export function measure(step: TestStep, digits: Digits): Scores {
  let lossSum = 0;
  let hitCount = 0;
  const order = Int32Array.from({ length: digits.count }, (_, index) => index);
  for (const { images, labels } of batches(digits, order)) {
    const { loss, hits } = step(images, labels);
    lossSum += loss.item();
    hitCount += hits.item();
  }
  return { loss: lossSum / digits.count, accuracy: hitCount / digits.count };
}
