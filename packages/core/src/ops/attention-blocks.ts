/**
 * Attention for one block of queries after another, in a loop. The scores of a block are gone when the next one begins,
 * and are computed again for the gradient, with what T. Dao et al., "FlashAttention" (2022), keep of a row: its result,
 * its highest score and the sum of its powers. Memory grows in proportion to the number of queries.
 */
import { customGradient } from "../autodiff/custom-gradient.ts";
import { map } from "../control/scan.ts";
import { arithmeticDType } from "../dtype.ts";
import { sumToShape } from "../primitives/apply.ts";
import { Tensor } from "../tensor.ts";
import { cast, div, mul, stopGradient, sub, where } from "./arithmetic.ts";
import { type Attention, allowedKeys, attentionScores, swapLastAxes } from "./attention-scores.ts";
import { matmul } from "./contractions.ts";
import { pad } from "./padding.ts";
import { any, max, sum } from "./reductions.ts";
import { expandDims, reshape, transpose } from "./shapes.ts";
import { slice } from "./slicing.ts";
import { exp } from "./transcendental.ts";

/** Attention, computed in `count` blocks of queries. */
export function attendInBlocks(attention: Attention, count: number): Tensor {
  const { query, key, value, mask, numbers } = attention;
  const length = query.shape[query.rank - 2];
  // Gradients with respect to what the blocks share are added up block by block, which must not round to a half.
  const [sharedKey, sharedValue] = [key, value].map(wide);
  const maskDiffers = mask !== null && mask.rank >= 2 && mask.shape[mask.rank - 2] > 1;
  const sharedMask = maskDiffers || mask === null ? null : wide(mask);
  // With an axis before the last two no product is one that loops hoist or put off, with all scores as an operand.
  const hasNoBatch = query.rank === 2;
  const blocks = {
    query: splitRows(hasNoBatch ? expandDims(query) : query, count),
    mask: maskDiffers ? splitRows(mask, count) : null,
    numbers: numbers && reshape(splitRows(expandDims(numbers, 1), count), [count, -1]),
  };
  const results = map(
    (block: typeof blocks) =>
      attendRows({
        ...attention,
        query: wide(block.query),
        key: sharedKey,
        value: sharedValue,
        mask: block.mask ?? sharedMask,
        numbers: block.numbers,
      }),
    blocks,
  );
  const joined = cast(joinRows(results, length), value.dtype);
  const isOwnAxis = hasNoBatch && key.rank === 2 && value.rank === 2 && (mask === null || mask.rank <= 2);
  return isOwnAxis ? reshape(joined, joined.shape.slice(1)) : joined;
}

/** Floats as what is computed in. */
function wide(x: Tensor): Tensor {
  return cast(x, arithmeticDType(x.dtype));
}

/** softmax(scores) v, which keeps no scores for its gradient. */
function attendRows(attention: Attention): Tensor {
  const { mask, scale } = attention;
  const floats = mask === null || mask.dtype === "bool" ? [] : [mask];
  const result = customGradient((query, key, value, ...bias) => {
    const given: Attention = { ...attention, query, key, value, mask: bias[0] ?? mask };
    const scores = attentionScores(given);
    const highest = stopGradient(max(scores, -1, true));
    const powers = exp(sub(scores, highest));
    const total = sum(powers, -1, true);
    const result = div(matmul(powers, value), total);
    return {
      value: result,
      gradient(towardsResult) {
        const weights = mul(exp(sub(attentionScores(given), highest)), div(1, total));
        // Σ weights·(their gradient), as a sum over the result's shorter axis.
        const common = sum(mul(towardsResult, result), -1, true);
        const towardsScores = mul(weights, sub(matmul(towardsResult, swapLastAxes(value)), common));
        return [
          sumTo(query, mul(matmul(towardsScores, key), scale)),
          sumTo(key, matmul(swapLastAxes(towardsScores), mul(query, scale))),
          sumTo(value, matmul(swapLastAxes(weights), towardsResult)),
          ...bias.map((each) => sumTo(each, towardsScores)),
        ];
      },
    };
  })(attention.query, attention.key, attention.value, ...floats);
  const allowed = allowedKeys(attention);
  return allowed ? where(any(allowed, -1, true), result, 0) : result;
}

/** Sums a gradient over what was broadcast to reach its shape. */
function sumTo(x: Tensor, gradient: Tensor): Tensor {
  return new Tensor(sumToShape(gradient.node, x.shape));
}

/** [..., T, D] → [count, ..., rows, D], with zeros after the last row. */
function splitRows(x: Tensor, count: number): Tensor {
  const [length, width] = x.shape.slice(-2);
  const leading = x.shape.slice(0, -2);
  const rows = Math.ceil(length / count);
  const padded = pad(x, [...leading.map((): [number, number] => [0, 0]), [0, count * rows - length], [0, 0]]);
  const axis = leading.length;
  const split = reshape(padded, [...leading, count, rows, width]);
  return transpose(split, [axis, ...leading.keys(), axis + 1, axis + 2]);
}

/** The inverse: [count, ..., rows, E] → [..., T, E]. */
function joinRows(x: Tensor, length: number): Tensor {
  const axis = x.rank - 2;
  const order = Array.from({ length: axis - 1 }, (_, index) => index + 1);
  const together = transpose(x, [...order, 0, axis, axis + 1]);
  const leading = x.shape.slice(1, -2);
  const joined = reshape(together, [...leading, x.shape[0] * x.shape[axis], x.shape[axis + 1]]);
  return slice(joined, ["...", [0, length], null]);
}
