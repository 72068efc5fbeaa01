/** The programs there are: compiled for graphs of a structure, and kept while they are used. */
import type { Executable } from "../backends/backend.ts";
import { ProgramCache } from "../compiler/cache.ts";
import type { Capture } from "../compiler/capture.ts";
import { compile } from "../compiler/compile.ts";
import type { Program } from "../compiler/program.ts";
import type { TypedArray } from "../dtype.ts";
import type { Storage } from "../graph/cell.ts";
import type { LearningProgram } from "../graph/computation.ts";
import { type BackendName, currentBackend, getBackend } from "./backends.ts";
import { isOutOfMemory, withRoom } from "./storage.ts";

/** A program together with its code on a backend. */
export interface Prepared {
  readonly program: Program;
  readonly executable: Executable;
}

/**
 * How many programs are kept, and how many bytes of code. A training loop needs a handful. The engine holds some seven
 * bytes more for each byte of WebAssembly.
 */
const mostPrograms = 1024;
const mostBytes = 16 * 2 ** 20;

/** After so many runs in which nobody needed what a program kept, it keeps it no longer. */
const mostRunsUnneeded = 32;

/** How often what a program keeps may change: each change is a compilation. */
const mostChanges = 8;

const caches = new Map<BackendName, ProgramCache<LazyProgram>>();

/**
 * The program of all lazy graphs of one structure. It learns which of the values on the way later programs need: from
 * then on it hands them out beside its outputs, so that they are not computed anew.
 */
export class LazyProgram implements LearningProgram {
  private prepared: Prepared | null = null;
  private positions: number[] = [];
  private runsUnneeded = 0;
  private changes = 0;

  /** Runs it, compiled if it is not yet: the outputs, and what it keeps at the positions in `kept`. */
  run(
    captured: Capture,
    cells: readonly Storage[],
  ): { readonly results: TypedArray[]; readonly kept: readonly number[] } {
    if (this.positions.length > 0 && ++this.runsUnneeded > mostRunsUnneeded) this.keep([]);
    const { inputs, cellOffsets, scalars } = captured;
    const execute = (): TypedArray[] => {
      this.prepared ??= prepare(captured, this.positions);
      return this.prepared.executable.run({ inputs, cells, cellOffsets, scalars });
    };
    try {
      return { results: withRoom(execute), kept: this.positions };
    } catch (error) {
      if (this.positions.length === 0 || !isOutOfMemory(error)) throw error;
      // What need not be kept may have had no room.
      this.changes = mostChanges;
      this.keep([]);
      return { results: execute(), kept: [] };
    }
  }

  /** A later program needs the values at these positions of the graph. */
  learn(positions: readonly number[]): void {
    const added = positions.filter((position) => !this.positions.includes(position));
    if (added.length > 0 && this.changes < mostChanges) this.keep([...this.positions, ...added]);
  }

  /** A later program has been given the value at this position. */
  noteUse(position: number): void {
    if (this.positions.includes(position)) this.runsUnneeded = 0;
  }

  get byteLength(): number {
    return this.prepared?.executable.byteLength ?? 0;
  }

  dispose(): void {
    this.prepared?.executable.dispose();
    this.prepared = null;
  }

  private keep(positions: number[]): void {
    this.dispose();
    this.positions = positions;
    this.runsUnneeded = 0;
    this.changes++;
  }
}

/** The program for graphs of the structure of `captured` on the current backend. */
export function lazyProgramFor(captured: Capture): LazyProgram {
  const name = getBackend();
  let cache = caches.get(name);
  if (!cache) {
    cache = new ProgramCache<LazyProgram>({
      mostEntries: mostPrograms,
      mostBytes,
      bytesOf: (program) => program.byteLength,
      onEvict: (program) => program.dispose(),
    });
    caches.set(name, cache);
  }
  const known = cache.get(captured.key);
  if (known) return known;
  const made = new LazyProgram();
  cache.set(captured.key, made);
  return made;
}

/** Compiles a captured graph; the values at `kept` are outputs after its own. */
export function prepare(captured: Capture, kept: readonly number[] = []): Prepared {
  const backend = currentBackend();
  const graph = captured.flatten();
  const outputs = [...graph.outputs, ...kept];
  const program = compile({ ...graph, outputs }, { fusesKernels: backend.fusesKernels });
  return { program, executable: backend.prepare(program, captured.constants) };
}
