import type { V128 } from "../assembler/expression.ts";
import type { Local } from "../assembler/function.ts";
import { v128 } from "../assembler/instructions.ts";
import type { FloatLanes } from "./float-lanes.ts";

/**
 * A value as the unevaluated sum of two floats, |low| ≤ ulp(high)/2: twice the precision.
 * Source: T. J. Dekker, A floating-point technique for extending the available precision, 1971.
 *
 * The error terms are exact only without contraction, so nothing here may use a fused multiply-add, whose
 * rounding relaxed SIMD leaves open.
 */
export interface DoubleDouble {
  readonly high: V128;
  readonly low: V128;
}

/** A double-double that is held in locals. */
export interface DoubleDoubleLocals {
  readonly high: Local<"v128">;
  readonly low: Local<"v128">;
}

/** a + b exactly, where |a| ≥ |b| or a = 0. */
export function fastTwoSum(lanes: FloatLanes, a: V128, b: V128): DoubleDoubleLocals {
  const high = lanes.let(lanes.add(a, b));
  return { high, low: lanes.let(lanes.sub(b, lanes.sub(high, a))) };
}

/** a + b exactly. */
export function twoSum(lanes: FloatLanes, a: V128, b: V128): DoubleDoubleLocals {
  const high = lanes.let(lanes.add(a, b));
  const rounded = lanes.let(lanes.sub(high, a));
  const low = lanes.add(lanes.sub(a, lanes.sub(high, rounded)), lanes.sub(b, rounded));
  return { high, low: lanes.let(low) };
}

/** The upper half of the significand, and the rest. */
export function split(lanes: FloatLanes, value: V128): DoubleDoubleLocals {
  const lowBits = BigInt((lanes.significandBits + 2) >> 1);
  const high = lanes.let(v128.and(value, lanes.bits(-1n << lowBits)));
  return { high, low: lanes.let(lanes.sub(value, high)) };
}

/** a·b exactly (to 2^−106 for float64: its lower halves have 27 bits). */
export function twoProduct(lanes: FloatLanes, a: V128, b: V128): DoubleDoubleLocals {
  const high = lanes.let(lanes.mul(a, b));
  const first = split(lanes, a);
  const second = split(lanes, b);
  const upper = lanes.sub(lanes.mul(first.high, second.high), high);
  const cross = lanes.add(
    lanes.add(upper, lanes.mul(first.high, second.low)),
    lanes.mul(first.low, second.high),
  );
  return { high, low: lanes.let(lanes.add(cross, lanes.mul(first.low, second.low))) };
}

export function multiply(lanes: FloatLanes, a: DoubleDouble, b: DoubleDouble): DoubleDoubleLocals {
  const product = twoProduct(lanes, a.high, b.high);
  const cross = lanes.add(lanes.mul(a.high, b.low), lanes.mul(a.low, b.high));
  return fastTwoSum(lanes, product.high, lanes.let(lanes.add(product.low, cross)));
}

/** a + b, where |a| ≥ |b| or a = 0. */
export function fastAdd(lanes: FloatLanes, a: DoubleDouble, b: DoubleDouble): DoubleDoubleLocals {
  const sum = fastTwoSum(lanes, a.high, b.high);
  return fastTwoSum(lanes, sum.high, lanes.let(lanes.add(sum.low, lanes.add(a.low, b.low))));
}
