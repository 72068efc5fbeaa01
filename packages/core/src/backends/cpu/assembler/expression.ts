import { ByteWriter } from "./bytes.ts";

/** The types that a WebAssembly value may have. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/** The code of a function while it is written. */
export class CodeWriter extends ByteWriter {
  /** Pushes a vector constant. */
  vectorConstant(bytes: Uint8Array): void {
    this.bytes([0xfd, 12]);
    this.bytes(bytes);
  }
}

/** Something that is emitted into a function's code and leaves nothing on the stack. */
export interface Statement {
  readonly type: "none";
  emit(code: CodeWriter): void;
}

/** A value of type T. Emitting it twice computes it twice: share it through a local (`FunctionBuilder.let`). */
export interface Expression<T extends ValueType> {
  readonly type: T;
  emit(code: CodeWriter): void;
}

export type I32 = Expression<"i32">;
export type I64 = Expression<"i64">;
export type F32 = Expression<"f32">;
export type F64 = Expression<"f64">;
export type V128 = Expression<"v128">;

/** An opcode as its bytes, prefix included. */
export type Opcode = readonly number[];

/** An instruction that pops `operands` and pushes one value. */
export function instruction<T extends ValueType>(
  type: T,
  opcode: Opcode,
  operands: readonly Expression<ValueType>[],
  immediates?: (code: CodeWriter) => void,
): Expression<T> {
  return {
    type,
    emit(code) {
      for (const operand of operands) operand.emit(code);
      code.bytes(opcode);
      immediates?.(code);
    },
  };
}

/** An instruction that pops `operands` and pushes nothing. */
export function effect(
  opcode: Opcode,
  operands: readonly Expression<ValueType>[],
  immediates?: (code: CodeWriter) => void,
): Statement {
  return {
    type: "none",
    emit(code) {
      for (const operand of operands) operand.emit(code);
      code.bytes(opcode);
      immediates?.(code);
    },
  };
}
