/** The backends there are, and the one that computes. */
import type { Backend, MemoryUse, StepTime } from "../backends/backend.ts";
import { createCpuBackend } from "../backends/cpu/cpu-backend.ts";
import { printProfile } from "../backends/print-profile.ts";
import { createReferenceBackend } from "../backends/reference/reference-backend.ts";
import { listAlternatives } from "../errors.ts";

const factories = { cpu: createCpuBackend, reference: createReferenceBackend };

/**
 * The backends there are.
 *
 * @useDeclaredType
 */
export type BackendName = keyof typeof factories;

const instances = new Map<string, Backend>();
let chosen: BackendName = "cpu";

/** From now on `name` computes. */
export function chooseBackend(name: BackendName): void {
  chosen = name;
}

export function checkBackendName(name: BackendName): void {
  if (Object.hasOwn(factories, name)) return;
  throw new RangeError(
    `setBackend: there is no backend ${JSON.stringify(name)}; accepted are ${listAlternatives(Object.keys(factories))}`,
  );
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
  return chosen;
}

export function currentBackend(): Backend {
  return backendNamed(chosen);
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

/** Says in a few lines which backend computes, what it uses of the machine, and what would make it faster. */
export function describeBackend(): string {
  return currentBackend().describe().join("\n");
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
 * console.log(slowest.calls); // 1
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
