/** Puts the program of a region into the program that runs it: its steps, over the other program's buffers. */
import type {
  BufferRole,
  Instruction,
  Kernel,
  Operand,
  Program,
  ProgramBuffer,
  Stage,
  Step,
} from "./program.ts";

/** The surroundings of a region's program. */
export interface Surroundings {
  /** The buffer of each carry. */
  readonly cells: readonly number[];
  /** The buffer of each other parameter. */
  readonly inputs: readonly number[];
  /** The place of each output. */
  readonly outputs: readonly number[];
  /** A new buffer for one of the region's own. */
  add(buffer: ProgramBuffer): number;
}

/** The region's steps, followed by what brings the outputs where they are to be. */
export function embed({ buffers, steps, outputs }: Program, surroundings: Surroundings): Step[] {
  const targets = new Map<number, number>();
  const copies: { from: number; to: number }[] = [];
  outputs.forEach(({ buffer }, index) => {
    const to = surroundings.outputs[index];
    // What the region computes in a buffer of its own is computed in place.
    if (buffers[buffer].role.kind === "scratch" && !targets.has(buffer)) targets.set(buffer, to);
    else copies.push({ from: buffer, to });
  });
  const names: number[] = [];
  const place = (role: BufferRole, index: number): number => {
    switch (role.kind) {
      case "input":
        return surroundings.inputs[role.slot];
      case "cell":
        return surroundings.cells[role.slot];
      case "window":
        return surroundings.add({ ...buffers[index], role: { ...role, of: names[role.of] } });
      default:
        return targets.get(index) ?? surroundings.add(buffers[index]);
    }
  };
  buffers.forEach(({ role }, index) => {
    names.push(place(role, index));
  });
  return [
    ...steps.map((step) => renameStep(step, names)),
    ...copies.map(({ from, to }): Step => ({ kind: "copy", from: names[from], to })),
  ];
}

function renameStep(step: Step, names: readonly number[]): Step {
  const rename = (steps: readonly Step[]): Step[] => steps.map((each) => renameStep(each, names));
  switch (step.kind) {
    case "copy":
      return { ...step, from: names[step.from], to: names[step.to] };
    case "routine": {
      const operand = (each: Operand): Operand => ({ ...each, buffer: names[each.buffer] });
      return { ...step, inputs: step.inputs.map(operand), output: operand(step.output) };
    }
    case "kernel":
      return renameKernel(step, names);
    case "loop":
      return {
        ...step,
        test: step.test && { steps: rename(step.test.steps), buffer: names[step.test.buffer] },
        windows: step.windows.map((window) => names[window]),
        steps: rename(step.steps),
      };
    case "branch":
      return {
        ...step,
        predicate: names[step.predicate],
        whenTrue: rename(step.whenTrue),
        whenFalse: rename(step.whenFalse),
      };
  }
}

function renameKernel(kernel: Kernel, names: readonly number[]): Kernel {
  const moved = (each: Instruction): Instruction =>
    each.kind === "load" ? { ...each, view: { ...each.view, buffer: names[each.view.buffer] } } : each;
  return {
    ...kernel,
    stages: kernel.stages.map(
      (stage): Stage => ({
        ...stage,
        instructions: stage.instructions.map(moved),
        stores: stage.stores.map(({ value, view }) => ({
          value,
          view: { ...view, buffer: names[view.buffer] },
        })),
      }),
    ),
  };
}
