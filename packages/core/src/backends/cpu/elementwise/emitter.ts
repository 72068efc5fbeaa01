import type { Attributes } from "../../../graph/attributes.ts";
import type { V128 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";

/** The target of an emitter's code. */
export interface EmitContext {
  readonly f: FunctionBuilder;
  /** Whether the engine has relaxed SIMD, so that a·b + c may be one instruction. */
  readonly relaxedSimd: boolean;
}

/**
 * Emits the code of one function on one vector. A vector holds four lanes of float32, int32, uint8 (as int32
 * lanes 0 to 255) or bool (as int32 masks, 0 or −1), or two lanes of float64. A comparison returns a mask of
 * its operands' lane width. Operands are cheap expressions: emitting one twice costs little.
 */
export type Emitter = (context: EmitContext, operands: readonly V128[], attributes: Attributes) => V128;
