/** Batches of matrices in float64, whatever their dtype: what float32 loses, elimination multiplies. */
import type { Operand } from "../../../compiler/program.ts";
import { bytesPerElement } from "../../../dtype.ts";
import { sizeOf } from "../../../shape.ts";
import type { F64, I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { f32, f64, i32 } from "../assembler/instructions.ts";
import { advance, countTo, elementAddress } from "./count.ts";
import type { RoutineContext } from "./routine.ts";

/** A matrix of float64 in working memory. */
export class Matrix {
  private readonly base: I32;
  private readonly columns: number;

  constructor(base: I32, columns: number) {
    this.base = base;
    this.columns = columns;
  }

  private address(row: I32, column: I32): I32 {
    return elementAddress(this.base, i32.add(i32.mul(row, i32.constant(this.columns)), column), 8);
  }

  at(row: I32, column: I32): F64 {
    return f64.load(this.address(row, column));
  }

  put(f: FunctionBuilder, row: I32, column: I32, value: F64): void {
    f.run(f64.store(this.address(row, column), value));
  }

  swapRows(f: FunctionBuilder, first: I32, second: I32): void {
    countTo(f, this.columns, (column) => {
      const kept = f.let(this.at(first, column));
      this.put(f, first, column, this.at(second, column));
      this.put(f, second, column, kept);
    });
  }

  /** row −= factor · other, from a column on. */
  subtract(f: FunctionBuilder, row: I32, factor: F64, other: I32, from: I32): void {
    const column = f.let(from);
    f.loopWhileBelow(column, i32.constant(this.columns), 1, () => {
      const product = f64.mul(factor, this.at(other, column));
      this.put(f, row, column, f64.sub(this.at(row, column), product));
    });
  }
}

/** Runs `body` with `from`, from + 1, … below `end`. */
export function countFrom(
  f: FunctionBuilder,
  from: I32,
  end: I32,
  body: (counter: Local<"i32">) => void,
): void {
  const counter = f.let(from);
  f.loopWhileBelow(counter, end, 1, () => body(counter));
}

/** Runs `body` for each matrix of a batch, with the addresses of its inputs and its output. */
export function forEachMatrix(
  { f, address }: RoutineContext,
  operands: readonly Operand[],
  body: (addresses: readonly I32[]) => void,
): void {
  const starts = operands.map((operand) => f.let(address(operand)));
  countTo(f, operands[0].shape[0], () => {
    body(starts);
    operands.forEach(({ shape, dtype }, index) => {
      advance(f, starts[index], sizeOf(shape.slice(1)) * bytesPerElement(dtype));
    });
  });
}

/** Copies so many elements, of the operand's dtype, to float64. */
export function widen(f: FunctionBuilder, { dtype }: Operand, from: I32, to: I32, length: number): void {
  countTo(f, length, (index) => {
    const value = dtype === "float32" ? f64.promote_f32(f32.load(elementAddress(from, index, 4))) : undefined;
    f.run(f64.store(elementAddress(to, index, 8), value ?? f64.load(elementAddress(from, index, 8))));
  });
}

export function narrow(f: FunctionBuilder, { dtype }: Operand, from: I32, to: I32, length: number): void {
  countTo(f, length, (index) => {
    const value = f64.load(elementAddress(from, index, 8));
    if (dtype === "float32") f.run(f32.store(elementAddress(to, index, 4), f32.demote_f64(value)));
    else f.run(f64.store(elementAddress(to, index, 8), value));
  });
}
