import {
  cutOff,
  exponentialTail,
  largestSeriesSample,
  quadrature,
  seriesTerms,
} from "../../../special/random-gamma-gradient.ts";
import type { V128 } from "../assembler/expression.ts";
import type { Local } from "../assembler/function.ts";
import { i32, v128 } from "../assembler/instructions.ts";
import { digammaCorrection, digammaOfPositive } from "./digamma.ts";
import { exp, expm1 } from "./exponential.ts";
import type { FloatLanes } from "./float-lanes.ts";
import { log, log1p } from "./logarithm.ts";

/** Runs `body` for each number from 0 to count − 1, whose code is there once. */
function repeat(lanes: FloatLanes, count: number, body: (round: Local<"i32">) => void): void {
  const { f } = lanes.context;
  const round = f.let(i32.constant(0));
  f.loop((again) => {
    body(round);
    f.set(round, i32.add(round, i32.constant(1)));
    f.branchIf(again, i32.lt_s(round, i32.constant(count)));
  });
}

/** Runs the one of `cases` from `first` to `last` − 1 that `round` names, found by bisection. */
function choose(
  lanes: FloatLanes,
  round: Local<"i32">,
  first: number,
  last: number,
  run: (index: number) => void,
) {
  if (last - first === 1) return run(first);
  const middle = (first + last) >> 1;
  lanes.context.f.if(
    i32.lt_s(round, i32.constant(middle)),
    () => choose(lanes, round, first, middle, run),
    () => choose(lanes, round, middle, last, run),
  );
}

/** (x/α) Σₙ cₙ·(ψ(α + n + 1) − ln x) for small x. */
function bySeries(lanes: FloatLanes, alpha: V128, sample: V128): V128 {
  const { f } = lanes.context;
  const one = lanes.constant(1);
  const shifted = lanes.let(lanes.add(alpha, one));
  const difference = lanes.let(lanes.sub(digammaOfPositive(lanes, shifted), log(lanes, sample)));
  const coefficient = lanes.let(one);
  const sum = lanes.let(difference);
  repeat(lanes, seriesTerms, () => {
    const inverse = lanes.let(lanes.div(one, shifted));
    f.set(coefficient, lanes.mul(coefficient, lanes.mul(sample, inverse)));
    f.set(difference, lanes.add(difference, inverse));
    f.set(sum, lanes.add(sum, lanes.mul(coefficient, difference)));
    f.set(shifted, lanes.add(shifted, one));
  });
  return lanes.mul(lanes.div(sample, alpha), sum);
}

/** The end at which the integral is cut off. */
function endOfIntegral(lanes: FloatLanes, alpha: V128, sample: V128, isUpper: V128): V128 {
  const { f } = lanes.context;
  const one = lanes.constant(1);
  const twice = lanes.constant(2 * cutOff);
  const upperRatio = lanes.let(lanes.div(twice, sample));
  const excess = lanes.let(lanes.sub(one, lanes.div(alpha, sample)));
  const upperRoot = lanes.sqrt(lanes.multiplyAdd(excess, excess, upperRatio));
  const upper = lanes.let(lanes.div(upperRatio, lanes.add(excess, upperRoot)));
  for (let step = 0; step < 2; step++) {
    const reached = lanes.div(lanes.multiplyAdd(alpha, upper, lanes.constant(cutOff)), sample);
    f.set(upper, lanes.minimum(upper, log1p(lanes, lanes.let(reached))));
  }
  const lowerRatio = lanes.let(lanes.div(twice, alpha));
  const rest = lanes.sub(one, lanes.div(sample, alpha));
  const linear = lanes.let(lanes.sub(rest, lanes.mul(lowerRatio, lanes.constant(0.25))));
  const root = lanes.let(lanes.sqrt(lanes.multiplyAdd(linear, linear, lowerRatio)));
  const isRising = lanes.gt(linear, lanes.constant(0));
  const falling = lanes.sub(root, linear);
  const lower = lanes.select(isRising, lanes.div(lowerRatio, lanes.add(root, linear)), falling);
  return lanes.select(isUpper, upper, lower);
}

/** eᵗ − 1 − t. */
function exponentialWithoutLine(lanes: FloatLanes, t: V128): V128 {
  const square = lanes.mul(t, t);
  const value = lanes.let(lanes.mul(square, lanes.polynomial(t, exponentialTail)));
  const isFar = lanes.let(lanes.ge(lanes.abs(t), lanes.constant(0.5)));
  lanes.whenAny(isFar, () => {
    lanes.context.f.set(value, lanes.select(isFar, lanes.sub(expm1(lanes, t), t), value));
  });
  return value;
}

/** x ∫₀ (σ(ln x − ψ(α)) + y) e^{−g(σy)} dy with g(t) = x(eᵗ − 1) − αt. */
function byIntegral(lanes: FloatLanes, alpha: V128, sample: V128): V128 {
  const { f } = lanes.context;
  const isUpper = lanes.let(lanes.ge(sample, alpha));
  const sign = lanes.let(lanes.select(isUpper, lanes.constant(1), lanes.constant(-1)));
  const end = lanes.let(endOfIntegral(lanes, alpha, sample, isUpper));
  const isLarge = lanes.ge(alpha, lanes.constant(10));
  const ratio = lanes.let(lanes.div(sample, alpha));
  const large = lanes.let(lanes.add(log(lanes, ratio), digammaCorrection(lanes, alpha)));
  const small = lanes.let(lanes.sub(log(lanes, sample), digammaOfPositive(lanes, alpha)));
  const far = lanes.let(lanes.mul(sign, lanes.select(isLarge, large, small)));
  const slope = lanes.let(lanes.sub(sample, alpha));
  const node = f.local("v128");
  const weight = f.local("v128");
  const sum = lanes.let(lanes.constant(0));
  repeat(lanes, quadrature.length, (round) => {
    choose(lanes, round, 0, quadrature.length, (index) => {
      f.set(node, lanes.constant(quadrature[index].node));
      f.set(weight, lanes.constant(quadrature[index].weight));
    });
    const y = lanes.let(lanes.mul(node, end));
    const t = lanes.let(lanes.mul(sign, y));
    const curved = lanes.mul(sample, exponentialWithoutLine(lanes, t));
    const exponent = lanes.let(lanes.neg(lanes.add(curved, lanes.mul(slope, t))));
    const factor = lanes.mul(weight, lanes.add(far, y));
    f.set(sum, lanes.add(sum, lanes.mul(factor, exp(lanes, exponent))));
  });
  return lanes.mul(lanes.mul(sample, end), sum);
}

/** dx/dα of a draw x of the gamma distribution with the parameter α, at a fixed quantile, on float64 lanes. */
export function randomGammaGradient(lanes: FloatLanes, alpha: V128, sample: V128): V128 {
  const { f } = lanes.context;
  const zero = lanes.constant(0);
  const value = lanes.let(bySeries(lanes, alpha, sample));
  const isBeyond = lanes.let(lanes.gt(sample, lanes.constant(largestSeriesSample)));
  lanes.whenAny(isBeyond, () => {
    f.set(value, lanes.select(isBeyond, byIntegral(lanes, alpha, sample), value));
  });
  const atEnd = v128.or(lanes.eq(sample, zero), lanes.eq(sample, lanes.constant(Number.POSITIVE_INFINITY)));
  const known = lanes.select(atEnd, sample, value);
  const isValid = v128.and(lanes.gt(alpha, zero), lanes.ge(sample, zero));
  return lanes.select(isValid, known, lanes.constant(Number.NaN));
}
