import { checkCount, readOptions } from "../arguments.ts";
import { scan } from "../control/scan.ts";
import { ShapeError } from "../errors.ts";
import { formatShape, type Shape, sameShape } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import {
  add,
  cast,
  equal,
  greaterEqual,
  less,
  lessEqual,
  maximum,
  notEqual,
  stopGradient,
  sub,
  where,
} from "./arithmetic.ts";
import { checkIsFloat } from "./checks.ts";
import { arange, full } from "./creation.ts";
import { indexNode } from "./index-nodes.ts";
import { gather } from "./indexing.ts";
import { stack } from "./joining.ts";
import { logicalAnd, logicalNot, logicalOr } from "./logic.ts";
import { pad } from "./padding.ts";
import { any, logSumExp } from "./reductions.ts";
import { concat, expandDims, reshape, transpose } from "./shapes.ts";
import { slice } from "./slicing.ts";
import { exp, log } from "./transcendental.ts";

/**
 * Stands for ln 0: finite, so that differences of two are not NaN, and below all that the logarithms of a path's
 * probabilities sum to.
 */
const logZero = -1e30;

/** Options of {@link ctcLoss}. */
export interface CtcLossOptions {
  /** The class that stands for no label, counted from the end where negative. Default: 0. */
  readonly blankIndex?: number;
}

/**
 * Connectionist temporal classification: −ln of the probability that a sequence of frames, each with its own probabilities
 * of the classes, spells the labels, once equal neighbours are merged and then blanks removed. A. Graves et al.,
 * "Connectionist temporal classification: labelling unsegmented sequence data with recurrent neural networks" (2006).
 *
 * One loop over the frames, in float64, so that the gradient with respect to the logits keeps its digits however long a
 * sequence is. If the frames are too few for the labels, of which equal neighbours need a blank between them, the loss is
 * Infinity, and its gradient 0. No labels at all are spelled by blanks alone. Values are not looked at while a graph is
 * built: a label that is no class or the blank, and a length that does not lie between 0 and the size of its axis, make the
 * loss of that sequence NaN.
 *
 * @param labels Integers [batch, S]; what lies beyond a sequence's own length is not looked at.
 * @param logits Unscaled scores of the classes: [batch, T, K].
 * @param labelLengths Integers [batch]: how many labels each sequence has.
 * @param logitLengths Integers [batch]: how many frames each sequence has.
 * @param options The blank.
 * @returns The losses: [batch].
 * @throws ShapeError if the shapes do not fit, DTypeError for labels or lengths that are no integers, RangeError for a
 *   blank that is no class.
 *
 * @example
 * ```ts
 * import { ctcLoss, tensor } from "@strata/core";
 *
 * // Two frames, both classes as likely: of four equal paths, three spell the label 1.
 * const loss = ctcLoss([[1]], tensor([0, 0, 0, 0], [1, 2, 2]), [1], [2]);
 * console.log(loss.neg().exp().arraySync()); // [0.75]
 * ```
 */
export function ctcLoss(
  labels: TensorLike,
  logits: TensorLike,
  labelLengths: TensorLike,
  logitLengths: TensorLike,
  options: CtcLossOptions = {},
): Tensor {
  checkCount("ctcLoss", arguments, 5);
  const { blankIndex = 0 } = readOptions("ctcLoss", options, ["blankIndex"]);
  const scores = new Tensor(checkIsFloat("ctcLoss", logits));
  if (scores.rank !== 3) {
    throw new ShapeError(`ctcLoss: takes logits [batch, T, K], not ${formatShape(scores.shape)}`);
  }
  const [batch, frames, classes] = scores.shape;
  const blank = blankOf(blankIndex, classes);
  const given = integers("labels", labels);
  if (given.rank !== 2 || given.shape[0] !== batch) {
    throw new ShapeError(
      `ctcLoss: the labels have the shape ${formatShape(given.shape)}; for logits of ${formatShape(scores.shape)} it must be ` +
        `[${batch}, S]`,
    );
  }
  const count = given.shape[1];
  const lengths = perSequence("label lengths", labelLengths, [batch]);
  const durations = perSequence("logit lengths", logitLengths, [batch]);
  const isLabel = less(arange(count), expandDims(lengths, 1));
  const isClass = logicalAnd(greaterEqual(given, 0), less(given, classes));
  const isWrong = any(logicalAnd(isLabel, logicalOr(logicalNot(isClass), equal(given, blank))), 1);
  const isLength = logicalAnd(isBetween(lengths, count), isBetween(durations, frames));

  const states = withBlanks(where(isLabel, given, blank), blank);
  const emissions = emissionsOf(scores, states);
  const isFrame = less(expandDims(arange(frames), 1), durations);
  const last = lastLogarithms(emissions, isFrame, mayFollowTheLastButOne(states, blank));
  const total = totalOf(last, lengths);
  const loss = where(less(total, logZero / 2), Number.POSITIVE_INFINITY, sub(0, total));
  const isValid = logicalAnd(isLength, logicalNot(isWrong));
  return cast(where(isValid, loss, Number.NaN), scores.dtype);
}

function blankOf(index: number, classes: number): number {
  if (Number.isInteger(index) && index >= -classes && index < classes)
    return index < 0 ? index + classes : index;
  throw new RangeError(
    `ctcLoss: blankIndex is ${index}; for ${classes} classes accepted are the integers ${-classes} to ${classes - 1}`,
  );
}

function integers(what: string, values: TensorLike): Tensor {
  return new Tensor(indexNode("ctcLoss", values, what));
}

function perSequence(what: string, values: TensorLike, shape: Shape): Tensor {
  const given = integers(what, values);
  if (sameShape(given.shape, shape)) return given;
  throw new ShapeError(
    `ctcLoss: the ${what} have the shape ${formatShape(given.shape)}; it must be ${formatShape(shape)}`,
  );
}

function isBetween(lengths: Tensor, most: number): Tensor {
  return logicalAnd(greaterEqual(lengths, 0), lessEqual(lengths, most));
}

/** The classes of the states that a path goes through: a blank, the first label, a blank, … [batch, 2 S + 1]. */
function withBlanks(labels: Tensor, blank: number): Tensor {
  const [batch, count] = labels.shape;
  const pairs = stack([full([batch, count], blank, "int32"), labels], 2);
  return concat([reshape(pairs, [batch, 2 * count]), full([batch, 1], blank, "int32")], 1);
}

/** The logarithms of the probabilities of the states' classes, frame by frame: [T, batch, states]. */
function emissionsOf(logits: Tensor, states: Tensor): Tensor {
  const ofStates = cast(gather(transpose(logits, [0, 2, 1]), states, 1, 1), "float64");
  const ofAll = logSumExp(cast(logits, "float64"), -1);
  const emissions = sub(transpose(ofStates, [2, 0, 1]), expandDims(transpose(ofAll, [1, 0]), 2));
  return maximum(emissions, logZero);
}

/** Whether a path may leave out the state before: a blank between labels that differ. */
function mayFollowTheLastButOne(states: Tensor, blank: number): Tensor {
  const before = slice(
    pad(
      states,
      [
        [0, 0],
        [2, 0],
      ],
      { value: blank },
    ),
    [null, [0, states.shape[1]]],
  );
  return logicalAnd(notEqual(states, blank), notEqual(states, before));
}

/** ln of the probability to be in each state after a sequence's last frame, having been in all before: [batch, states]. */
function lastLogarithms(emissions: Tensor, isFrame: Tensor, maySkip: Tensor): Tensor {
  const [, batch, count] = emissions.shape;
  // Before the first frame a path is in the first blank, which it need not emit.
  const isStart = equal(arange(count), 0);
  const before = where(isStart, full([batch, count], 0, "float64"), logZero);
  const [last] = scan(
    (logarithms: Tensor, frame: { readonly emission: Tensor; readonly isFrame: Tensor }) => {
      const moved = pad(
        logarithms,
        [
          [0, 0],
          [2, 0],
        ],
        { value: logZero },
      );
      const fromBefore = slice(moved, [null, [1, count + 1]]);
      const fromLastButOne = where(maySkip, slice(moved, [null, [0, count]]), logZero);
      const next = add(logOfSum([logarithms, fromBefore, fromLastButOne]), frame.emission);
      return [where(expandDims(frame.isFrame, 1), next, logarithms), null];
    },
    before,
    { emission: emissions, isFrame },
  );
  return last;
}

/** ln Σ eˣ of several tensors. */
function logOfSum(terms: readonly Tensor[]): Tensor {
  const highest = stopGradient(terms.reduce((left, right) => maximum(left, right)));
  const powers = terms.map((term) => exp(sub(term, highest)));
  return add(log(powers.reduce((left, right) => add(left, right))), highest);
}

/** A path ends in the last label, or in the blank after it. */
function totalOf(last: Tensor, labelLengths: Tensor): Tensor {
  const states = arange(last.shape[1]);
  const end = expandDims(add(labelLengths, labelLengths), 1);
  const isEnd = logicalOr(equal(states, end), equal(states, sub(end, 1)));
  return logSumExp(where(isEnd, last, logZero), 1);
}
