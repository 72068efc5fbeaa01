/** Rows that make values from nothing but their positions. */
import { type DType, isFloat, roundTo } from "../dtype.ts";
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
  affine: ({ value, dtype }) => ({ start: isFloat(dtype) ? value : roundTo(dtype, value), steps: [] }),
};

const range: GeneratorPrimitive<RangeAttributes> = {
  kind: "generator",
  name: "range",
  arity: 0,
  infer: (_inputs, { length, dtype }) => ({ shape: [length], dtype }),
  vjp: null,
  affine: ({ start, step }) => ({ start, steps: [step] }),
};

export const generatorPrimitives = { literal, range };
