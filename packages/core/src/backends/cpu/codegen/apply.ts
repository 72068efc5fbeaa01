import type { Instruction } from "../../../compiler/program.ts";
import { arithmeticDType, type DType, isHalf } from "../../../dtype.ts";
import { v128 } from "../assembler/instructions.ts";
import type { EmitContext, Emitter } from "../elementwise/emitter.ts";
import { castQuad, lowByteIf } from "./cast.ts";
import { roundFloat32 } from "./half.ts";
import { narrowMask, type Quad, widenMask } from "./quad.ts";

/** The emitter of a primitive for operands of a dtype. */
export type EmitterLookup = (name: string, dtype: DType) => Emitter;

export interface Operand {
  readonly quad: Quad;
  readonly dtype: DType;
}

/** The quad that an elementwise instruction makes of its operands, which are in locals. */
export function applyToQuads(
  context: EmitContext,
  emitterOf: EmitterLookup,
  { primitive, attributes, dtype }: Extract<Instruction, { kind: "apply" }>,
  operands: readonly Operand[],
): Quad {
  // These two look at more than one dtype; all others map vectors of the operands' dtype one by one.
  if (primitive.name === "cast") return castQuad(context.f, operands[0].quad, operands[0].dtype, dtype);
  if (primitive.name === "where") return choose(operands, dtype);
  const emitter = emitterOf(primitive.name, arithmeticDType(operands[0].dtype));
  const result = operands[0].quad.map((_, part) =>
    emitter(
      context,
      operands.map(({ quad }) => quad[part]),
      attributes,
    ),
  );
  if (dtype === "bool" && result.length === 2) return [narrowMask(result)];
  if (isHalf(dtype) && !primitive.keepsPrecision) return [roundFloat32(context.f, dtype, result[0])];
  return dtype === "uint8" ? [lowByteIf(dtype, result[0])] : result;
}

function choose([condition, whenTrue, whenFalse]: readonly Operand[], dtype: DType): Quad {
  const mask = dtype === "float64" ? widenMask(condition.quad[0]) : condition.quad;
  return whenTrue.quad.map((vector, part) => v128.bitselect(vector, whenFalse.quad[part], mask[part]));
}
