import type { DType, TypedArray } from "../../dtype.ts";
import type { Storage } from "../../graph/cell.ts";
import type { Backend } from "../backend.ts";
import { type Blas, findBlas, type NoBlas } from "./blas/blas.ts";
import type { Emitter } from "./elementwise/emitter.ts";
import { elementwiseEmitters } from "./elementwise/table.ts";
import { CpuExecutable, type Machine } from "./executable.ts";
import { detectFeatures, type Features } from "./features.ts";
import { Allocator } from "./memory/allocator.ts";
import { LinearMemory, type LinearMemoryOptions } from "./memory/linear-memory.ts";
import { ScratchRegion } from "./memory/scratch.ts";
import { readValues, writeValues } from "./memory/transfer.ts";
import { Library } from "./routines/library.ts";
import type { RoutineLowering } from "./routines/routine.ts";
import { routines } from "./routines/table.ts";
import { Stopwatch } from "./stopwatch.ts";
import { CpuStorage, ownStorage } from "./storage.ts";
import { wantedThreads } from "./threads.ts";

export interface CpuBackendOptions {
  readonly memory?: LinearMemoryOptions;
}

/** The backend of the machine's own processor: WebAssembly SIMD, generated for each program. */
export function createCpuBackend(options: CpuBackendOptions = {}): Backend {
  const features = detectFeatures();
  if (!features.simd) {
    throw new Error('cpu: this engine has no WebAssembly SIMD; setBackend("reference") does without');
  }
  const memory = new LinearMemory(options.memory);
  const allocator = new Allocator(memory);
  const threads = wantedThreads();
  const library = new Library(memory, features, () => findBlas(threads));
  const machine: Machine = {
    memory,
    allocator,
    scratch: new ScratchRegion(allocator),
    library,
    linkage: {
      memory: memory.importType,
      providers: library,
      routineOf,
      libraryReference: (name) => library.get(name).reference,
    },
    options: { relaxedSimd: features.relaxedSimd, emitterOf },
    stopwatch: null,
  };
  let storageBytes = 0;
  let programBytes = 0;
  return {
    name: "cpu",
    fusesKernels: true,
    prepare(program, constants) {
      const executable = new CpuExecutable(machine, program, constants);
      programBytes += executable.byteLength;
      return {
        run: (bindings) => executable.run(bindings),
        dispose() {
          programBytes -= executable.byteLength;
          executable.dispose();
        },
      };
    },
    allocate(type) {
      const storage = new CpuStorage(type, allocator);
      const { address, byteLength } = storage.held;
      memory.uint8.fill(0, address, address + byteLength);
      storageBytes += byteLength;
      return storage;
    },
    release(storage) {
      storageBytes -= ownStorage(storage).release(allocator);
    },
    read(storage: Storage): TypedArray {
      const { held, length, type } = ownStorage(storage);
      return readValues(memory, held.address, type.dtype, length);
    },
    write(storage, values) {
      const { held, type } = ownStorage(storage);
      writeValues(memory, held.address, type.dtype, values);
    },
    memoryUse: () => ({ storageBytes, programBytes, scratchBytes: machine.scratch.byteLength }),
    profile(body) {
      const stopwatch = new Stopwatch();
      machine.stopwatch = stopwatch;
      try {
        body();
      } finally {
        machine.stopwatch = null;
      }
      return stopwatch.times();
    },
    describe: () => describe(features, library.blas),
  };
}

function describe({ relaxedSimd }: Features, blas: Blas | NoBlas): string[] {
  return [
    "cpu: WebAssembly SIMD, 128-bit vectors",
    relaxedSimd
      ? "fused multiply-add (relaxed SIMD): yes"
      : "fused multiply-add (relaxed SIMD): no; Node 22 and later have it",
    "product" in blas
      ? `matrix products: ${blas.description}`
      : `matrix products: WebAssembly. A BLAS of the system would make them faster: ${blas.reason}`,
    "threads of the other kernels: 1",
  ];
}

function routineOf(name: string): RoutineLowering {
  const table: Readonly<Record<string, RoutineLowering | undefined>> = routines;
  const routine = table[name];
  if (routine === undefined) throw new Error(`cpu: there is no routine for ${name}`);
  return routine;
}

function emitterOf(name: string, dtype: DType): Emitter {
  const table: Readonly<Record<string, Readonly<Partial<Record<DType, Emitter>>> | undefined>> =
    elementwiseEmitters;
  const emitter = table[name]?.[dtype];
  if (emitter === undefined) throw new Error(`cpu: there is no code for ${name} of ${dtype}`);
  return emitter;
}
