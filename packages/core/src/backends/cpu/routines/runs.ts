/** Loops over neighbouring elements, their number known when the code is written. */
import type { I32, V128 } from "../assembler/expression.ts";
import type { FunctionBuilder, Local } from "../assembler/function.ts";
import { i32, memory, v128 } from "../assembler/instructions.ts";
import { advance, countTo } from "./count.ts";
import { arithmeticOf, type GemmDType } from "./gemm/arithmetic.ts";

/** So many bytes are worked on by instructions that stand in a line; longer runs are loops over as many. */
const unrolledBytes = 128;
/** From here on the engine's own functions are faster, though they are called. */
const longBytes = 4096;

/** Copies so many bytes, to and from any addresses. */
export function copyRun(f: FunctionBuilder, target: I32, source: I32, bytes: number): void {
  if (bytes >= longBytes) {
    f.run(memory.copy(target, source, i32.constant(bytes)));
    return;
  }
  inBlocks(f, [target, source], bytes, ([to, from], length) => {
    let done = 0;
    for (; done + 16 <= length; done += 16) f.run(v128.store(to, v128.load(from, done), done));
    for (; done + 8 <= length; done += 8) f.run(v128.store64_lane(to, v128.load64_zero(from, done), 0, done));
    for (; done + 4 <= length; done += 4) f.run(i32.store(to, i32.load(from, done), done));
    for (; done < length; done++) f.run(i32.store8(to, i32.load8_u(from, done), done));
  });
}

/** Sets so many bytes, a multiple of 4, to 0. */
export function zeroRun(f: FunctionBuilder, target: I32, bytes: number): void {
  if (bytes >= longBytes) {
    f.run(memory.fill(target, i32.constant(0), i32.constant(bytes)));
    return;
  }
  const zero: V128 = v128.constant(new Uint8Array(16));
  inBlocks(f, [target], bytes, ([to], length) => {
    let done = 0;
    for (; done + 16 <= length; done += 16) f.run(v128.store(to, zero, done));
    for (; done < length; done += 4) f.run(i32.store(to, i32.constant(0), done));
  });
}

/** target += source, element by element. */
export function addRun(
  f: FunctionBuilder,
  dtype: GemmDType,
  target: I32,
  source: I32,
  elements: number,
): void {
  const { add, addElement, size } = arithmeticOf(dtype, { relaxedSimd: false });
  inBlocks(f, [target, source], elements * size, ([to, from], length) => {
    let done = 0;
    for (; done + 16 <= length; done += 16) {
      f.run(v128.store(to, add(v128.load(to, done), v128.load(from, done)), done));
    }
    for (; done < length; done += size) {
      f.run(addElement(i32.add(to, i32.constant(done)), i32.add(from, i32.constant(done))));
    }
  });
}

/** Cuts a run into blocks short enough to be written out. */
function inBlocks(
  f: FunctionBuilder,
  addresses: readonly I32[],
  bytes: number,
  body: (addresses: readonly I32[], bytes: number) => void,
): void {
  if (bytes <= unrolledBytes) {
    body(addresses, bytes);
    return;
  }
  const moving: Local<"i32">[] = addresses.map((address) => f.let(address));
  countTo(f, Math.floor(bytes / unrolledBytes), () => {
    body(moving, unrolledBytes);
    for (const address of moving) advance(f, address, unrolledBytes);
  });
  body(moving, bytes % unrolledBytes);
}
