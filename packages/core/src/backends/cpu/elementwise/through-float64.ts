import type { V128 } from "../assembler/expression.ts";
import { f32x4, f64x2, i32 } from "../assembler/instructions.ts";
import { type FloatFunction, FloatLanes } from "./float-lanes.ts";
import { joinLowerHalves, swapHalves, upperThenLowerHalf } from "./shuffles.ts";

/** Runs `body` twice, in a loop: code that is long, for a function that is rare, is there once. */
export function twice(lanes: FloatLanes, body: () => void): void {
  const { f } = lanes.context;
  const round = f.local("i32");
  f.set(round, i32.constant(0));
  f.loop((again) => {
    body();
    f.set(round, i32.add(round, i32.constant(1)));
    f.branchIf(again, i32.lt_u(round, i32.constant(2)));
  });
}

/**
 * A function of float32 computed in float64, two lanes at a time: for functions whose float32 form would need
 * an algorithm of its own and is not worth it.
 */
export function throughFloat64(inner: FloatFunction): FloatFunction {
  return (lanes, ...operands) => {
    const { f } = lanes.context;
    const wide = new FloatLanes(lanes.context, "float64");
    const remaining = operands.map((operand) => f.let(operand));
    const result = f.local("v128");
    twice(lanes, () => {
      const promoted = remaining.map((operand) => f.let(f64x2.promote_low_f32x4(operand)));
      const narrow = f.let(f32x4.demote_f64x2_zero(inner(wide, ...promoted)));
      f.set(result, upperThenLowerHalf(result, narrow));
      for (const operand of remaining) f.set(operand, swapHalves(operand));
    });
    return result;
  };
}

/** The same, with the code of `inner` twice: longer, and faster, since the processor interleaves the halves. */
export function throughFloat64Unrolled(inner: FloatFunction): FloatFunction {
  return (lanes, ...operands) => {
    const { f } = lanes.context;
    const wide = new FloatLanes(lanes.context, "float64");
    const half = (vectors: readonly V128[]): V128 => {
      const promoted = vectors.map((vector) => f.let(f64x2.promote_low_f32x4(vector)));
      return f.let(f32x4.demote_f64x2_zero(inner(wide, ...promoted)));
    };
    const lower = half(operands);
    return joinLowerHalves(lower, half(operands.map(swapHalves)));
  };
}
