import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { i32, select } from "../assembler/instructions.ts";

/** Runs `body` with 0, 1, … below `end`. */
export function countTo(f: FunctionBuilder, end: I32 | number, body: (counter: Local<"i32">) => void): void {
  const counter = f.let(i32.constant(0));
  f.loopWhileBelow(counter, typeof end === "number" ? i32.constant(end) : end, 1, () => body(counter));
}

/** `base + index · bytes`. */
export function elementAddress(base: I32, index: I32, bytes: number): I32 {
  return bytes === 1 ? i32.add(base, index) : i32.add(base, i32.mul(index, i32.constant(bytes)));
}

/** Adds a constant to a local. */
export function advance(f: FunctionBuilder, local: Local<"i32">, by: number): void {
  if (by !== 0) f.set(local, i32.add(local, i32.constant(by)));
}

/** The smaller of two signed integers. */
export function minimum(f: FunctionBuilder, left: I32, right: I32): Local<"i32"> {
  const [a, b] = [f.let(left), f.let(right)];
  f.set(a, select(i32.lt_s(a, b), a, b));
  return a;
}
