/** What the softmax of attention is taken of. */
import { arithmeticDType } from "../dtype.ts";
import { build } from "../primitives/apply.ts";
import { Tensor } from "../tensor.ts";
import { add, cast, lessEqual, mul, where } from "./arithmetic.ts";
import { matmul } from "./contractions.ts";
import { arange } from "./creation.ts";
import { logicalAnd } from "./logic.ts";
import { expandDims } from "./shapes.ts";

/** Some queries, and all keys and values. */
export interface Attention {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly mask: Tensor | null;
  /** The numbers of the queries, int32 [T], if each may only look at the keys up to its own number. */
  readonly numbers: Tensor | null;
  /** What the scores are multiplied by. */
  readonly scale: number;
}

/** Which keys each query may look at, broadcast to the scores; null for all. */
export function allowedKeys({ key, mask, numbers }: Attention): Tensor | null {
  const isAllowed = mask?.dtype === "bool" ? mask : null;
  if (numbers === null) return isAllowed;
  const isBefore = lessEqual(arange(key.shape[key.rank - 2]), expandDims(numbers, 1));
  return isAllowed ? logicalAnd(isAllowed, isBefore) : isBefore;
}

/** [..., T, S]. */
export function attentionScores(attention: Attention): Tensor {
  const { query, key, mask, scale } = attention;
  const products = matmul(mul(query, scale), swapLastAxes(key));
  // Scores need the exponents of float32: float16 has no number as low as the one that hides keys.
  const wide = cast(products, arithmeticDType(query.dtype));
  const scores = mask === null || mask.dtype === "bool" ? wide : add(wide, mask);
  const allowed = allowedKeys(attention);
  // A large negative number in place of −∞, so that a row without keys has no NaN, nor has its gradient.
  return allowed ? where(allowed, scores, -1e30) : scores;
}

export function swapLastAxes(x: Tensor): Tensor {
  return new Tensor(build.swapLastAxes(x.node));
}
