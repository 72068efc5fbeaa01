import type { Program, Step } from "../../../compiler/program.ts";
import { bytesPerElement } from "../../../dtype.ts";
import type { FunctionBuilder, FunctionReference } from "../assembler/function.ts";
import { i32, memory } from "../assembler/instructions.ts";
import { type MemoryImport, ModuleBuilder } from "../assembler/module.ts";
import type { LibraryName } from "../routines/library.ts";
import type { RoutineLowering } from "../routines/routine.ts";
import { addKernel, type CodeOptions, type KernelFunction } from "./kernel.ts";
import { bufferAddress, type ProgramLayout, viewAddress } from "./program-layout.ts";

/** What a program's code links to. */
export interface Linkage {
  readonly memory: MemoryImport;
  routineOf(name: string): RoutineLowering;
  /** The type of a library function. */
  libraryReference(name: LibraryName): FunctionReference;
}

/** The name under which program modules import from the library. */
export const libraryModule = "library";

export function libraryFunctionsOf(program: Program, { routineOf }: Linkage): LibraryName[] {
  const names = program.steps.flatMap((step) =>
    step.kind === "routine" ? routineOf(step.primitive.name).functions(step) : [],
  );
  return [...new Set(names)];
}

/** The most working memory that any of the program's routines asks for. */
export function workspaceBytesOf(program: Program, { routineOf }: Linkage): number {
  const bytes = program.steps.map((step) =>
    step.kind === "routine" ? (routineOf(step.primitive.name).workspaceBytes?.(step) ?? 0) : 0,
  );
  return Math.max(0, ...bytes);
}

/** The module of a program. Its function `run` carries out all steps in order. */
export function encodeProgram(
  program: Program,
  layout: ProgramLayout,
  linkage: Linkage,
  options: CodeOptions,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(linkage.memory);
  const imported = new Map<LibraryName, FunctionReference>();
  for (const name of libraryFunctionsOf(program, linkage)) {
    const { parameters, results, name: exportName } = linkage.libraryReference(name);
    imported.set(name, module.importFunction(libraryModule, exportName, { parameters, results }));
  }
  const kernels = program.steps.map((step, index) =>
    step.kind === "kernel" ? addKernel(module, `kernel_${index}`, step, layout, options) : null,
  );
  const run = module.function("run");
  program.steps.forEach((step, index) => {
    emitStep(run, step, kernels[index], layout, linkage, imported);
  });
  return module.encode();
}

function emitStep(
  f: FunctionBuilder,
  step: Step,
  kernel: KernelFunction | null,
  layout: ProgramLayout,
  linkage: Linkage,
  imported: ReadonlyMap<LibraryName, FunctionReference>,
): void {
  switch (step.kind) {
    case "kernel":
      if (kernel !== null && kernel.units > 0) {
        f.invoke(kernel.f, i32.constant(0), i32.constant(kernel.units));
      }
      break;
    case "routine":
      linkage.routineOf(step.primitive.name).emit(step, {
        f,
        workspace: i32.load(i32.constant(layout.workspacePointer)),
        address: (view) => viewAddress(layout, view),
        call(name, ...values) {
          const target = imported.get(name);
          if (target === undefined) throw new Error(`${step.primitive.name}: ${name} was not asked for`);
          f.invoke(target, ...values);
        },
      });
      break;
    case "copy": {
      const { dtype, length } = layout.buffers[step.from];
      const bytes = i32.constant(length * bytesPerElement(dtype));
      f.run(memory.copy(bufferAddress(layout, step.to), bufferAddress(layout, step.from), bytes));
      break;
    }
  }
}
