import { allSteps, innerSteps, type Loop, type Program, type Step } from "../../../compiler/program.ts";
import { bytesPerElement } from "../../../dtype.ts";
import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder, FunctionReference } from "../assembler/function.ts";
import { i32, memory } from "../assembler/instructions.ts";
import { type MemoryImport, ModuleBuilder } from "../assembler/module.ts";
import { alignUp } from "../memory/allocator.ts";
import type { LibraryName } from "../routines/library.ts";
import type { Providers, RoutineLowering } from "../routines/routine.ts";
import { importCheck, type SharingOptions } from "../threads/sharing.ts";
import type { CodeOptions } from "./kernel.ts";
import { addKernels, type KernelFunction } from "./kernel-functions.ts";
import {
  bufferAddress,
  moveWindow,
  type ProgramLayout,
  startWindow,
  type WorkspaceBytes,
} from "./program-layout.ts";
import { addRoutines, type RoutineFunction } from "./routine-functions.ts";
import { addSharedSteps, type SharedStep } from "./shared-steps.ts";

/** Steps of less time, in nanoseconds, stay on one thread: where the others are awake, and where they sleep. */
export interface SharingThresholds {
  readonly awake: number;
  readonly asleep: number;
}

/** The imports of a program's code. */
export interface Linkage {
  readonly memory: MemoryImport;
  readonly providers: Providers;
  readonly leastShared: SharingThresholds;
  routineOf(name: string): RoutineLowering;
  /** The type of a library function. */
  libraryReference(name: LibraryName): FunctionReference;
}

/** The name under which program modules import from the library. */
export const libraryModule = "library";

export function libraryFunctionsOf(program: Program, { routineOf, providers }: Linkage): LibraryName[] {
  const names = allSteps(program.steps).flatMap((step) =>
    step.kind === "routine" ? routineOf(step.primitive.name).functions(step, providers) : [],
  );
  return [...new Set(names)];
}

/** The most working memory that any of the program's routines asks for. */
export function workspaceBytesOf(program: Program, { routineOf, providers }: Linkage): WorkspaceBytes {
  let [shared, own] = [0, 0];
  for (const step of allSteps(program.steps)) {
    if (step.kind !== "routine") continue;
    const routine = routineOf(step.primitive.name);
    shared = Math.max(shared, routine.sharedBytes?.(step, providers) ?? 0);
    own = Math.max(own, routine.workspaceBytes?.(step) ?? 0);
  }
  return { shared: alignUp(shared), own: alignUp(own) };
}

/** The name under which program modules import the function that hears of steps done, by their index in `allSteps`. */
export const markName = "mark";

export interface ModuleOptions {
  readonly layout: ProgramLayout;
  readonly linkage: Linkage;
  readonly code: CodeOptions;
  /** Whether the module tells of each step done. */
  readonly marksSteps: boolean;
  /** How the program shares steps with other threads; null where it shares none. */
  readonly sharing: SharingOptions | null;
}

export interface EncodedProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether there are steps that other threads can help with. */
  readonly sharesSteps: boolean;
}

/** The module of a program. Its function `run` carries out all steps in order. */
export function encodeProgram(program: Program, options: ModuleOptions): EncodedProgram {
  const { layout, linkage, sharing } = options;
  const module = new ModuleBuilder(linkage.memory);
  const imported = new Map<LibraryName, FunctionReference>();
  for (const name of libraryFunctionsOf(program, linkage)) {
    const { parameters, results, name: exportName } = linkage.libraryReference(name);
    imported.set(name, module.importFunction(libraryModule, exportName, { parameters, results }));
  }
  const mark = options.marksSteps ? module.importFunction("env", markName, { parameters: ["i32"] }) : null;
  const shares = sharing && { sharing, check: importCheck(module) };
  const steps = allSteps(program.steps);
  const kernels = addKernels(module, steps, layout, options.code);
  const routines = addRoutines(module, steps, { layout, linkage, imported });
  const shared = shares
    ? addSharedSteps(module, program, { kernels, routines, linkage, ...shares })
    : new Map<Step, SharedStep>();
  const f = module.function("run");
  const positions = new Map(steps.map((step, index) => [step, index]));
  const noteDone = (step: Step): void => {
    const position = positions.get(step);
    if (mark && position !== undefined) f.invoke(mark, i32.constant(position));
  };
  emitSteps(program.steps, { f, kernels, routines, layout, shared, noteDone });
  return { bytes: module.encode(), sharesSteps: shared.size > 0 };
}

interface RunContext {
  readonly f: FunctionBuilder;
  readonly kernels: ReadonlyMap<Step, KernelFunction>;
  readonly routines: ReadonlyMap<Step, RoutineFunction>;
  readonly layout: ProgramLayout;
  readonly shared: ReadonlyMap<Step, SharedStep>;
  readonly noteDone: (step: Step) => void;
}

function emitSteps(steps: readonly Step[], context: RunContext): void {
  for (const step of steps) {
    const routine = context.routines.get(step);
    routine?.prepare(context.f);
    emitStep(step, context);
    routine?.finish(context.f);
    if (innerSteps(step).length === 0) context.noteDone(step);
  }
}

function emitStep(step: Step, context: RunContext): void {
  const { f, layout } = context;
  const shared = context.shared.get(step);
  if (shared) {
    f.invoke(shared.share, ...shared.arguments);
    return;
  }
  switch (step.kind) {
    case "kernel": {
      const kernel = context.kernels.get(step);
      if (kernel && kernel.units > 0) kernel.invoke(f, i32.constant(0), i32.constant(kernel.units));
      break;
    }
    case "routine": {
      const routine = context.routines.get(step);
      routine?.invoke(f, i32.constant(0), i32.constant(routine.pieces), i32.constant(0));
      break;
    }
    case "copy": {
      const { dtype, length } = layout.buffers[step.from];
      const bytes = i32.constant(length * bytesPerElement(dtype));
      f.run(memory.copy(bufferAddress(layout, step.to), bufferAddress(layout, step.from), bytes));
      break;
    }
    case "loop":
      emitLoop(step, context);
      break;
    case "branch":
      f.if(
        firstElement(layout, step.predicate),
        () => emitSteps(step.whenTrue, context),
        () => emitSteps(step.whenFalse, context),
      );
  }
}

function emitLoop({ count, test, windows, steps }: Loop, context: RunContext): void {
  const { f, layout } = context;
  if (count === 0) return;
  for (const window of windows) startWindow(f, layout, window);
  const body = (): void => {
    emitSteps(steps, context);
    for (const window of windows) moveWindow(f, layout, window);
  };
  if (count !== null) {
    const iteration = f.let(i32.constant(0));
    f.loopWhileBelow(iteration, i32.constant(count), 1, body);
    return;
  }
  f.block((end) => {
    f.loop((again) => {
      emitSteps(test?.steps ?? [], context);
      if (test) f.branchIf(end, i32.eqz(firstElement(layout, test.buffer)));
      body();
      f.branch(again);
    });
  });
}

/** The first element of a bool buffer. */
function firstElement(layout: ProgramLayout, buffer: number): I32 {
  return i32.load8_u(bufferAddress(layout, buffer));
}
