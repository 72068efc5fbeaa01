import type { Program } from "../compiler/program.ts";
import type { TypedArray } from "../dtype.ts";
import type { Storage } from "../graph/cell.ts";
import type { TensorType } from "../graph/node.ts";

/** The operands of one run of a program: the slots that its buffers name. */
export interface Bindings {
  /** Contents of the input buffers, on the JavaScript heap. */
  readonly inputs: readonly TypedArray[];
  /** The memory of the Variables that the program reads or updates; all of it from this backend. */
  readonly cells: readonly Storage[];
  /** At which element of its Variable each of them begins; at the first, where this is left out. */
  readonly cellOffsets?: readonly number[];
  /** The numbers of the `scalar` instructions. */
  readonly scalars: readonly number[];
}

/** A program made ready to run on one backend. */
export interface Executable {
  /** The resources that it holds for as long as it is there: memory of the backend and code. */
  readonly byteLength: number;
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

/** The time of one step of a program, over all its runs. */
export interface StepTime {
  /** The kernel's or routine's name, which names the source ops. */
  readonly name: string;
  /** How often the step ran. */
  readonly calls: number;
  /** Of all calls together. */
  readonly milliseconds: number;
  /** 0 where the step's operations are not counted. */
  readonly gigaflopsPerSecond: number;
  /** Of the elements read and written, each counted once a call. */
  readonly gigabytesPerSecond: number;
}

/** Elements of a storage, in order. */
export interface StoragePart {
  readonly first: number;
  readonly length: number;
}

/** The one interface between the compiler and a machine. */
export interface Backend {
  readonly name: string;
  /** Whether chains of operations are to be fused into kernels, or each handed over as a routine of its own. */
  readonly fusesKernels: boolean;
  /** No Variable can have more. */
  readonly mostBytes: number;
  /** `constants` are the contents of the program's constant slots. */
  prepare(program: Program, constants: readonly TypedArray[]): Executable;
  /** New memory for a Variable; what it holds before it is written is whatever was there before. */
  allocate(type: TensorType): Storage;
  release(storage: Storage): void;
  /** A copy of what `storage` holds, or of a part of it. */
  read(storage: Storage, part?: StoragePart): TypedArray;
  /** Writes values, or one number everywhere. */
  write(storage: Storage, contents: TypedArray | number): void;
  memoryUse(): MemoryUse;
  /** Runs `body`, and says where the time of its programs went: what took longest first. */
  profile(body: () => void): StepTime[];
  /** One line a fact: what is in use, and what would make it faster. */
  describe(): string[];
}
