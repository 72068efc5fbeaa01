import { type ArithmeticDType, isFloat } from "../../../dtype.ts";
import type { Accumulation } from "../../../primitives/primitive.ts";
import { identityOf } from "../../../primitives/reduction.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { f32x4, f64x2, v128 } from "../assembler/instructions.ts";
import { combineLanes, combineQuads } from "./accumulate.ts";
import { lowByteIf } from "./cast.ts";
import type { LoopPlan } from "./loops.ts";
import {
  constantQuad,
  keepLanes,
  lanes,
  letQuad,
  newQuad,
  type Quad,
  type QuadLocal,
  setQuad,
} from "./quad.ts";

/**
 * A float sum of n numbers one after the other may err by n units in the last place. At most this many quads go into
 * one accumulator before it is added to a second one and starts anew: the error is bounded by the sum of the two
 * lengths in place of their product.
 */
export const longestRun = 256;

/** When long sums are folded: between strips of the innermost loop, or each time that a loop is done. */
export type Folds = { readonly kind: "strip" } | { readonly kind: "loop"; readonly dimension: number };

export function planFolds({ extents, rowLevel, vector }: LoopPlan): Folds | null {
  let run = 1;
  for (let dimension = extents.length - 1; dimension >= rowLevel; dimension--) {
    const rounds = dimension === vector.dimension ? Math.max(1, vector.fullUnits) : extents[dimension];
    if (run * rounds > longestRun) {
      return dimension === extents.length - 1
        ? { kind: "strip" }
        : { kind: "loop", dimension: dimension + 1 };
    }
    run *= rounds;
  }
  return null;
}

export interface RowReductionOptions {
  /** How many quads are accumulated side by side, for their additions do not wait for each other. */
  readonly accumulators: number;
  /** Whether it is folded now and then. */
  readonly long: boolean;
}

function isExtremum(accumulation: Accumulation): boolean {
  return accumulation === "maximum" || accumulation === "minimum";
}

/**
 * The code of one reduction: its accumulators are locals, and hold the identity at first. The extrema of floats are
 * one machine instruction each, which loses a NaN and confuses −0 with +0: what was NaN is kept apart, and so are the
 * signs. Where the largest is a zero, it is +0 unless all operands were negative.
 */
export class RowReduction {
  private readonly f: FunctionBuilder;
  private readonly accumulation: Accumulation;
  private readonly dtype: ArithmeticDType;
  private readonly identity: Quad;
  private readonly sums: readonly QuadLocal[];
  private readonly totals: readonly QuadLocal[];
  /** Of float extrema: where an operand was NaN, all ones, which are a NaN too. */
  private readonly notNumbers: readonly QuadLocal[];
  /** Of float extrema: the bits that all operands have (of the maximum), or any (of the minimum). */
  private readonly signs: readonly QuadLocal[];

  constructor(
    f: FunctionBuilder,
    accumulation: Accumulation,
    dtype: ArithmeticDType,
    { accumulators, long }: RowReductionOptions,
  ) {
    this.f = f;
    this.accumulation = accumulation;
    this.dtype = dtype;
    this.identity = constantQuad(dtype, identityOf(accumulation, dtype));
    const make = (): QuadLocal[] =>
      Array.from({ length: accumulators }, () => {
        const accumulator = newQuad(f, dtype);
        setQuad(f, accumulator, this.identity);
        return accumulator;
      });
    this.sums = make();
    this.totals = long && accumulation === "sum" && isFloat(dtype) ? make() : [];
    const watched = isExtremum(accumulation) && isFloat(dtype) ? accumulators : 0;
    this.notNumbers = this.makeMasks(watched, 0);
    // The identities, ∓∞, have the sign that changes nothing here too.
    this.signs = this.makeMasks(watched, identityOf(accumulation, dtype));
  }

  /** Takes in the first `count` lanes of a quad. */
  add(accumulator: number, quad: Quad, count: number): void {
    const sum = this.sums[accumulator];
    const operand = count < lanes ? keepLanes(this.dtype, quad, count, this.identity) : quad;
    if (this.notNumbers.length === 0) {
      setQuad(this.f, sum, this.combine(sum, operand));
      return;
    }
    const [mask, signs] = [this.notNumbers[accumulator], this.signs[accumulator]];
    const [shared, { ne, pmax, pmin }] = [letQuad(this.f, operand), this.dtype === "float64" ? f64x2 : f32x4];
    const [extremum, gather] = this.accumulation === "maximum" ? [pmax, v128.and] : [pmin, v128.or];
    shared.forEach((vector, part) => {
      this.f.set(sum[part], extremum(sum[part], vector));
      this.f.set(mask[part], v128.or(mask[part], ne(vector, vector)));
      this.f.set(signs[part], gather(signs[part], vector));
    });
  }

  fold(): void {
    this.totals.forEach((total, accumulator) => {
      setQuad(this.f, total, this.combine(total, this.sums[accumulator]));
      setQuad(this.f, this.sums[accumulator], this.identity);
    });
  }

  /** The content of each accumulator. */
  results(): Quad[] {
    return this.whole().map((quad) => this.rounded(quad));
  }

  /** The total of the lanes of all accumulators, in every lane. */
  overLanes(): Quad {
    let rest = this.whole();
    while (rest.length > 1) {
      const half = rest.length >> 1;
      const pairs = rest
        .slice(0, half)
        .map((quad, position) => letQuad(this.f, this.combine(quad, rest[half + position])));
      rest = [...pairs, ...rest.slice(2 * half)];
    }
    return this.rounded(combineLanes(this.f, this.accumulation, this.dtype, rest[0]));
  }

  private makeMasks(count: number, initial: number): QuadLocal[] {
    return Array.from({ length: count }, () => {
      const mask = newQuad(this.f, this.dtype);
      setQuad(this.f, mask, constantQuad(this.dtype, initial));
      return mask;
    });
  }

  /** An extremum with its sign where it is 0, and NaN where an operand was. */
  private withSpecialValues(extremum: QuadLocal, accumulator: number): Quad {
    const [masks, signs] = [this.notNumbers[accumulator], this.signs[accumulator]];
    const { constant, eq } = this.dtype === "float64" ? f64x2 : f32x4;
    return extremum.map((vector, part) => {
      const zero = v128.and(signs[part], constant(-0));
      return v128.or(masks[part], v128.bitselect(zero, vector, eq(vector, constant(0))));
    });
  }

  private combine(left: Quad, right: Quad): Quad {
    return combineQuads(this.accumulation, this.dtype, left, right);
  }

  /** The content of the accumulators as quads, with their totals. */
  private whole(): Quad[] {
    if (this.notNumbers.length > 0) {
      return this.sums.map((sum, accumulator) => letQuad(this.f, this.withSpecialValues(sum, accumulator)));
    }
    return this.sums.map((sum, accumulator) =>
      this.totals.length === 0 ? sum : letQuad(this.f, this.combine(this.totals[accumulator], sum)),
    );
  }

  private rounded(quad: Quad): Quad {
    return this.dtype === "uint8" ? letQuad(this.f, [lowByteIf(this.dtype, quad[0])]) : quad;
  }
}
