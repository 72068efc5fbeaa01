import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { i32, memory, v128 } from "../assembler/instructions.ts";

/** Up to so many bytes are copied by instructions that stand in a line. */
const mostUnrolledBytes = 128;

/** Copies so many bytes, to and from any addresses. */
export function copyBytes(f: FunctionBuilder, target: I32, source: I32, bytes: number): void {
  if (bytes > mostUnrolledBytes) {
    f.run(memory.copy(target, source, i32.constant(bytes)));
    return;
  }
  let done = 0;
  for (; done + 16 <= bytes; done += 16) f.run(v128.store(target, v128.load(source, done), done));
  for (; done + 4 <= bytes; done += 4) f.run(i32.store(target, i32.load(source, done), done));
  for (; done < bytes; done++) f.run(i32.store8(target, i32.load8_u(source, done), done));
}
