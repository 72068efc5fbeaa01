/**
 * A variational autoencoder with steps of its own: it learns to draw digits from two numbers. What it draws for a grid of such
 * pairs is written to a picture beside this file, digits.svg. D. P. Kingma, M. Welling, "Auto-encoding variational Bayes" (2013).
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Adam, gradients, normal, sigmoidCrossEntropy, split, type Tensor, tensor } from "@strata/core";
import {
  type Batch,
  type CallContext,
  Dense,
  Input,
  Model,
  metrics,
  plotImages,
  Sequential,
} from "@strata/layers";
import { type Digits, type Mnist, pixels } from "../mnist-mlp/data.ts";

const batchSize = 128;
/** The number of images in a row of the picture, and of rows. */
const gridSize = 15;

/** Images to distributions of codes of two numbers, and codes to images: [batch, 784] → [batch, 784]. */
export class VariationalAutoencoder extends Model {
  /** Two means, and the logarithms of two variances. */
  readonly encoder = new Sequential([
    Input({ shape: [pixels] }),
    new Dense(512, { activation: "relu" }),
    new Dense(256, { activation: "relu" }),
    new Dense(4),
  ]);
  /** The scores of the pixels, of which the sigmoid makes grey values. */
  readonly decoder = new Sequential([
    Input({ shape: [2] }),
    new Dense(256, { activation: "relu" }),
    new Dense(512, { activation: "relu" }),
    new Dense(pixels),
  ]);
  readonly meanLoss = new metrics.Mean("loss");
  readonly meanReconstruction = new metrics.Mean("reconstruction");
  readonly meanDivergence = new metrics.Mean("divergence");

  override call(images: Tensor, context: CallContext): Tensor {
    const [mean] = split(this.encoder.apply(images, context), 2, -1);
    return this.draw(mean);
  }

  /** The images of codes: [batch, 2] → [batch, 784]. */
  draw(codes: Tensor): Tensor {
    return this.decoder.apply(codes).sigmoid();
  }

  override trainStep({ x }: Batch<Tensor>): void {
    const weights = this.trainableWeights;
    this.optimizer.applyGradients(gradients(this.lossOf(x), weights), weights);
  }

  override testStep({ x }: Batch<Tensor>): void {
    this.lossOf(x);
  }

  /**
   * The loss: the cross-entropy of the pixels, given a code drawn from the distribution of the image, plus the Kullback-Leibler
   * divergence of that distribution from the normal one. The metrics gather both terms.
   */
  private lossOf(images: Tensor): Tensor {
    const [mean, logVariance] = split(this.encoder.apply(images, { training: true }), 2, -1);
    const codes = mean.add(logVariance.div(2).exp().mul(normal(mean.shape)));
    const scores = this.decoder.apply(codes, { training: true });
    const reconstruction = sigmoidCrossEntropy(images, scores).sum(-1);
    const divergence = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum(-1).div(2);
    const loss = reconstruction.add(divergence);
    this.meanLoss.updateState(loss);
    this.meanReconstruction.updateState(reconstruction);
    this.meanDivergence.updateState(divergence);
    return loss.mean();
  }
}

/** Trains the autoencoder, writes digits.svg, and returns what images cost by it. */
export async function train({ training, test }: Mnist, epochs: number) {
  const model = new VariationalAutoencoder();
  model.compile({ optimizer: new Adam(0.001) });
  await model.fit(imagesOf(training), null, { batchSize, epochs, validationData: [imagesOf(test), null] });
  const picture = new URL("digits.svg", import.meta.url);
  await writeFile(picture, await drawGrid(model));
  console.log(`\nwrote ${gridSize} × ${gridSize} digits to ${fileURLToPath(picture)}\n`);
  return model.evaluate(imagesOf(test), null, { batchSize, verbose: 0, returnDict: true });
}

/** [images, 784] */
export function imagesOf({ images, count }: Digits): Tensor {
  return tensor(images, [count, pixels]);
}

/** A picture, as SVG, of the images of codes that lie apart evenly, from −2 to 2 in both directions. */
export function drawGrid(model: VariationalAutoencoder): Promise<string> {
  const places = Array.from({ length: gridSize }, (_, index) => (4 * index) / (gridSize - 1) - 2);
  const codes = places.flatMap((down) => places.map((across) => [across, down]));
  const images = model.draw(tensor(codes)).reshape([codes.length, 28, 28]);
  return plotImages(images, { columns: gridSize, size: 28 });
}
