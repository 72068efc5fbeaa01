import { bytesPerElement, type TypedArray } from "../../dtype.ts";
import type { Storage } from "../../graph/cell.ts";
import type { Backend, StoragePart } from "../backend.ts";
import { type Blas, findBlas, type NoBlas } from "./blas/blas.ts";
import type { SharingThresholds } from "./codegen/program-module.ts";
import { emitterOf } from "./elementwise/table.ts";
import { CpuExecutable, type Machine } from "./executable.ts";
import { detectFeatures, type Features, whyNoWebAssembly } from "./features.ts";
import { Allocator } from "./memory/allocator.ts";
import { LinearMemory, type LinearMemoryOptions, pageBytes } from "./memory/linear-memory.ts";
import { ScratchRegion } from "./memory/scratch.ts";
import { fillValues, readValues, writeValues } from "./memory/transfer.ts";
import { Library } from "./routines/library.ts";
import type { RoutineLowering } from "./routines/routine.ts";
import { routines } from "./routines/table.ts";
import { printedStopwatch, Stopwatch, wantsTimes } from "./stopwatch.ts";
import { CpuStorage, ownStorage } from "./storage.ts";
import { ThreadPool } from "./threads/thread-pool.ts";
import { type WantedThreads, wantedThreads } from "./threads/wanted-threads.ts";

export interface CpuBackendOptions {
  readonly memory?: LinearMemoryOptions;
  /** How many threads compute, whether they can run at once or not; by default {@link wantedThreads} says. */
  readonly threads?: number;
  /** How many threads are wanted, if so many can run at once. */
  readonly wantedThreads?: number | undefined;
  /**
   * Steps that take less time stay on one thread. By default 2.5 µs where another thread is awake, for words take a
   * quarter of a microsecond from one core to another; and 20 µs where one has to be woken, which takes some 5 µs.
   */
  readonly leastShared?: SharingThresholds;
}

/** The backend of the machine's own processor: WebAssembly SIMD, generated for each program. */
export function createCpuBackend(options: CpuBackendOptions = {}): Backend {
  const obstacle = whyNoWebAssembly();
  if (obstacle !== null) throw new Error(`cpu: ${obstacle}; setBackend("reference") does without`);
  const features = detectFeatures();
  const wanted =
    options.threads === undefined
      ? wantedThreads(options.wantedThreads)
      : { count: options.threads, reason: null };
  const memory = new LinearMemory({ shared: wanted.count > 1, ...options.memory });
  const allocator = new Allocator(memory);
  // Each of our threads calls BLAS for its part of a product: the library's own threads would be too many.
  const pool = new ThreadPool(memory, allocator, wanted.count);
  const { threads } = pool;
  const library = new Library({ memory, allocator, features, threads, openBlas: () => findBlas(1) });
  const machine: Machine = {
    memory,
    allocator,
    scratch: new ScratchRegion(allocator),
    library,
    linkage: {
      memory: memory.importType,
      providers: library,
      leastShared: options.leastShared ?? { awake: 2_500, asleep: 20_000 },
      routineOf,
      libraryReference: (name) => library.get(name).reference,
    },
    pool,
    options: { relaxedSimd: features.relaxedSimd, emitterOf },
    stopwatch: wantsTimes() ? printedStopwatch() : null,
  };
  let isInside = false;
  /** Runs `operation`. If an exception ended the one before, wherever that was, its traces are removed first. */
  const guarded = <Result>(operation: () => Result): Result => {
    if (isInside) {
      pool.settle();
      memory.announceGrowth();
    }
    isInside = true;
    const result = operation();
    // Not in a `finally`, which does not run when the engine is told to stop.
    isInside = false;
    return result;
  };
  let storageBytes = 0;
  let programBytes = 0;
  return {
    name: "cpu",
    fusesKernels: true,
    mostBytes: memory.maximumPages * pageBytes,
    prepare(program, constants) {
      const executable = guarded(() => new CpuExecutable(machine, program, constants));
      programBytes += executable.byteLength;
      return {
        byteLength: executable.byteLength + executable.codeBytes,
        run: (bindings) => guarded(() => executable.run(bindings)),
        dispose() {
          programBytes -= executable.byteLength;
          guarded(() => executable.dispose());
        },
      };
    },
    allocate(type) {
      const storage = guarded(() => new CpuStorage(type, allocator));
      storageBytes += storage.held.byteLength;
      return storage;
    },
    release(storage) {
      storageBytes -= guarded(() => ownStorage(storage).release(allocator));
    },
    read(storage: Storage, part?: StoragePart): TypedArray {
      const { held, length: whole, type } = ownStorage(storage);
      const { first, length } = part ?? { first: 0, length: whole };
      const address = held.address + first * bytesPerElement(type.dtype);
      return guarded(() => readValues(memory, address, type.dtype, length));
    },
    write(storage, contents) {
      const own = ownStorage(storage);
      const { held, length, type } = own;
      // So that memory is touched where it is used: by all threads, or never.
      if (own.isBlank && Object.is(contents, 0)) return;
      own.isBlank = false;
      guarded(() => {
        if (typeof contents === "number") fillValues(memory, held.address, type.dtype, length, contents);
        else writeValues(memory, held.address, type.dtype, contents);
      });
    },
    memoryUse: () => ({ storageBytes, programBytes, scratchBytes: machine.scratch.byteLength }),
    profile(body) {
      const stopwatch = new Stopwatch();
      const outer = machine.stopwatch;
      machine.stopwatch = stopwatch;
      try {
        body();
      } finally {
        machine.stopwatch = outer;
      }
      return stopwatch.times();
    },
    describe() {
      const { count, reason } = pool.alive;
      return describe(features, library.blas, { count, reason: reason ?? wanted.reason });
    },
  };
}

function describe({ relaxedSimd }: Features, blas: Blas | NoBlas, threads: WantedThreads): string[] {
  return [
    "cpu: WebAssembly SIMD, 128-bit vectors",
    relaxedSimd
      ? "fused multiply-add (relaxed SIMD): yes"
      : "fused multiply-add (relaxed SIMD): no; Node 22 and later have it",
    "product" in blas
      ? `matrix products: ${blas.description}`
      : `matrix products: WebAssembly. A BLAS of the system would make them faster: ${blas.reason}`,
    `threads: ${threads.count}${threads.reason === null ? "" : ` (${threads.reason})`}`,
  ];
}

function routineOf(name: string): RoutineLowering {
  const table: Readonly<Record<string, RoutineLowering | undefined>> = routines;
  const routine = table[name];
  if (routine === undefined) throw new Error(`cpu: there is no routine for ${name}`);
  return routine;
}
