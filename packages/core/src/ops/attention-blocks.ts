/**
 * Attention for one block of queries after another, in a loop. The scores of a block are gone when the next one begins,
 * and are computed again for the gradient, with what T. Dao et al., "FlashAttention" (2022), keep of a row: its result,
 * its highest score and the sum of its powers. Memory grows in proportion to the number of queries.
 *
 * Causal attention takes several such loops, each with the keys that its queries may look at: with n loops, (n + 1) / 2n
 * of the scores are computed.
 */
import { customGradient } from "../autodiff/custom-gradient.ts";
import { map } from "../control/scan.ts";
import { arithmeticDType } from "../dtype.ts";
import { sumToShape } from "../primitives/apply.ts";
import { Tensor } from "../tensor.ts";
import { cast, div, mul, stopGradient, sub, where } from "./arithmetic.ts";
import { type Attention, attentionScores, swapLastAxes } from "./attention-scores.ts";
import { matmul } from "./contractions.ts";
import { pad } from "./padding.ts";
import { max, sum } from "./reductions.ts";
import { concat, expandDims, reshape, transpose } from "./shapes.ts";
import { slice } from "./slicing.ts";
import { exp } from "./transcendental.ts";

/**
 * How many loops the blocks of causal attention are divided into. A step of training of 16 matrices of 1024 to 4096
 * queries, on one thread, takes 68 to 73 % of the time of one loop with 2 loops, 53 to 55 % with 4 and 44 to 48 % with
 * 8; compiling it takes 0.05, 0.1 and 0.3 s more.
 */
const causalLoops = 4;

/** Attention, computed in `count` blocks of queries. */
export function attendInBlocks(attention: Attention, count: number): Tensor {
  const { query, key, value, bias, shown, seeing, numbers } = attention;
  const length = query.shape[query.rank - 2];
  // Gradients with respect to what the blocks share are added up block by block, which must not round to a half.
  const [sharedKey, sharedValue] = [key, value].map(wide);
  const masks = { bias: bias && wide(bias), shown, seeing };
  // With an axis before the last two no product is one that loops hoist or put off, with all scores as an operand.
  const hasNoBatch = query.rank === 2;
  const blocks = {
    query: splitRows(hasNoBatch ? expandDims(query) : query, count),
    masks: mapMasks(masks, (mask) => (hasRows(mask) ? splitRows(mask, count) : null)),
    numbers: numbers && reshape(splitRows(expandDims(numbers, 1), count), [count, -1]),
  };
  const results = loopsOf(attention, count).map(({ begin, end, keys }) => {
    const shared = {
      key: slice(sharedKey, ["...", [0, keys], null]),
      value: slice(sharedValue, ["...", [0, keys], null]),
      masks: mapMasks(masks, (mask) => (hasRows(mask) ? null : maskOfKeys(mask, keys))),
    };
    const loop: typeof blocks = {
      query: slice(blocks.query, [[begin, end]]),
      masks: mapMasks(blocks.masks, (mask) => maskOfKeys(slice(mask, [[begin, end]]), keys)),
      numbers: blocks.numbers && slice(blocks.numbers, [[begin, end]]),
    };
    return map(
      (block: typeof blocks) =>
        attendRows({
          ...attention,
          key: shared.key,
          value: shared.value,
          query: wide(block.query),
          bias: block.masks.bias ?? shared.masks.bias,
          shown: block.masks.shown ?? shared.masks.shown,
          seeing: block.masks.seeing ?? shared.masks.seeing,
          numbers: block.numbers,
        }),
      loop,
    );
  });
  const joined = cast(joinRows(concat(results), length), value.dtype);
  const isOwnAxis = hasNoBatch && key.rank === 2 && value.rank === 2 && (shown === null || shown.rank <= 2);
  return isOwnAxis ? reshape(joined, joined.shape.slice(1)) : joined;
}

/** Consecutive blocks of queries, none of which looks further than at the first `keys` keys. */
interface Loop {
  readonly begin: number;
  readonly end: number;
  readonly keys: number;
}

/** One loop over all blocks; or several of causal attention, for each of which the keys end where its queries do. */
function loopsOf({ query, key, numbers }: Attention, count: number): Loop[] {
  const [queries, keys] = [query, key].map(({ shape }) => shape[shape.length - 2]);
  if (numbers === null) return [{ begin: 0, end: count, keys }];
  const rows = Math.ceil(queries / count);
  // Blocks after these look at all keys.
  const limited = Math.min(count, Math.ceil(keys / rows));
  const loops = Math.min(causalLoops, limited);
  const ends = Array.from({ length: loops }, (_, index) => Math.round((limited * (index + 1)) / loops));
  return ends.map((end, index) => ({
    begin: index === 0 ? 0 : ends[index - 1],
    end: index === loops - 1 ? count : end,
    keys: Math.min(keys, end * rows),
  }));
}

type Masks = Pick<Attention, "bias" | "shown" | "seeing">;

function mapMasks({ bias, shown, seeing }: Masks, f: (mask: Tensor) => Tensor | null): Masks {
  return { bias: bias && f(bias), shown: shown && f(shown), seeing: seeing && f(seeing) };
}

/** Whether a mask differs from query to query. */
function hasRows(mask: Tensor): boolean {
  return mask.rank >= 2 && mask.shape[mask.rank - 2] > 1;
}

/** The part of a mask for the first `keys` keys; an axis of length 1, for all keys, stays as it is. */
function maskOfKeys(mask: Tensor, keys: number): Tensor {
  return mask.rank === 0 || mask.shape[mask.rank - 1] === 1 ? mask : slice(mask, ["...", [0, keys]]);
}

/** Floats as what is computed in. */
function wide(x: Tensor): Tensor {
  return cast(x, arithmeticDType(x.dtype));
}

/** softmax(scores) v, which keeps no scores for its gradient. */
function attendRows(attention: Attention): Tensor {
  const { bias, seeing, scale } = attention;
  const result = customGradient((query, key, value, ...biases) => {
    const given: Attention = { ...attention, query, key, value, bias: biases[0] ?? null };
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
          ...biases.map((each) => sumTo(each, towardsScores)),
        ];
      },
    };
  })(attention.query, attention.key, attention.value, ...(bias ? [bias] : []));
  return seeing ? where(seeing, result, 0) : result;
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
