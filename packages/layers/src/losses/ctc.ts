import { cast, ctcLoss, full, notEqual, ShapeError, sum, type Tensor, type TensorLike } from "@strata/core";
import { formatShape } from "../utilities/shapes.ts";
import { toFloatTensor, toTensor } from "../utilities/tensors.ts";
import { defineLoss } from "./define-loss.ts";

/**
 * Connectionist temporal classification: −ln of the probability that the frames of a sequence spell its labels. Labels
 * [batch, S] and scores [batch, T, K] → [batch]. The class 0 is the blank, and fills up labels that are shorter than S. See core's
 * `ctcLoss`.
 *
 * @param yTrue Labels, integers from 1 to K − 1, and zeros behind them.
 * @param yPred Unscaled scores of the classes for each frame.
 * @throws ShapeError if the shapes do not fit.
 */
export function ctc(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const scores = toFloatTensor(yPred);
  const labels = cast(toTensor(yTrue), "int32");
  if (labels.rank !== 2 || scores.rank !== 3) {
    throw new ShapeError(
      `ctc: the labels have the shape ${formatShape(labels.shape)}, the scores ${formatShape(scores.shape)}; they must be ` +
        "[batch, S] and [batch, T, K]",
    );
  }
  const [batch, frames] = scores.shape;
  const lengths = sum(cast(notEqual(labels, 0), "int32"), -1);
  return ctcLoss(labels, scores, lengths, full([batch], frames, "int32"));
}

/**
 * How unlikely frames of scores make sequences of labels, wherever these lie. Labels: [batch, S], filled up with zeros; scores:
 * [batch, T, K], of which class 0 is the blank.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * // Two frames, both classes as likely: of four equal paths, three spell the label 1.
 * const loss = new losses.CTC().apply([[1]], [[[0, 0], [0, 0]]]);
 * console.log(Math.exp(-loss.item()).toFixed(4)); // 0.7500
 * ```
 */
export class CTC extends defineLoss(ctc, { checkTargets: () => {} }) {
  static override readonly className: string = "CTC";
}
