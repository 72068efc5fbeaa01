import { describe, expect, it } from "vitest";
import { detectFeatures } from "../features.ts";
import { elementwiseEmitters } from "./table.ts";
import { type UnaryName, unaryReferences } from "./testing/references.ts";
import { drawFloat64, specialValues } from "./testing/samples.ts";
import { ulpError64 } from "./testing/ulp.ts";
import { vectorFunction } from "./testing/vector-function.ts";

/**
 * The largest error in ulp, rounded up, against quadruple precision (libquadmath) over 2^20 arguments (the last four: 2^19). The
 * references of this test have errors of their own, for which it allows.
 */
const largestErrors: Readonly<Record<UnaryName, number>> = {
  neg: 0,
  abs: 0,
  sign: 0,
  floor: 0,
  ceil: 0,
  round: 0,
  trunc: 0,
  sqrt: 0,
  exp: 1,
  expm1: 2,
  log: 1,
  log1p: 1.5,
  sin: 1,
  cos: 1,
  tan: 2.5,
  asin: 2.2,
  acos: 1.2,
  atan: 2,
  sinh: 2,
  cosh: 1.5,
  tanh: 2.5,
  asinh: 2,
  acosh: 2.2,
  atanh: 2,
  sigmoid: 2.2,
  erf: 1.5,
  erfc: 3.5,
  erfinv: 2.6,
  lgamma: 3.5,
  digamma: 3,
};
const referenceError: Partial<Record<UnaryName, number>> = {
  erfc: 3.5,
  lgamma: 3.5,
  digamma: 3,
};

/** Negative arguments have zeros between the poles, where a difference of larger numbers vanishes. */
const cancellation: Partial<Record<UnaryName, (x: number) => number>> = {
  lgamma: (x) => (x < 0 ? 4 * unaryReferences.lgamma(2 - x) : 0),
  digamma: (x) => (x < 0 ? 4 * unaryReferences.digamma(3 - x) : 0),
};

const count = 60_000;
const samples = Float64Array.from({ length: count }, (_, k) => specialValues[k] ?? drawFloat64(k));

function excess(name: UnaryName, relaxedSimd: boolean): { excess: number; at: number } {
  const reference = unaryReferences[name];
  const emitter = elementwiseEmitters[name].float64;
  const applied = vectorFunction(emitter, Float64Array, { capacity: count, relaxedSimd });
  applied.operands[0].set(samples);
  applied.run(count);
  const limit = largestErrors[name] + (largestErrors[name] > 0 ? (referenceError[name] ?? 1) : 0);
  const worst = { excess: Number.NEGATIVE_INFINITY, at: 0 };
  samples.forEach((x, k) => {
    const expected = reference(x);
    const allowed = (cancellation[name]?.(x) ?? 0) * Number.EPSILON;
    const actual = applied.result[k];
    if (Math.abs(actual - expected) <= allowed) return;
    const beyond = ulpError64(actual, expected) - limit;
    if (beyond > worst.excess) Object.assign(worst, { excess: beyond, at: x });
  });
  return worst;
}

const names = Object.keys(unaryReferences) as UnaryName[];

describe.each([false, true])("float64 functions, with relaxed SIMD: %s", (relaxedSimd) => {
  const isPossible = !relaxedSimd || detectFeatures().relaxedSimd;
  it.skipIf(!isPossible).each(names)("%s is within its error over the whole range", (name) => {
    const { excess: beyond, at } = excess(name, relaxedSimd);
    expect(beyond, `at ${at}`).toBeLessThanOrEqual(0);
  });
});
