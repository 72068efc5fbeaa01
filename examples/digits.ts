/** The loop over the digits at the low level, by the steps that a network's file writes. */
import { shuffledIndices, type Tensor } from "@strata/core";
import { batches } from "./mnist-mlp/core.ts";
import type { Digits, Mnist, Scores } from "./mnist-mlp/data.ts";

/** The compiled steps of a network. */
export interface DigitSteps {
  /** Improves the network on a batch, and gives its mean loss. */
  readonly train: (images: Tensor, labels: Tensor) => Tensor;
  /** The sum of the losses of a batch, and the number of images that are recognised. */
  readonly test: (images: Tensor, labels: Tensor) => { readonly loss: Tensor; readonly hits: Tensor };
}

/** Trains for some epochs, and returns loss and accuracy on the test images. */
export function trainOnDigits(
  { train, test: judge }: DigitSteps,
  { training, test }: Mnist,
  epochs: number,
  onStep?: (loss: number) => void,
): Scores {
  let scores: Scores = { loss: Number.NaN, accuracy: Number.NaN };
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { images, labels } of batches(training, shuffledIndices(training.count, epoch))) {
      const loss = train(images, labels);
      onStep?.(loss.item());
    }
    scores = measure(judge, test);
    const { loss, accuracy } = scores;
    console.log(
      `Epoch ${epoch + 1}/${epochs} - test loss: ${loss.toFixed(4)} - accuracy: ${accuracy.toFixed(4)}`,
    );
  }
  return scores;
}

/** The mean loss and the accuracy on all the digits. */
function measure(judge: DigitSteps["test"], digits: Digits): Scores {
  let lossSum = 0;
  let hitCount = 0;
  const order = Int32Array.from({ length: digits.count }, (_, index) => index);
  for (const { images, labels } of batches(digits, order)) {
    const { loss, hits } = judge(images, labels);
    lossSum += loss.item();
    hitCount += hits.item();
  }
  return { loss: lossSum / digits.count, accuracy: hitCount / digits.count };
}
