import type { ProgramBuffer } from "../../../compiler/program.ts";
import { bytesPerElement } from "../../../dtype.ts";
import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { f64, i32 } from "../assembler/instructions.ts";

/** The layout of a program's memory for generated code: where its tables are, for buffers can lie elsewhere each run. */
export interface ProgramLayout {
  readonly buffers: readonly ProgramBuffer[];
  /** The address of a table with the address of each buffer, as int32. */
  readonly pointerTable: number;
  /** The address of a table with the program's scalars, as float64. */
  readonly scalarTable: number;
  /**
   * The place of the address of the routines' working memory, as int32: first what all pieces of a routine share, then
   * what each thread has for itself.
   */
  readonly workspacePointer: number;
  readonly workspace: WorkspaceBytes;
}

/** Bytes of working memory: what the pieces of a routine share, and what each thread has for itself. */
export interface WorkspaceBytes {
  readonly shared: number;
  readonly own: number;
}

/** The address of a buffer's first element. */
export function bufferAddress(layout: ProgramLayout, buffer: number): I32 {
  return i32.load(i32.constant(layout.pointerTable), buffer * 4);
}

/** The address of the first element of a view. */
export function viewAddress(layout: ProgramLayout, view: { buffer: number; offset: number }): I32 {
  const start = bufferAddress(layout, view.buffer);
  if (view.offset === 0) return start;
  return i32.add(start, i32.constant(view.offset * bytesPerElement(layout.buffers[view.buffer].dtype)));
}

/** Puts a window where its loop begins. */
export function startWindow(f: FunctionBuilder, layout: ProgramLayout, window: number): void {
  const { role, dtype } = layout.buffers[window];
  if (role.kind !== "window") return;
  const first = i32.constant(role.first * bytesPerElement(dtype));
  setAddress(f, layout, window, i32.add(bufferAddress(layout, role.of), first));
}

/** Moves a window to where the next iteration needs it. */
export function moveWindow(f: FunctionBuilder, layout: ProgramLayout, window: number): void {
  const { role, dtype } = layout.buffers[window];
  if (role.kind !== "window") return;
  const stride = i32.constant(role.stride * bytesPerElement(dtype));
  setAddress(f, layout, window, i32.add(bufferAddress(layout, window), stride));
}

function setAddress(f: FunctionBuilder, layout: ProgramLayout, buffer: number, address: I32): void {
  f.run(i32.store(i32.constant(layout.pointerTable), address, buffer * 4));
}

export function scalarValue(layout: ProgramLayout, slot: number) {
  return f64.load(i32.constant(layout.scalarTable), slot * 8);
}

/** Whether writing to one buffer may change what the other holds. */
export function overlap({ buffers }: ProgramLayout, left: number, right: number): boolean {
  if (left === right) return true;
  const [a, b] = [buffers[holder(buffers, left)], buffers[holder(buffers, right)]];
  if (a === b) return true;
  if (a.role.kind === "scratch" && b.role.kind === "scratch") {
    const aEnd = a.role.byteOffset + a.length * bytesPerElement(a.dtype);
    const bEnd = b.role.byteOffset + b.length * bytesPerElement(b.dtype);
    return a.role.byteOffset < bEnd && b.role.byteOffset < aEnd;
  }
  return a.role.kind === "cell" && b.role.kind === "cell" && a.role.slot === b.role.slot;
}

/** The buffer that a window moves over, or the buffer itself. */
function holder(buffers: readonly ProgramBuffer[], buffer: number): number {
  const { role } = buffers[buffer];
  return role.kind === "window" ? holder(buffers, role.of) : buffer;
}
