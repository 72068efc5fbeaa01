/** Programs of functions and tensors, for tests that say what they are to look like. */
import { programFor } from "../../evaluate.ts";
import { programsOf } from "../../jit.ts";
import type { Tensor } from "../../tensor.ts";
import type { Kernel, Program, Step } from "../program.ts";

/** The one program that a function made by `jit` has been compiled to. */
export function onlyProgramOf(compiled: object): Program {
  const programs = [...programsOf(compiled).values()];
  if (programs.length !== 1) throw new Error(`the function has ${programs.length} programs, not one`);
  return programs[0];
}

export function programOf(x: Tensor): Program {
  return programFor(x.node);
}

/** Each step as what it is and the names of its operations. */
export function stepsOf({ steps }: Program): string[] {
  return steps.map((step) =>
    step.kind === "kernel" || step.kind === "routine" ? `${step.kind} ${step.name}` : step.kind,
  );
}

export function kernelsOf({ steps }: Program): Kernel[] {
  return steps.filter((step: Step): step is Kernel => step.kind === "kernel");
}

/** How many of the program's steps write to the memory of a Variable. */
export function writesInPlace(program: Program): number {
  const written = kernelsOf(program).flatMap(({ stages }) =>
    stages.flatMap(({ stores }) => stores.map(({ view }) => program.buffers[view.buffer].role.kind)),
  );
  return written.filter((kind) => kind === "cell").length;
}
