import { allSteps, type Kernel, type Program, type Routine, type Step } from "../../../compiler/program.ts";
import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, FunctionReference } from "../assembler/function.ts";
import { i32 } from "../assembler/instructions.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { addSharing, type SharingOptions } from "../threads/sharing.ts";
import type { KernelFunction } from "./kernel-functions.ts";
import { instructionsOf } from "./loops.ts";
import type { Linkage } from "./program-module.ts";

/** From one unit or piece to before another. */
export interface Range {
  readonly begin: I32;
  readonly end: I32;
}

/** Emits the code for pieces of a routine into a function; `thread` says whose working memory they use. */
export type EmitRoutine = (step: Routine, f: FunctionBuilder, range: Range, thread: I32) => void;

/** How `run` has a step computed by all threads. */
export interface SharedStep {
  readonly share: FunctionReference;
  readonly arguments: readonly I32[];
}

/** Of a machine instruction on a vector. */
const nanosecondsPerInstruction = 0.3;

/** A thread claims at least so much at a time. */
const leastPortionNanoseconds = 4_000;

/** How many portions there are for each thread, so that one who comes late finds something left. */
const portionsPerThread = 4;

/** A step is cut into units, of which a thread claims a portion at a time. */
interface Cut {
  readonly units: number;
  readonly portion: number;
}

function nanosecondsOf(step: Kernel): number {
  return instructionsOf(step) * nanosecondsPerInstruction;
}

/** Whether a program has steps that threads may share. Of a kernel it is known for sure when its code is made. */
export function mayShareSteps(program: Program, linkage: Linkage): boolean {
  return allSteps(program.steps).some((step) => {
    if (step.kind === "routine") return piecesOf(step, linkage) > 1;
    return step.kind === "kernel" && nanosecondsOf(step) >= linkage.leastSharedNanoseconds;
  });
}

function cutKernel(step: Kernel, units: number, { providers, leastSharedNanoseconds }: Linkage): Cut | null {
  const nanoseconds = nanosecondsOf(step);
  if (units < 2 || nanoseconds < leastSharedNanoseconds) return null;
  const affordable = nanoseconds / Math.min(leastSharedNanoseconds, leastPortionNanoseconds);
  const portions = Math.min(units, providers.threads * portionsPerThread, affordable);
  return { units, portion: Math.ceil(units / portions) };
}

function cutRoutine(step: Routine, linkage: Linkage): Cut | null {
  const units = piecesOf(step, linkage);
  const portions = linkage.providers.threads * portionsPerThread;
  return units > 1 ? { units, portion: Math.ceil(units / portions) } : null;
}

/** Into how many pieces a routine is cut. */
export function piecesOf(step: Routine, { routineOf, providers }: Linkage): number {
  return routineOf(step.primitive.name).pieces?.(step, providers) ?? 1;
}

/** Adds the code by which threads share the steps that are worth it. */
export function addSharedSteps(
  module: ModuleBuilder,
  program: Program,
  kernels: ReadonlyMap<Step, KernelFunction>,
  emitRoutine: EmitRoutine,
  { linkage, sharing }: { readonly linkage: Linkage; readonly sharing: SharingOptions },
): ReadonlyMap<Step, SharedStep> {
  const performers: Performer[] = [];
  const cuts: { readonly step: Step; readonly cut: Cut }[] = [];
  allSteps(program.steps).forEach((step, index) => {
    if (step.kind === "kernel") {
      const kernel = kernels.get(step);
      const cut = kernel && cutKernel(step, kernel.units, linkage);
      if (!cut) return;
      cuts.push({ step, cut });
      performers.push((f, begin, end) => kernel.invoke(f, begin, end));
    } else if (step.kind === "routine") {
      const cut = cutRoutine(step, linkage);
      if (!cut) return;
      const own = module.function(`routine_${index}`, { parameters: ["i32", "i32", "i32"] }, false);
      const [begin, end, thread] = [0, 1, 2].map((position) => own.parameter(position, "i32"));
      emitRoutine(step, own, { begin, end }, thread);
      cuts.push({ step, cut });
      performers.push((f, ...values) => f.invoke(own, ...values));
    }
  });
  if (cuts.length === 0) return new Map();
  const share = addSharing(module, addPerform(module, performers), sharing);
  return new Map(
    cuts.map(({ step, cut: { units, portion } }, index) => [
      step,
      { share, arguments: [index, units, portion].map((value) => i32.constant(value)) },
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
