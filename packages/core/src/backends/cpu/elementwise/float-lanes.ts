import type { I32, V128 } from "../assembler/expression.ts";
import type { Local } from "../assembler/function.ts";
import { f32x4, f64x2, i32, i32x4, i64x2, v128 } from "../assembler/instructions.ts";
import type { EmitContext } from "./emitter.ts";

type UnaryInstruction = (operand: V128) => V128;
type BinaryInstruction = (left: V128, right: V128) => V128;
type ShiftInstruction = (vector: V128, count: I32) => V128;

/** The common part of the two formats; `f32x4` and `f64x2` both have it. */
interface FloatInstructions {
  readonly constant: (value: number) => V128;
  readonly add: BinaryInstruction;
  readonly sub: BinaryInstruction;
  readonly mul: BinaryInstruction;
  readonly div: BinaryInstruction;
  readonly min: BinaryInstruction;
  readonly max: BinaryInstruction;
  readonly pmin: BinaryInstruction;
  readonly pmax: BinaryInstruction;
  readonly eq: BinaryInstruction;
  readonly ne: BinaryInstruction;
  readonly lt: BinaryInstruction;
  readonly gt: BinaryInstruction;
  readonly le: BinaryInstruction;
  readonly ge: BinaryInstruction;
  readonly abs: UnaryInstruction;
  readonly neg: UnaryInstruction;
  readonly sqrt: UnaryInstruction;
  readonly ceil: UnaryInstruction;
  readonly floor: UnaryInstruction;
  readonly trunc: UnaryInstruction;
  readonly nearest: UnaryInstruction;
  readonly relaxed_madd: (a: V128, b: V128, c: V128) => V128;
  readonly relaxed_nmadd: (a: V128, b: V128, c: V128) => V128;
}

interface IntegerInstructions {
  readonly add: BinaryInstruction;
  readonly sub: BinaryInstruction;
  readonly shl: ShiftInstruction;
  readonly shr_u: ShiftInstruction;
  readonly relaxed_laneselect: (a: V128, b: V128, mask: V128) => V128;
}

/** A binary interchange format of IEEE 754. */
interface FloatFormat {
  readonly dtype: "float32" | "float64";
  readonly float: FloatInstructions;
  readonly integer: IntegerInstructions;
  readonly totalBits: number;
  /** Bits of the significand that are stored. */
  readonly significandBits: number;
  readonly bias: number;
}

const float32: FloatFormat = {
  dtype: "float32",
  float: f32x4,
  integer: i32x4,
  totalBits: 32,
  significandBits: 23,
  bias: 127,
};

const float64: FloatFormat = {
  dtype: "float64",
  float: f64x2,
  integer: i64x2,
  totalBits: 64,
  significandBits: 52,
  bias: 1023,
};

/**
 * The arithmetic of one vector of floats of either format, so that a function is written once for both.
 * The methods build expressions; `let` and `whenAny` emit code.
 */
export class FloatLanes {
  readonly context: EmitContext;
  readonly dtype: "float32" | "float64";
  readonly significandBits: number;
  readonly bias: number;
  readonly totalBits: number;
  readonly add: BinaryInstruction;
  readonly sub: BinaryInstruction;
  readonly mul: BinaryInstruction;
  readonly div: BinaryInstruction;
  readonly eq: BinaryInstruction;
  readonly ne: BinaryInstruction;
  readonly lt: BinaryInstruction;
  readonly gt: BinaryInstruction;
  readonly le: BinaryInstruction;
  readonly ge: BinaryInstruction;
  readonly abs: UnaryInstruction;
  readonly neg: UnaryInstruction;
  readonly sqrt: UnaryInstruction;
  readonly ceil: UnaryInstruction;
  readonly floor: UnaryInstruction;
  readonly trunc: UnaryInstruction;
  /** To the nearest integer, halves to even. */
  readonly nearest: UnaryInstruction;
  /** NaN where either is NaN; −0 is below +0. */
  readonly minimum: BinaryInstruction;
  readonly maximum: BinaryInstruction;
  readonly addBits: BinaryInstruction;
  readonly subBits: BinaryInstruction;
  private readonly format: FloatFormat;

  constructor(context: EmitContext, dtype: "float32" | "float64") {
    const format = dtype === "float32" ? float32 : float64;
    const { float, integer } = format;
    this.context = context;
    this.format = format;
    this.dtype = dtype;
    this.significandBits = format.significandBits;
    this.bias = format.bias;
    this.totalBits = format.totalBits;
    this.add = float.add;
    this.sub = float.sub;
    this.mul = float.mul;
    this.div = float.div;
    this.eq = float.eq;
    this.ne = float.ne;
    this.lt = float.lt;
    this.gt = float.gt;
    this.le = float.le;
    this.ge = float.ge;
    this.abs = float.abs;
    this.neg = float.neg;
    this.sqrt = float.sqrt;
    this.ceil = float.ceil;
    this.floor = float.floor;
    this.trunc = float.trunc;
    this.nearest = float.nearest;
    this.minimum = float.min;
    this.maximum = float.max;
    this.addBits = integer.add;
    this.subBits = integer.sub;
  }

  /** The value of this format's own kind: coefficients and thresholds differ with the precision. */
  pick<T>(forFloat32: T, forFloat64: T): T {
    return this.dtype === "float32" ? forFloat32 : forFloat64;
  }

  constant(value: number): V128 {
    return this.format.float.constant(value);
  }

  /** The same bit pattern in every lane. */
  bits(pattern: bigint): V128 {
    if (this.dtype === "float32") {
      const lane = Number(BigInt.asIntN(32, pattern));
      return i32x4.constant([lane, lane, lane, lane]);
    }
    const lane = BigInt.asIntN(64, pattern);
    return i64x2.constant([lane, lane]);
  }

  /** The bits that store the significand. */
  significandMask(): V128 {
    return this.bits((1n << BigInt(this.significandBits)) - 1n);
  }

  let(value: V128): Local<"v128"> {
    return this.context.f.let(value);
  }

  /** a·b + c, in one rounding or in two. */
  multiplyAdd(a: V128, b: V128, c: V128): V128 {
    const { float } = this.format;
    return this.context.relaxedSimd ? float.relaxed_madd(a, b, c) : float.add(float.mul(a, b), c);
  }

  /** c − a·b, in one rounding or in two. */
  multiplySubtract(a: V128, b: V128, c: V128): V128 {
    const { float } = this.format;
    return this.context.relaxedSimd ? float.relaxed_nmadd(a, b, c) : float.sub(c, float.mul(a, b));
  }

  /** c₀ + c₁x + c₂x² + …, by Horner's rule. */
  polynomial(x: V128, coefficients: readonly number[]): V128 {
    let value: V128 | undefined;
    for (const coefficient of coefficients.toReversed()) {
      const term = this.constant(coefficient);
      value = value ? this.multiplyAdd(value, x, term) : term;
    }
    return value ?? this.constant(0);
  }

  /**
   * The same as (c₀ + c₂x² + …) + x·(c₁ + c₃x² + …), given x²: two chains half as long, which do not wait for each
   * other. Where the terms cancel it is less exact than Horner's rule.
   */
  polynomialOfSquare(x: V128, square: V128, coefficients: readonly number[]): V128 {
    const [even, odd] = [0, 1].map((parity) =>
      this.polynomial(
        square,
        coefficients.filter((_, power) => power % 2 === parity),
      ),
    );
    return this.multiplyAdd(odd, x, even);
  }

  /** A choice by the lanes of a mask, each of which is all ones or zero. */
  select(mask: V128, whenTrue: V128, whenFalse: V128): V128 {
    // One instruction on x64, where the choice bit by bit takes three.
    const choose = this.context.relaxedSimd ? this.format.integer.relaxed_laneselect : v128.bitselect;
    return choose(whenTrue, whenFalse, mask);
  }

  /** `value` where the mask is true, +0 elsewhere. */
  keep(value: V128, mask: V128): V128 {
    return v128.and(value, mask);
  }

  /** min(x, limit) for a constant limit; a NaN in x stays. */
  atMost(x: V128, limit: number): V128 {
    return this.format.float.pmin(x, this.constant(limit));
  }

  /** max(x, limit) for a constant limit; a NaN in x stays. */
  atLeast(x: V128, limit: number): V128 {
    return this.format.float.pmax(x, this.constant(limit));
  }

  isNaN(x: V128): V128 {
    return this.ne(x, x);
  }

  /** The sign bit alone: ±0. */
  sign(x: V128): V128 {
    return v128.and(x, this.constant(-0));
  }

  /** `magnitude`, which is not negative, with the sign of `sign`. */
  withSign(magnitude: V128, sign: V128): V128 {
    return v128.or(magnitude, this.sign(sign));
  }

  shiftLeft(vector: V128, count: number): V128 {
    return this.format.integer.shl(vector, i32.constant(count));
  }

  shiftRight(vector: V128, count: number): V128 {
    return this.format.integer.shr_u(vector, i32.constant(count));
  }

  /** A mask of the lanes whose bit `bit` is one. */
  testBit(vector: V128, bit: number): V128 {
    const moved = this.shiftLeft(vector, this.totalBits - 1 - bit);
    return this.dtype === "float32" ? i32x4.shr_s(moved, i32.constant(31)) : i64x2.lt_s(moved, this.bits(0n));
  }

  /** Runs `body` when a lane of the mask is true: for rare lanes that cost much. */
  whenAny(mask: V128, body: () => void): void {
    this.context.f.if(v128.any_true(mask), body);
  }
}

/** A function on floats, written once for both formats. */
export type FloatFunction = (lanes: FloatLanes, ...operands: V128[]) => V128;
