import type { V128 } from "../assembler/expression.ts";
import { v128 } from "../assembler/instructions.ts";
import { split } from "./double-double.ts";
import type { FloatLanes } from "./float-lanes.ts";

/** Two of these steps bring any quotient of two floats within the range of the format. */
const quotientScale = { float32: 2 ** 100, float64: 2 ** 700 };

/**
 * A remainder r of a by b, exact, with |r| < |b| and any sign; NaN where b = 0 or a is infinite. Long division
 * in base 2^(half the significand): each round subtracts the upper bits of the quotient times b, a product of
 * halves, which is exact.
 */
function exactRemainder(lanes: FloatLanes, a: V128, b: V128): V128 {
  const { f } = lanes.context;
  const remainder = lanes.let(a);
  const divisor = lanes.let(lanes.abs(b));
  const zero = lanes.constant(0);
  const scale = lanes.constant(quotientScale[lanes.dtype]);
  const active = lanes.let(lanes.ge(lanes.abs(a), divisor));
  lanes.whenAny(active, () => {
    f.loop((again) => {
      const magnitude = lanes.let(lanes.abs(remainder));
      const scaled = lanes.let(divisor);
      for (let step = 0; step < 2; step++) {
        const larger = lanes.let(lanes.mul(scaled, scale));
        f.set(scaled, lanes.select(lanes.ge(magnitude, larger), larger, scaled));
      }
      const quotient = lanes.let(lanes.trunc(lanes.div(remainder, scaled)));
      const leading = split(lanes, quotient).high;
      const parts = split(lanes, scaled);
      const upper = lanes.sub(remainder, lanes.mul(leading, parts.high));
      const next = lanes.sub(upper, lanes.mul(leading, parts.low));
      f.set(remainder, lanes.select(active, next, remainder));
      f.set(active, lanes.ge(lanes.abs(remainder), divisor));
      f.branchIf(again, v128.any_true(active));
    });
  });
  const isUndefined = v128.or(lanes.isNaN(b), lanes.eq(b, zero));
  return lanes.let(lanes.select(isUndefined, lanes.constant(Number.NaN), remainder));
}

/** A mask of the lanes where the remainder is not zero and has not the sign of the divisor. */
function hasWrongSign(lanes: FloatLanes, remainder: V128, b: V128): V128 {
  const zero = lanes.constant(0);
  const differs = lanes.testBit(v128.xor(remainder, b), lanes.totalBits - 1);
  return v128.and(differs, lanes.ne(remainder, zero));
}

/** a − b·⌊a/b⌋: the sign is the divisor's, as in NumPy and Python. */
export function mod(lanes: FloatLanes, a: V128, b: V128): V128 {
  const remainder = exactRemainder(lanes, a, b);
  const correction = lanes.keep(b, hasWrongSign(lanes, remainder, b));
  const value = lanes.let(lanes.add(remainder, correction));
  return lanes.select(lanes.eq(value, lanes.constant(0)), lanes.sign(b), value);
}

/** ⌊a/b⌋ of the exact quotient; a/b where b = 0. Source: NumPy, npy_divmod. */
export function floorDiv(lanes: FloatLanes, a: V128, b: V128): V128 {
  const remainder = exactRemainder(lanes, a, b);
  const quotient = lanes.let(lanes.div(a, b));
  const one = lanes.constant(1);
  const divided = lanes.div(lanes.sub(a, remainder), b);
  const below = lanes.let(lanes.sub(divided, lanes.keep(one, hasWrongSign(lanes, remainder, b))));
  const nearest = lanes.let(lanes.nearest(below));
  const isZero = lanes.eq(nearest, lanes.constant(0));
  const value = lanes.select(isZero, lanes.sign(quotient), nearest);
  return lanes.select(lanes.eq(b, lanes.constant(0)), quotient, value);
}
