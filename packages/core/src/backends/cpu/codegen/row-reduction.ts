import { type DType, isFloat } from "../../../dtype.ts";
import type { Accumulation } from "../../../primitives/primitive.ts";
import { identityOf } from "../../../primitives/reduction.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
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

/** The code of one reduction: its accumulators are locals, and hold the identity at first. */
export class RowReduction {
  private readonly f: FunctionBuilder;
  private readonly accumulation: Accumulation;
  private readonly dtype: DType;
  private readonly identity: Quad;
  private readonly sums: readonly QuadLocal[];
  private readonly totals: readonly QuadLocal[];

  constructor(
    f: FunctionBuilder,
    accumulation: Accumulation,
    dtype: DType,
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
  }

  /** Takes in the first `count` lanes of a quad. */
  add(accumulator: number, quad: Quad, count: number): void {
    const sum = this.sums[accumulator];
    const operand = count < lanes ? keepLanes(this.dtype, quad, count, this.identity) : quad;
    setQuad(this.f, sum, this.combine(sum, operand));
  }

  fold(): void {
    this.totals.forEach((total, accumulator) => {
      setQuad(this.f, total, this.combine(total, this.sums[accumulator]));
      setQuad(this.f, this.sums[accumulator], this.identity);
    });
  }

  /** What each accumulator holds. */
  results(): Quad[] {
    return this.whole().map((quad) => this.rounded(quad));
  }

  /** What the lanes of all accumulators hold together, in every lane. */
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

  private combine(left: Quad, right: Quad): Quad {
    return combineQuads(this.accumulation, this.dtype, left, right);
  }

  private whole(): Quad[] {
    return this.sums.map((sum, accumulator) =>
      this.totals.length === 0 ? sum : letQuad(this.f, this.combine(this.totals[accumulator], sum)),
    );
  }

  private rounded(quad: Quad): Quad {
    return this.dtype === "uint8" ? letQuad(this.f, [lowByteIf(this.dtype, quad[0])]) : quad;
  }
}
