/** Rows that make values from nothing but their positions. */
import { arithmeticDType, type DType, isFloat, roundTo } from "../dtype.ts";
import type { Attributes } from "../graph/attributes.ts";
import type { GeneratorPrimitive } from "./primitive.ts";

export interface LiteralAttributes extends Attributes {
  readonly value: number;
  readonly dtype: DType;
}

export interface RangeAttributes extends Attributes {
  readonly start: number;
  readonly step: number;
  readonly length: number;
  readonly dtype: DType;
}

/** A scalar that is part of the program. */
const literal: GeneratorPrimitive<LiteralAttributes> = {
  kind: "generator",
  name: "literal",
  arity: 0,
  infer: (_inputs, { dtype }) => ({ shape: [], dtype }),
  vjp: null,
  affine: ({ value, dtype }) => ({ start: keepsDigits(dtype) ? value : roundTo(dtype, value), steps: [] }),
};

const range: GeneratorPrimitive<RangeAttributes> = {
  kind: "generator",
  name: "range",
  arity: 0,
  infer: (_inputs, { length, dtype }) => ({ shape: [length], dtype }),
  vjp: null,
  affine: ({ start, step }) => ({ start, steps: [step] }),
};

/** Backends round to float32 where they compute; to all that has fewer digits, literals are rounded once and for all. */
function keepsDigits(dtype: DType): boolean {
  return isFloat(dtype) && dtype === arithmeticDType(dtype);
}

export const generatorPrimitives = { literal, range };
