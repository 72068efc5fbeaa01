/** How reductions combine elements: across quads, and across the lanes of one. */
import type { ArithmeticDType } from "../../../dtype.ts";
import type { Accumulation } from "../../../primitives/primitive.ts";
import type { V128 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { f32x4, f64x2, i8x16, i32x4, v128 } from "../assembler/instructions.ts";
import { letQuad, type Quad } from "./quad.ts";

type Combine = (left: V128, right: V128) => V128;

// The extrema of f32x4 and f64x2 propagate NaN, as `Math.max` and `Math.min` do.
const combinations: Readonly<Record<Accumulation, Readonly<Record<ArithmeticDType, Combine>>>> = {
  sum: {
    float32: f32x4.add,
    float64: f64x2.add,
    int32: i32x4.add,
    uint8: i32x4.add,
    bool: v128.xor,
  },
  product: {
    float32: f32x4.mul,
    float64: f64x2.mul,
    int32: i32x4.mul,
    uint8: i32x4.mul,
    bool: v128.and,
  },
  maximum: {
    float32: f32x4.max,
    float64: f64x2.max,
    int32: i32x4.max_s,
    uint8: i32x4.max_s,
    bool: v128.or,
  },
  minimum: {
    float32: f32x4.min,
    float64: f64x2.min,
    int32: i32x4.min_s,
    uint8: i32x4.min_s,
    bool: v128.and,
  },
};

/** Lane by lane. uint8 results wrap only at the end: modulo 2³² first and 2⁸ later is the same. */
export function combineQuads(
  accumulation: Accumulation,
  dtype: ArithmeticDType,
  left: Quad,
  right: Quad,
): Quad {
  const combine = combinations[accumulation][dtype];
  return left.map((vector, part) => combine(vector, right[part]));
}

/** The combination of all four lanes, in every lane. */
export function combineLanes(
  f: FunctionBuilder,
  accumulation: Accumulation,
  dtype: ArithmeticDType,
  quad: Quad,
): Quad {
  const combine = combinations[accumulation][dtype];
  const [first, second] = letQuad(f, quad);
  const halves =
    second === undefined ? f.let(combine(first, swapHalves(first))) : f.let(combine(first, second));
  const whole = f.let(combine(halves, second === undefined ? swapNeighbours(halves) : swapHalves(halves)));
  return second === undefined ? [whole] : [whole, whole];
}

function swapHalves(vector: V128): V128 {
  return i8x16.shuffle(vector, vector, [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]);
}

function swapNeighbours(vector: V128): V128 {
  return i8x16.shuffle(vector, vector, [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]);
}
