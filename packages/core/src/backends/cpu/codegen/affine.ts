import { type DType, isFloat } from "../../../dtype.ts";
import type { F64, I32 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { f64, f64x2, i32, i32x4 } from "../assembler/instructions.ts";
import { castQuad } from "./cast.ts";
import { letQuad, type Quad } from "./quad.ts";

/** An affine value at one quad: `start + Σ index·step`, where the lanes differ by `laneStep`. */
export interface AffineQuad {
  readonly start: number;
  readonly terms: readonly { readonly index: I32; readonly step: number }[];
  /** The step from lane to lane; 0 where all lanes are equal. */
  readonly laneStep: number;
  /** The lane that the first of the quad counts as. */
  readonly firstLane: number;
  /** A bound of the value's magnitude. */
  readonly magnitude: number;
}

export function affineQuad(f: FunctionBuilder, dtype: DType, affine: AffineQuad): Quad {
  const numbers = [affine.start, affine.laneStep, ...affine.terms.map(({ step }) => step)];
  const fitsInt32 = numbers.every(Number.isInteger) && (!isFloat(dtype) || affine.magnitude < 2 ** 31);
  return fitsInt32 && !numbers.some((value) => Object.is(value, -0))
    ? castQuad(f, integerAffine(affine), "int32", dtype)
    : castQuad(f, letQuad(f, floatAffine(f, affine)), "float64", dtype);
}

function integerAffine({ start, terms, laneStep, firstLane }: AffineQuad): Quad {
  const offsets = [0, 1, 2, 3].map((lane) => start + (firstLane + lane) * laneStep);
  const sum = terms
    .map(({ index, step }) => (step === 1 ? index : i32.mul(index, i32.constant(step))))
    .reduce<I32 | null>((total, term) => (total === null ? term : i32.add(total, term)), null);
  return [sum === null ? i32x4.constant(offsets) : i32x4.add(i32x4.splat(sum), i32x4.constant(offsets))];
}

function floatAffine(f: FunctionBuilder, { start, terms, laneStep, firstLane }: AffineQuad): Quad {
  const sum = terms.reduce<F64>(
    (total, { index, step }) => f64.add(total, f64.mul(f64.convert_i32_s(index), f64.constant(step))),
    f64.constant(start),
  );
  const base = f.let(f64x2.splat(sum));
  if (laneStep === 0) return [base, base];
  return [0, 2].map((lane) => {
    const offset = (at: number) => f64.constant((firstLane + lane + at) * laneStep);
    return f64x2.add(base, f64x2.replace_lane(f64x2.splat(offset(0)), 1, offset(1)));
  });
}
