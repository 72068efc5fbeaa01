import type { V128 } from "../assembler/expression.ts";
import { v128 } from "../assembler/instructions.ts";
import { split } from "./double-double.ts";
import type { FloatLanes } from "./float-lanes.ts";

/** Two of these steps bring any quotient of two floats within the range of the format. */
const quotientScale = { float32: 2 ** 100, float64: 2 ** 700 };

interface Division {
  readonly quotient: V128;
  readonly remainder: V128;
}

/**
 * a = q·b + r with an integer q, of which only the sum of its parts is rounded, and an exact r of any sign with
 * |r| < |b|; r is NaN where b = 0 or a is infinite. Long division in base 2^(half the significand): each round
 * subtracts the upper bits of the quotient times b, a product of halves, which is exact.
 */
function divideExactly(lanes: FloatLanes, a: V128, b: V128): Division {
  const { f } = lanes.context;
  const zero = lanes.constant(0);
  const one = lanes.constant(1);
  const scale = lanes.constant(quotientScale[lanes.dtype]);
  const remainder = lanes.let(a);
  const quotient = lanes.let(zero);
  const divisor = lanes.let(lanes.abs(b));
  const active = lanes.let(lanes.ge(lanes.abs(a), divisor));
  lanes.whenAny(active, () => {
    f.loop((again) => {
      const magnitude = lanes.let(lanes.abs(remainder));
      const scaled = lanes.let(divisor);
      const weight = lanes.let(one);
      for (let step = 0; step < 2; step++) {
        const larger = lanes.let(lanes.mul(scaled, scale));
        const fits = lanes.let(lanes.ge(magnitude, larger));
        f.set(scaled, lanes.select(fits, larger, scaled));
        f.set(weight, lanes.select(fits, lanes.mul(weight, scale), weight));
      }
      const ratio = lanes.let(lanes.trunc(lanes.div(remainder, scaled)));
      const digit = split(lanes, ratio).high;
      const parts = split(lanes, scaled);
      const upper = lanes.sub(remainder, lanes.mul(digit, parts.high));
      const next = lanes.sub(upper, lanes.mul(digit, parts.low));
      f.set(remainder, lanes.select(active, next, remainder));
      f.set(quotient, lanes.add(quotient, lanes.keep(lanes.mul(digit, weight), active)));
      f.set(active, lanes.ge(lanes.abs(remainder), divisor));
      f.branchIf(again, v128.any_true(active));
    });
  });
  const isUndefined = v128.or(lanes.isNaN(b), lanes.eq(b, zero));
  return {
    quotient: lanes.let(v128.xor(quotient, lanes.sign(b))),
    remainder: lanes.let(lanes.select(isUndefined, lanes.constant(Number.NaN), remainder)),
  };
}

/** A mask of the lanes where the remainder is not zero and has not the sign of the divisor. */
function hasWrongSign(lanes: FloatLanes, remainder: V128, b: V128): V128 {
  const zero = lanes.constant(0);
  const differs = lanes.testBit(v128.xor(remainder, b), lanes.totalBits - 1);
  return v128.and(differs, lanes.ne(remainder, zero));
}

/** a − b·⌊a/b⌋: the sign is the divisor's, as in NumPy and Python. */
export function mod(lanes: FloatLanes, a: V128, b: V128): V128 {
  const { remainder } = divideExactly(lanes, a, b);
  const correction = lanes.keep(b, hasWrongSign(lanes, remainder, b));
  const value = lanes.let(lanes.add(remainder, correction));
  return lanes.select(lanes.eq(value, lanes.constant(0)), lanes.sign(b), value);
}

/** ⌊a/b⌋ of the exact quotient, which a/b may round up to the next integer; a/b where b = 0, as in NumPy. */
export function floorDiv(lanes: FloatLanes, a: V128, b: V128): V128 {
  const { quotient, remainder } = divideExactly(lanes, a, b);
  const divided = lanes.let(lanes.div(a, b));
  const one = lanes.constant(1);
  const below = lanes.let(lanes.sub(quotient, lanes.keep(one, hasWrongSign(lanes, remainder, b))));
  const withZeros = lanes.select(lanes.eq(below, lanes.constant(0)), lanes.sign(divided), below);
  const defined = lanes.select(lanes.isNaN(remainder), remainder, withZeros);
  const isInfinite = lanes.eq(lanes.abs(divided), lanes.constant(Number.POSITIVE_INFINITY));
  const hasInfiniteResult = v128.andnot(isInfinite, lanes.isNaN(lanes.sub(a, a)));
  return lanes.select(v128.or(hasInfiniteResult, lanes.eq(b, lanes.constant(0))), divided, defined);
}
