/** The backends there are, and the one that computes. */
import { describeValue, readOptions } from "../arguments.ts";
import type { Backend, MemoryUse, StepTime } from "../backends/backend.ts";
import { createCpuBackend } from "../backends/cpu/cpu-backend.ts";
import { whyNoWebAssembly } from "../backends/cpu/features.ts";
import { checkThreads } from "../backends/cpu/threads/wanted-threads.ts";
import { printProfile } from "../backends/print-profile.ts";
import { createReferenceBackend } from "../backends/reference/reference-backend.ts";
import { listAlternatives } from "../errors.ts";

const factories = {
  cpu: () => createCpuBackend({ wantedThreads: askedThreads }),
  reference: createReferenceBackend,
};

/**
 * The backends there are.
 *
 * @useDeclaredType
 */
export type BackendName = keyof typeof factories;

const instances = new Map<string, Backend>();
/** Null until somebody asks which it is, or chooses. */
let chosen: BackendName | null = null;
let askedThreads: number | undefined;

/** Options of {@link setBackend}. */
export interface BackendOptions {
  /**
   * How many threads the cpu backend computes on, if so many can run at once. Default: what `STRATA_THREADS` in the
   * environment says, or as many as can run at once.
   */
  readonly threads?: number;
}

/** From now on `name` computes. */
export function chooseBackend(name: BackendName, { threads }: BackendOptions): void {
  chosen = name;
  askedThreads = threads ?? askedThreads;
}

/** Runs `body` while the backend of this name computes. */
export function onBackend(name: string, body: () => void): void {
  if (!isBackendName(name)) throw new RangeError(`there is no backend ${JSON.stringify(name)}`);
  const before = chosen;
  chosen = name;
  try {
    body();
  } finally {
    chosen = before;
  }
}

function isBackendName(name: string): name is BackendName {
  return Object.hasOwn(factories, name);
}

/** Throws in the name of `setBackend` for what it does not take. */
export function checkBackendChoice(name: BackendName, options: BackendOptions): void {
  if (!isBackendName(name)) {
    throw new RangeError(
      `setBackend: there is no backend ${JSON.stringify(name)}; accepted are ${listAlternatives(Object.keys(factories))}`,
    );
  }
  const { threads } = readOptions("setBackend", options, ["threads"]);
  if (threads === undefined) return;
  if (name !== "cpu") throw new RangeError(`setBackend: the ${name} backend has no threads`);
  checkThreads(`setBackend: threads is ${describeValue(threads)}`, threads);
  if (instances.has(name) && threads !== askedThreads) {
    throw new RangeError(
      "setBackend: the number of threads is chosen before anything is computed, and the cpu backend has computed already",
    );
  }
}

/**
 * The name of the backend that computes.
 *
 * @example
 * ```ts
 * import { getBackend } from "@strata/core";
 *
 * console.log(getBackend()); // "cpu"
 * ```
 */
export function getBackend(): BackendName {
  chosen ??= whyNoWebAssembly() === null ? "cpu" : "reference";
  return chosen;
}

export function currentBackend(): Backend {
  return backendNamed(getBackend());
}

/** The backend of this name, made when it is first asked for. */
export function backendNamed(name: string): Backend {
  const known = instances.get(name);
  if (known) return known;
  const factory = Object.entries(factories).find(([key]) => key === name)?.[1];
  if (!factory) throw new RangeError(`there is no backend ${JSON.stringify(name)}`);
  const backend = factory();
  instances.set(name, backend);
  return backend;
}

/**
 * Says in a few lines which backend computes, what it uses of the machine, and what would make it faster.
 *
 * @example
 * ```ts
 * import { describeBackend } from "@strata/core";
 *
 * console.log(describeBackend().startsWith("cpu: WebAssembly SIMD")); // true
 * ```
 */
export function describeBackend(): string {
  const lines = currentBackend().describe();
  const obstacle = getBackend() === "cpu" ? null : whyNoWebAssembly();
  return [...lines, ...(obstacle === null ? [] : [`the cpu backend, which is faster: ${obstacle}`])].join(
    "\n",
  );
}

/**
 * Runs a function, and says where the time went of the programs that it ran: for each fused kernel and each routine
 * the time of all calls, and the rates at which it computed and moved data. What took longest comes first. The
 * function must read what it computes, or call what `jit` made: what is not computed takes no time.
 *
 * @param body What to run; once more before it, if its programs are to be compiled already.
 *
 * @example
 * ```ts
 * import { profile, uniform } from "@strata/core";
 *
 * const x = uniform([256, 256]);
 * const [slowest] = profile(() => x.matmul(x).sum().item());
 * console.log(slowest?.calls); // 1
 * ```
 */
export function profile(body: () => void): StepTime[] {
  return currentBackend().profile(body);
}

/**
 * A profile as a table for people. With STRATA_DEBUG=time in the environment, one of the whole process is printed when
 * it ends, with no change to the program.
 *
 * @param times What {@link profile} returned.
 *
 * @example
 * ```ts
 * import { describeProfile, profile, uniform } from "@strata/core";
 *
 * const x = uniform([256, 256]);
 * console.log(describeProfile(profile(() => x.matmul(x).sum().item())).includes("matmul")); // true
 * ```
 */
export function describeProfile(times: readonly StepTime[]): string {
  return printProfile(times);
}

/** The bytes that the backend holds: counted, not estimated. */
export function memoryUse(): MemoryUse {
  return currentBackend().memoryUse();
}
