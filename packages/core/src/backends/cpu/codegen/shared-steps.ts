import { allSteps, type Kernel, type Program, type Routine, type Step } from "../../../compiler/program.ts";
import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, FunctionReference } from "../assembler/function.ts";
import { i32 } from "../assembler/instructions.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { addSharing, type SharingOptions } from "../threads/sharing.ts";
import type { KernelFunction } from "./kernel-functions.ts";
import { instructionsOf } from "./loops.ts";
import type { Linkage } from "./program-module.ts";
import type { RoutineFunction } from "./routine-functions.ts";

/** How `run` has a step computed by all threads. */
export interface SharedStep {
  readonly share: FunctionReference;
  readonly arguments: readonly I32[];
}

/** Of a machine instruction on a vector, and of an addition or multiplication of a matrix product. */
const nanosecondsPerInstruction = 0.3;
const nanosecondsPerOperation = 0.015;

/** How many portions there are for each thread, so that one who comes late finds something left. */
const portionsPerThread = 4;

/** A step is cut into units, of which a thread claims a portion at a time. */
interface Cut {
  readonly units: number;
  readonly portion: number;
  /** Whether it pays to wake the other threads for it. */
  readonly wakes: boolean;
}

function nanosecondsOf(step: Kernel): number {
  return instructionsOf(step) * nanosecondsPerInstruction;
}

/** Whether a program has a step for which it pays to start and wake threads: only then it shares steps at all. */
export function isWorthThreads(program: Program, linkage: Linkage): boolean {
  return allSteps(program.steps).some((step) => {
    if (step.kind === "routine") return cutRoutine(step, linkage)?.wakes ?? false;
    return step.kind === "kernel" && nanosecondsOf(step) >= linkage.leastShared.asleep;
  });
}

function cutKernel(step: Kernel, units: number, { providers, leastShared }: Linkage): Cut | null {
  const nanoseconds = nanosecondsOf(step);
  if (units < 2 || nanoseconds < leastShared.awake) return null;
  // What a thread claims at a time is worth sharing by itself.
  const affordable = nanoseconds / leastShared.awake;
  const portions = Math.min(units, providers.threads * portionsPerThread, affordable);
  return { units, portion: Math.ceil(units / portions), wakes: nanoseconds >= leastShared.asleep };
}

function cutRoutine(step: Routine, linkage: Linkage): Cut | null {
  const units = piecesOf(step, linkage);
  if (units < 2) return null;
  const { providers, leastShared, routineOf } = linkage;
  const portions = providers.threads * portionsPerThread;
  const operations = routineOf(step.primitive.name).operations?.(step) ?? Number.POSITIVE_INFINITY;
  const wakes = operations * nanosecondsPerOperation >= leastShared.asleep;
  return { units, portion: Math.ceil(units / portions), wakes };
}

/** Into how many pieces a routine is cut. */
export function piecesOf(step: Routine, { routineOf, providers }: Linkage): number {
  return routineOf(step.primitive.name).pieces?.(step, providers) ?? 1;
}

interface SharedStepOptions {
  readonly kernels: ReadonlyMap<Step, KernelFunction>;
  readonly routines: ReadonlyMap<Step, RoutineFunction>;
  readonly linkage: Linkage;
  readonly sharing: SharingOptions;
  /** The function that the module imported for `addSharing`. */
  readonly check: FunctionReference;
}

/** Adds the code by which threads share the steps that are worth it. */
export function addSharedSteps(
  module: ModuleBuilder,
  program: Program,
  { kernels, routines, linkage, sharing, check }: SharedStepOptions,
): ReadonlyMap<Step, SharedStep> {
  const performers: Performer[] = [];
  const cuts: { readonly step: Step; readonly cut: Cut }[] = [];
  for (const step of allSteps(program.steps)) {
    if (step.kind === "kernel") {
      const kernel = kernels.get(step);
      const cut = kernel && cutKernel(step, kernel.units, linkage);
      if (!cut) continue;
      cuts.push({ step, cut });
      performers.push((f, begin, end) => kernel.invoke(f, begin, end));
    } else if (step.kind === "routine") {
      const routine = routines.get(step);
      const cut = routine && cutRoutine(step, linkage);
      if (!cut) continue;
      cuts.push({ step, cut });
      performers.push((f, ...range) => routine.invoke(f, ...range));
    }
  }
  if (cuts.length === 0) return new Map();
  const share = addSharing(module, addPerform(module, performers), check, sharing);
  return new Map(
    cuts.map(({ step, cut: { units, portion, wakes } }, index) => [
      step,
      { share, arguments: [index, units, portion, Number(wakes)].map((value) => i32.constant(value)) },
    ]),
  );
}

/** Emits the call that computes a range of one shared step. */
type Performer = (f: FunctionBuilder, begin: I32, end: I32, thread: I32) => void;

/** Adds `perform(step, begin, end, thread)`, which finds the step in as many comparisons as its number has bits. */
function addPerform(module: ModuleBuilder, performers: readonly Performer[]): FunctionReference {
  const f = module.function("perform", { parameters: ["i32", "i32", "i32", "i32"] }, false);
  const [step, begin, end, thread] = [0, 1, 2, 3].map((position) => f.parameter(position, "i32"));
  const find = (first: number, last: number): void => {
    if (last - first === 1) {
      performers[first](f, begin, end, thread);
      return;
    }
    const middle = (first + last) >> 1;
    f.if(
      i32.lt_s(step, i32.constant(middle)),
      () => find(first, middle),
      () => find(middle, last),
    );
  };
  find(0, performers.length);
  return f;
}
