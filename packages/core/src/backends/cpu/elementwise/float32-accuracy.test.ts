import { describe, expect, it } from "vitest";
import { detectFeatures } from "../features.ts";
import { elementwiseEmitters } from "./table.ts";
import { type UnaryName, unaryReferences } from "./testing/references.ts";
import { ulpError32 } from "./testing/ulp.ts";
import { vectorFunction } from "./testing/vector-function.ts";

/** The largest error in ulp over every 67th of all float32 patterns, with and without relaxed SIMD, rounded up. */
const largestErrors: Readonly<Record<UnaryName, number>> = {
  neg: 0,
  abs: 0,
  sign: 0,
  floor: 0,
  ceil: 0,
  round: 0,
  trunc: 0,
  sqrt: 0.5,
  exp: 1,
  expm1: 1.6,
  log: 0.9,
  log1p: 1.5,
  sin: 1.6,
  cos: 1.6,
  tan: 3.3,
  asin: 2.5,
  acos: 1.2,
  atan: 2,
  sinh: 1.7,
  cosh: 1.6,
  tanh: 2.8,
  asinh: 1.9,
  acosh: 2,
  atanh: 1.8,
  sigmoid: 2.5,
  erf: 1.6,
  erfc: 3.2,
  erfinv: 0.51,
  lgamma: 0.51,
  digamma: 0.51,
};

const patterns = 2 ** 32;
/** Coprime to the powers of two, so that all significands come up. */
const stride = 12289;
const neighbours = 24;

/** Where a function changes its formula, overflows, underflows, or has a zero or a pole. */
const thresholds = [
  0,
  2 ** -149,
  2 ** -126,
  2 ** -24,
  0.25,
  0.3,
  0.5,
  0.7,
  1,
  1.3,
  Math.SQRT2,
  1.4616321,
  2,
  2.5,
  4,
  8,
  9.5,
  10,
  17.32868,
  20,
  87.33655,
  88.72284,
  89.415985,
  90,
  103.27893,
  104,
  2 ** 20,
  2 ** 23,
  2 ** 24,
  2 ** 28,
  2 ** 30,
  4.085e36,
  3.4028234663852886e38,
  Number.POSITIVE_INFINITY,
  Math.SQRT1_2,
  Math.SQRT2 - 1,
  Math.SQRT2 + 1,
  Math.PI / 4,
  Math.PI / 2,
  Math.PI,
  1e5 * Math.PI,
];

/** The float32 patterns that a test looks at. */
function samplePatterns(): Uint32Array {
  const sweep = Math.ceil(patterns / stride);
  const around = 2 * neighbours + 1;
  const all = new Uint32Array(sweep + thresholds.length * around * 2);
  for (let k = 0; k < sweep; k++) all[k] = k * stride;
  const float = new Float32Array(1);
  const word = new Uint32Array(float.buffer);
  let next = sweep;
  for (const threshold of thresholds) {
    for (const signed of [threshold, -threshold]) {
      float[0] = signed;
      const centre = word[0];
      for (let offset = -neighbours; offset <= neighbours; offset++) all[next++] = centre + offset;
    }
  }
  return all;
}

const samples = samplePatterns();

function largestError(name: UnaryName, relaxedSimd: boolean): { error: number; at: number } {
  const reference = unaryReferences[name];
  const emitter = elementwiseEmitters[name].float32;
  const applied = vectorFunction(emitter, Float32Array, { capacity: samples.length, relaxedSimd });
  const [x] = applied.operands;
  new Uint32Array(x.buffer, x.byteOffset, x.length).set(samples);
  applied.run(samples.length);
  const worst = { error: 0, at: 0 };
  for (let k = 0; k < samples.length; k++) {
    const error = ulpError32(applied.result[k], reference(x[k]));
    if (error > worst.error) {
      worst.error = error;
      worst.at = x[k];
    }
  }
  return worst;
}

const names = Object.keys(unaryReferences) as UnaryName[];

describe.each([false, true])("float32 functions, with relaxed SIMD: %s", (relaxedSimd) => {
  const isPossible = !relaxedSimd || detectFeatures().relaxedSimd;
  it.skipIf(!isPossible).each(names)("%s is within its error over the whole range", (name) => {
    const { error, at } = largestError(name, relaxedSimd);
    expect(error, `at ${at}`).toBeLessThanOrEqual(largestErrors[name]);
  });
});
