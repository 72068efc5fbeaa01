import { add, cast, div, mul, sub, sum, type Tensor, type TensorLike } from "@strata/core";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { axes, number } from "../schema/vocabulary.ts";
import { toFloatTensor, toTensor } from "../utilities/tensors.ts";
import { defineLoss } from "./define-loss.ts";
import { epsilon } from "./probabilities.ts";

const diceOptions = {
  /** The axes that are summed over. Null: all, also that of the batch. */
  axis: axes().orNull(),
};

/** Options of {@link dice}. */
export interface DiceOptions extends Given<typeof diceOptions> {}

/**
 * 1 − 2 Σ t p / (Σ t + Σ p + 1e-7), for targets t and predictions p: 0 where the areas are the same, 1 where they have nothing in
 * common. L. R. Dice, "Measures of the amount of ecologic association between species" (1945).
 *
 * @param yTrue Targets from 0 to 1, as masks of images.
 * @param yPred Predictions of the same shape.
 * @param options The axes that are summed over.
 * @returns A scalar, or the values that are left by the axes.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.dice([[0, 1]], [[0.2, 0.8]]).item()); // 0.2
 * ```
 */
export function dice(yTrue: TensorLike, yPred: TensorLike, options: DiceOptions = {}): Tensor {
  const { axis } = readOptionTable("dice", diceOptions, options);
  const { both, onlyTarget, onlyPrediction } = overlap(yTrue, yPred, axis);
  const total = add(mul(both, 2), add(onlyTarget, onlyPrediction));
  return sub(1, div(mul(both, 2), add(total, epsilon)));
}

interface Overlap {
  readonly both: Tensor;
  readonly onlyTarget: Tensor;
  readonly onlyPrediction: Tensor;
}

function overlap(yTrue: TensorLike, yPred: TensorLike, axis: number | readonly number[] | null): Overlap {
  const prediction = toFloatTensor(yPred);
  const targets = cast(toTensor(yTrue), prediction.dtype);
  const [both, onlyTarget, onlyPrediction] = [
    mul(targets, prediction),
    mul(targets, sub(1, prediction)),
    mul(prediction, sub(1, targets)),
  ].map((each) => sum(each, axis ?? undefined));
  return { both, onlyTarget, onlyPrediction };
}

/**
 * How little the predicted areas overlap those of the targets. Targets and predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(new losses.Dice().apply([[1, 1, 0, 0]], [[1, 0, 0, 1]]).item().toFixed(4)); // 0.5000
 * ```
 */
export class Dice extends defineLoss(dice, { options: diceOptions }) {
  static override readonly className: string = "Dice";
}

const tverskyOptions = {
  /** How much counts what is predicted too much. */
  alpha: number(0.5),
  /** How much counts what is predicted too little. */
  beta: number(0.5),
  ...diceOptions,
};

/** Options of {@link tversky}. */
export interface TverskyOptions extends Given<typeof tverskyOptions> {}

/**
 * 1 − c / (c + α Σ p (1 − t) + β Σ t (1 − p) + 1e-7), for targets t, predictions p and c = Σ t p. With α = β = 1/2 it is the Dice loss.
 * S. S. M. Salehi et al., "Tversky loss function for image segmentation using 3D fully convolutional deep networks" (2017).
 *
 * @param yTrue Targets from 0 to 1, as masks of images.
 * @param yPred Predictions of the same shape.
 * @param options `alpha`, `beta`, and the axes that are summed over.
 * @returns A scalar, or the values that are left by the axes.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * console.log(losses.tversky([[0, 1]], [[0.2, 0.8]]).item()); // 0.2
 * ```
 */
export function tversky(yTrue: TensorLike, yPred: TensorLike, options: TverskyOptions = {}): Tensor {
  const { alpha, beta, axis } = readOptionTable("tversky", tverskyOptions, options);
  const { both, onlyTarget, onlyPrediction } = overlap(yTrue, yPred, axis);
  const wrong = add(mul(onlyPrediction, alpha), mul(onlyTarget, beta));
  return sub(1, div(both, add(add(both, wrong), epsilon)));
}

/**
 * How little the predicted areas overlap those of the targets, with too much and too little weighed apart. Targets and
 * predictions: [batch, ...].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * const loss = new losses.Tversky({ alpha: 1, beta: 0 });
 * console.log(loss.apply([[1, 1, 0, 0]], [[1, 0, 0, 1]]).item().toFixed(4)); // 0.5000
 * ```
 */
export class Tversky extends defineLoss(tversky, { options: tverskyOptions, first: "alpha" }) {
  static override readonly className: string = "Tversky";
}
