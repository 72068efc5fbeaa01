import type { Program } from "../compiler/program.ts";
import type { TypedArray } from "../dtype.ts";
import type { Storage } from "../graph/cell.ts";
import type { TensorType } from "../graph/node.ts";

/** What one run of a program works on: the slots that its buffers name. */
export interface Bindings {
  /** Contents of the input buffers, on the JavaScript heap. */
  readonly inputs: readonly TypedArray[];
  /** The memory of the Variables that the program reads or updates; all of it from this backend. */
  readonly cells: readonly Storage[];
  /** The numbers of the `scalar` instructions. */
  readonly scalars: readonly number[];
}

/** A program made ready to run on one backend. */
export interface Executable {
  /** Runs the program and returns a fresh copy of each output. */
  run(bindings: Bindings): TypedArray[];
  /** Gives back what the executable holds in the backend's memory. */
  dispose(): void;
}

/** Bytes that a backend holds, for tests and for people. */
export interface MemoryUse {
  /** Held by Variables. */
  readonly storageBytes: number;
  /** Shared by all programs while they run. */
  readonly scratchBytes: number;
  /** Held by compiled programs for their constants and tables. */
  readonly programBytes: number;
}

/** The one interface between the compiler and a machine. */
export interface Backend {
  readonly name: string;
  /** Whether chains of operations are to be fused into kernels, or each handed over as a routine of its own. */
  readonly fusesKernels: boolean;
  /** `constants` are the contents of the program's constant slots. */
  prepare(program: Program, constants: readonly TypedArray[]): Executable;
  /** New memory for a Variable, zero-filled. */
  allocate(type: TensorType): Storage;
  release(storage: Storage): void;
  /** A copy of what `storage` holds. */
  read(storage: Storage): TypedArray;
  write(storage: Storage, values: TypedArray): void;
  memoryUse(): MemoryUse;
  /** One line a fact: what is in use, and what would make it faster. */
  describe(): string[];
}
