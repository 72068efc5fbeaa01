import { describe, expect, it } from "vitest";
import { power } from "../../../special/power.ts";
import { floorDivide, floorMod } from "../../../special/rounding.ts";
import { detectFeatures } from "../features.ts";
import type { Emitter } from "./emitter.ts";
import { elementwiseEmitters } from "./table.ts";
import { anyFloat64, between, powerBetween, specialValues } from "./testing/samples.ts";
import { ulpError32, ulpError64 } from "./testing/ulp.ts";
import { vectorFunction } from "./testing/vector-function.ts";

type BinaryReference = (x: number, y: number) => number;

/** NaN where either is NaN, and −0 below +0: as WebAssembly's, and as NumPy's but for the zeros. */
const references = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  maximum: Math.max,
  minimum: Math.min,
  pow: power,
  atan2: Math.atan2,
  mod: floorMod,
  floorDiv: floorDivide,
} satisfies Record<string, BinaryReference>;

type BinaryName = keyof typeof references;

/** In ulp; the reference of float64 has an error of its own. */
const largestErrors: Readonly<Record<BinaryName, { float32: number; float64: number }>> = {
  add: { float32: 0.51, float64: 0 },
  sub: { float32: 0.51, float64: 0 },
  mul: { float32: 0.51, float64: 0 },
  div: { float32: 0.51, float64: 0 },
  maximum: { float32: 0, float64: 0 },
  minimum: { float32: 0, float64: 0 },
  pow: { float32: 0.51, float64: 2.5 },
  atan2: { float32: 2.4, float64: 3 },
  mod: { float32: 0.51, float64: 0 },
  floorDiv: { float32: 1, float64: 2 },
};

const draws: readonly (() => readonly [number, number])[] = [
  () => [anyFloat64(), anyFloat64()],
  () => [powerBetween(-140, 120), powerBetween(-140, 120)],
  // Powers near the ends of the range of float64, and of float32.
  () => {
    const x = 2 ** between(-1000, 1000);
    return [x, between(-1100, 1100) / Math.log2(x)];
  },
  () => {
    const x = 2 ** between(-140, 120);
    return [x, between(-150, 130) / Math.log2(x)];
  },
  () => {
    const x = 1 + powerBetween(-23, -2);
    return [x, between(-800, 800) / Math.log(x)];
  },
  () => [between(-10, 10), Math.round(between(-20, 20))],
  () => [powerBetween(-20, 20), powerBetween(-20, 20)],
  // Whole quotients, and their neighbours.
  () => {
    const y = between(-10, 10);
    return [y * Math.round(between(-1e7, 1e7)), y];
  },
];

const operandValues = [...specialValues, 2, 3, -3, 1 + 2 ** -23, 1 - 2 ** -24, 2 ** 24, 2 ** 53, 2 ** 31];
const count = 40_000;
const pairs = Array.from({ length: count }, (_, k) => {
  const row = Math.floor(k / operandValues.length);
  if (row < operandValues.length)
    return [operandValues[k % operandValues.length], operandValues[row]] as const;
  return draws[k % draws.length]();
});

type FloatArray = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

function applyToPairs(
  emitter: Emitter,
  lanes: typeof Float32Array | typeof Float64Array,
  relaxedSimd = false,
) {
  const options = { operands: 2, capacity: count, relaxedSimd };
  const applied = vectorFunction<FloatArray>(emitter, lanes, options);
  pairs.forEach(([first, second], k) => {
    applied.operands[0][k] = first;
    applied.operands[1][k] = second;
  });
  applied.run(count);
  return { x: applied.operands[0], y: applied.operands[1], result: applied.result };
}

function worstError(name: BinaryName, dtype: "float32" | "float64", relaxedSimd: boolean) {
  const reference: BinaryReference = references[name];
  const lanes = dtype === "float32" ? Float32Array : Float64Array;
  const ulpError = dtype === "float32" ? ulpError32 : ulpError64;
  const { x, y, result } = applyToPairs(elementwiseEmitters[name][dtype], lanes, relaxedSimd);
  const worst = { error: 0, at: "" };
  for (let k = 0; k < count; k++) {
    const error = ulpError(result[k], reference(x[k], y[k]));
    if (error > worst.error) Object.assign(worst, { error, at: `${x[k]}, ${y[k]}: ${result[k]}` });
  }
  return worst;
}

const names = Object.keys(references) as BinaryName[];

describe.each([false, true])("functions of two floats, with relaxed SIMD: %s", (relaxedSimd) => {
  const isPossible = !relaxedSimd || detectFeatures().relaxedSimd;
  for (const dtype of ["float32", "float64"] as const) {
    it.skipIf(!isPossible).each(names)(`%s of ${dtype}`, (name) => {
      const { error, at } = worstError(name, dtype, relaxedSimd);
      expect(error, `at ${at}`).toBeLessThanOrEqual(largestErrors[name][dtype]);
    });
  }
});

const comparisons: Record<"equal" | "notEqual" | "less" | "lessEqual", (x: number, y: number) => boolean> = {
  equal: (x, y) => x === y,
  notEqual: (x, y) => x !== y,
  less: (x, y) => x < y,
  lessEqual: (x, y) => x <= y,
};

describe.each(Object.keys(comparisons) as (keyof typeof comparisons)[])("%s", (name) => {
  it("gives a mask in each lane, where every comparison with NaN but notEqual is false", () => {
    for (const dtype of ["float32", "float64"] as const) {
      const lanes = dtype === "float32" ? Float32Array : Float64Array;
      const { x, y, result } = applyToPairs(elementwiseEmitters[name][dtype], lanes);
      const words = new Int32Array(result.buffer, result.byteOffset, (count * lanes.BYTES_PER_ELEMENT) / 4);
      const wordsPerLane = lanes.BYTES_PER_ELEMENT / 4;
      const wrong = words.findIndex((word, k) => {
        const lane = Math.floor(k / wordsPerLane);
        return word !== (comparisons[name](x[lane], y[lane]) ? -1 : 0);
      });
      expect(wrong === -1 ? "none" : `${dtype}: ${x[wrong]}, ${y[wrong]}`).toBe("none");
    }
  });
});
