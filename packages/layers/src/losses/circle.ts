import {
  add,
  cast,
  equal,
  expandDims,
  eye,
  greater,
  logicalAnd,
  logicalNot,
  logSumExp,
  matmul,
  maximum,
  mul,
  reshape,
  softplus,
  sub,
  type Tensor,
  type TensorLike,
  transpose,
  where,
} from "@strata/core";
import { setMask } from "../layer/masks.ts";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { boolean, number } from "../schema/vocabulary.ts";
import { toFloatTensor, toTensor } from "../utilities/tensors.ts";
import { defineLoss } from "./define-loss.ts";

const options = {
  /** A factor of all similarities. */
  gamma: number(80),
  /** How much similarities must exceed the boundary. */
  margin: number(0.4),
  /** Whether samples are not compared with themselves. */
  removeDiagonal: boolean(true),
};

/** Options of {@link circle}. */
export interface CircleOptions extends Given<typeof options> {
  /** Labels of the samples that are compared with. Default: those of the batch. */
  readonly refLabels?: TensorLike;
  /** Embeddings of the samples that are compared with. Default: those of the batch. */
  readonly refEmbeddings?: TensorLike;
}

/**
 * The circle loss of embeddings: labels [batch] and unit vectors [batch, d] → [batch]. ln(1 + Σ exp(γ wₙ dₙ) Σ exp(γ wₚ dₚ)) over the
 * pairs of other and of equal labels, where each similarity counts the more the further it is from its optimum. Y. Sun et
 * al., "Circle loss: a unified perspective of pair similarity optimization" (2020).
 *
 * @param yTrue Labels, [batch] or [batch, 1].
 * @param yPred Embeddings of length 1.
 * @param given `gamma`, `margin`, `removeDiagonal`, and other samples to compare with.
 * @returns The losses, which carry a mask of those above 0.
 */
export function circle(yTrue: TensorLike, yPred: TensorLike, given: CircleOptions = {}): Tensor {
  const { refLabels, refEmbeddings, ...rest } = given;
  const { gamma, margin, removeDiagonal } = readOptionTable("circle", options, rest);
  const embeddings = toFloatTensor(yPred);
  const references = refEmbeddings === undefined ? embeddings : cast(refEmbeddings, embeddings.dtype);
  const labels = labelList(yTrue);
  const others = refLabels === undefined ? labels : labelList(refLabels);
  const distances = maximum(sub(1, matmul(embeddings, transpose(references))), 0);
  const isEqual = equal(expandDims(labels, 1), expandDims(others, 0));
  const isOther = logicalNot(isEqual);
  const isSelf = cast(eye(labels.size, others.size), "bool");
  const isPositive = removeDiagonal ? logicalAnd(isEqual, logicalNot(isSelf)) : isEqual;
  const positives = mul(add(distances, margin), sub(distances, margin));
  const negatives = mul(maximum(sub(1 + margin, distances), 0), sub(1 - margin, distances));
  const [fromPositives, fromNegatives] = [
    where(isPositive, mul(positives, gamma), Number.NEGATIVE_INFINITY),
    where(isOther, mul(negatives, gamma), Number.NEGATIVE_INFINITY),
  ].map((each) => logSumExp(each, 1));
  const loss = softplus(add(fromPositives, fromNegatives));
  setMask(loss, greater(loss, 0));
  return loss;
}

function labelList(labels: TensorLike): Tensor {
  return cast(reshape(toTensor(labels), [-1]), "int32");
}

/**
 * Brings embeddings of one label together and drives those of others apart. Labels: [batch]; embeddings of length 1: [batch, d].
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * const loss = new losses.Circle({ gamma: 5 });
 * console.log(loss.apply([0, 0, 1], [[1, 0], [1, 0], [-1, 0]]).item().toFixed(3)); // 0.371
 * ```
 */
export class Circle extends defineLoss(circle, { options, first: "gamma", checkTargets: () => {} }) {
  static override readonly className: string = "Circle";
}
