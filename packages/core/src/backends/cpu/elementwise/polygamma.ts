import { polygammaFormula } from "../../../special/polygamma.ts";
import type { V128 } from "../assembler/expression.ts";
import { i32, v128 } from "../assembler/instructions.ts";
import type { FloatFunction, FloatLanes } from "./float-lanes.ts";
import { sineAndCosineOfPi } from "./sine-of-pi.ts";

/** xⁿ for n ≥ 1, by squaring. */
function powerOf(lanes: FloatLanes, x: V128, exponent: number): V128 {
  let result: V128 | null = null;
  let square = lanes.let(x);
  for (let rest = exponent; ; square = lanes.let(lanes.mul(square, square))) {
    if (rest % 2 === 1) result = result === null ? square : lanes.let(lanes.mul(result, square));
    rest = Math.floor(rest / 2);
    if (rest === 0) return result ?? square;
  }
}

/** (−1)ⁿ⁺¹ψ⁽ⁿ⁾(x) for x > 0: the smallest terms of the sum are added first. */
function magnitudeOfPositive(lanes: FloatLanes, order: number, x: V128): V128 {
  const { f } = lanes.context;
  const { start, scale, factor, series } = polygammaFormula(order);
  const one = lanes.constant(1);
  const shifted = lanes.let(x);
  const sum = lanes.let(lanes.constant(0));
  lanes.whenAny(lanes.lt(x, lanes.constant(start)), () => {
    const steps = lanes.let(lanes.constant(start - 1));
    const round = f.let(i32.constant(start));
    f.loop((again) => {
      const argument = lanes.let(lanes.add(x, steps));
      const isBelow = lanes.let(lanes.lt(argument, lanes.constant(start)));
      const term = powerOf(lanes, lanes.div(lanes.constant(scale), argument), order + 1);
      f.set(sum, lanes.add(sum, lanes.keep(term, isBelow)));
      f.set(shifted, lanes.maximum(shifted, lanes.keep(lanes.add(argument, one), isBelow)));
      f.set(steps, lanes.sub(steps, one));
      f.set(round, i32.sub(round, i32.constant(1)));
      f.branchIf(again, i32.gt_s(round, i32.constant(0)));
    });
  });
  const inverse = lanes.let(lanes.div(one, shifted));
  const square = lanes.let(lanes.mul(inverse, inverse));
  const corrections = lanes.mul(square, lanes.polynomial(square, series));
  const half = lanes.multiplyAdd(inverse, lanes.constant(0.5), corrections);
  const tail = lanes.let(lanes.add(lanes.constant(1 / order), half));
  const powers = powerOf(lanes, lanes.mul(inverse, lanes.constant(scale)), order);
  const rest = lanes.mul(lanes.mul(powers, lanes.constant(scale)), tail);
  return lanes.mul(lanes.add(sum, rest), lanes.constant(factor));
}

/** ψ⁽ⁿ⁾(x) on float64 lanes for one order n ≥ 1; below 0 by reflection. */
export function polygamma(order: number): FloatFunction {
  const { sign, reflection } = polygammaFormula(order);
  return (lanes, x) => {
    const { f } = lanes.context;
    const isNegative = lanes.let(lanes.lt(x, lanes.constant(0)));
    const reflected = lanes.select(isNegative, lanes.sub(lanes.constant(1), x), lanes.abs(x));
    const magnitude = lanes.let(magnitudeOfPositive(lanes, order, lanes.let(reflected)));
    const value = lanes.let(lanes.mul(magnitude, lanes.constant(sign)));
    lanes.whenAny(isNegative, () => {
      const { offset, sine, cosine } = sineAndCosineOfPi(lanes, x);
      const cotangent = lanes.let(v128.xor(lanes.div(cosine, sine), lanes.sign(offset)));
      const even = lanes.polynomial(lanes.let(lanes.mul(cotangent, cotangent)), reflection);
      const mirrored = lanes.sub(sign === 1 ? even : lanes.mul(cotangent, even), magnitude);
      const isPole = lanes.eq(offset, lanes.constant(0));
      const infinity = lanes.constant(sign * Number.POSITIVE_INFINITY);
      const withPoles = lanes.select(isPole, infinity, mirrored);
      f.set(value, lanes.select(isNegative, withPoles, value));
    });
    return value;
  };
}
