import type { V128 } from "../assembler/expression.ts";
import { f32x4, f64x2 } from "../assembler/instructions.ts";
import { type DoubleDouble, fastTwoSum, twoSum } from "./double-double.ts";
import { FloatLanes } from "./float-lanes.ts";
import { reduceHuge } from "./payne-hanek.ts";
import { joinLowerHalves, joinLowWords, swapHalves, upperThenLowerHalf } from "./shuffles.ts";
import { twice } from "./through-float64.ts";

/** x = q·π/2 + r with |r| ≤ π/4; the low bits of each lane of `quadrant` are those of q. */
export interface ReducedAngle {
  readonly quadrant: V128;
  readonly r: DoubleDouble;
}

/** π/2 in parts whose products with q are exact. Sources: FreeBSD msun, e_rem_pio2f.c and e_rem_pio2.c. */
const halfPi25 = { high: 1.5707963109016418, low: 1.5893254773528196e-8 };
const halfPi33 = {
  first: 1.5707963267341256,
  second: 6.077100506303966e-11,
  third: 2.0222662487111665e-21,
  rest: 8.4784276603689e-32,
};

/** From here on q has too many bits for the parts above. */
const largest = { float32: 2 ** 28, float64: 2 ** 20 };

/** q in the low bits of a float64, and as a float64. */
function roundToQuadrant(wide: FloatLanes, magnitude: V128) {
  const shifter = wide.constant(1.5 * 2 ** 52);
  const bits = wide.let(wide.multiplyAdd(magnitude, wide.constant(2 / Math.PI), shifter));
  return { bits, q: wide.let(wide.sub(bits, shifter)) };
}

function reduce64(lanes: FloatLanes, magnitude: V128): ReducedAngle {
  const { bits, q } = roundToQuadrant(lanes, magnitude);
  const upper = lanes.let(lanes.multiplySubtract(q, lanes.constant(halfPi33.first), magnitude));
  const second = twoSum(lanes, upper, lanes.let(lanes.mul(q, lanes.constant(-halfPi33.second))));
  const third = twoSum(lanes, second.high, lanes.let(lanes.mul(q, lanes.constant(-halfPi33.third))));
  const lost = lanes.add(second.low, third.low);
  const low = lanes.let(lanes.multiplySubtract(q, lanes.constant(halfPi33.rest), lost));
  const r = fastTwoSum(lanes, third.high, low);
  const result = { quadrant: lanes.let(bits), r };
  const isHuge = lanes.let(lanes.ge(magnitude, lanes.constant(largest.float64)));
  const { f } = lanes.context;
  lanes.whenAny(isHuge, () => {
    const huge = reduceHuge(lanes, magnitude);
    f.set(result.quadrant, lanes.select(isHuge, huge.quadrant, result.quadrant));
    f.set(r.high, lanes.select(isHuge, huge.r.high, r.high));
    f.set(r.low, lanes.select(isHuge, huge.r.low, r.low));
  });
  return result;
}

/** Float32 is reduced in float64, which holds the difference x − q·π/2 to more bits than float32 asks for. */
function reduce32(lanes: FloatLanes, magnitude: V128): ReducedAngle {
  const { f } = lanes.context;
  const wide = new FloatLanes(lanes.context, "float64");
  const reduceHalf = (half: V128) => {
    const promoted = f.let(f64x2.promote_low_f32x4(half));
    const { bits, q } = roundToQuadrant(wide, promoted);
    const upper = wide.multiplySubtract(q, wide.constant(halfPi25.high), promoted);
    const r = wide.multiplySubtract(q, wide.constant(halfPi25.low), upper);
    return { bits, r: f.let(f32x4.demote_f64x2_zero(r)) };
  };
  const lower = reduceHalf(magnitude);
  const upper = reduceHalf(swapHalves(magnitude));
  const quadrant = f.let(joinLowWords(lower.bits, upper.bits));
  const high = f.let(joinLowerHalves(lower.r, upper.r));
  const isHuge = f.let(lanes.ge(magnitude, lanes.constant(largest.float32)));
  lanes.whenAny(isHuge, () => {
    const huge = reduceHuge32(lanes, wide, magnitude);
    f.set(quadrant, lanes.select(isHuge, huge.quadrant, quadrant));
    f.set(high, lanes.select(isHuge, huge.high, high));
  });
  return { quadrant, r: { high, low: lanes.constant(0) } };
}

function reduceHuge32(lanes: FloatLanes, wide: FloatLanes, magnitude: V128) {
  const { f } = lanes.context;
  const remaining = f.let(magnitude);
  const quadrant = f.local("v128");
  const high = f.local("v128");
  twice(lanes, () => {
    const huge = reduceHuge(wide, f.let(f64x2.promote_low_f32x4(remaining)));
    f.set(quadrant, upperThenLowerHalf(quadrant, joinLowWords(huge.quadrant, huge.quadrant)));
    f.set(high, upperThenLowerHalf(high, f32x4.demote_f64x2_zero(huge.r.high)));
    f.set(remaining, swapHalves(remaining));
  });
  return { quadrant, high };
}

/** Reduces lanes that are not negative. */
export function reduceToQuadrant(lanes: FloatLanes, magnitude: V128): ReducedAngle {
  return lanes.dtype === "float32" ? reduce32(lanes, magnitude) : reduce64(lanes, magnitude);
}
