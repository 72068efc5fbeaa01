import type { Program, Step } from "../../compiler/program.ts";
import { bytesPerElement } from "../../dtype.ts";
import { sizeOf } from "../../shape.ts";
import type { RoutineLowering } from "./routines/routine.ts";

/** The least work of a step, whoever carries it out. */
export interface StepCost {
  /** Additions and multiplications; 0 where the step does not count them. */
  readonly operations: number;
  /** Of the elements that it reads and writes, each counted once. */
  readonly bytes: number;
}

export function costOf(step: Step, program: Program, routineOf: (name: string) => RoutineLowering): StepCost {
  const { buffers } = program;
  switch (step.kind) {
    case "loop":
    case "branch":
      // What they run counts for itself.
      return { operations: 0, bytes: 0 };
    case "copy": {
      const { dtype, length } = buffers[step.from];
      return { operations: 0, bytes: 2 * length * bytesPerElement(dtype) };
    }
    case "routine": {
      const sizes = [...step.inputs, step.output].map(
        ({ dtype, shape, strides }) => elementsSeen(shape, strides) * bytesPerElement(dtype),
      );
      const operations = routineOf(step.primitive.name).operations?.(step) ?? 0;
      return { operations, bytes: sum(sizes) };
    }
    case "kernel": {
      const extents = [...step.outer, ...step.inner];
      const sizes = new Map<string, number>();
      const see = (access: string, view: { buffer: number; offset: number; strides: readonly number[] }) => {
        const bytes = elementsSeen(extents, view.strides) * bytesPerElement(buffers[view.buffer].dtype);
        sizes.set(`${access}:${view.buffer}:${view.offset}:${view.strides.join()}`, bytes);
      };
      for (const { instructions, stores } of step.stages) {
        for (const instruction of instructions) {
          if (instruction.kind === "load") see("load", instruction.view);
        }
        for (const { view } of stores) see("store", view);
      }
      return { operations: 0, bytes: sum([...sizes.values()]) };
    }
  }
}

/** How many different elements a view shows. */
function elementsSeen(extents: readonly number[], strides: readonly number[]): number {
  return sizeOf(extents.map((extent, dimension) => (strides[dimension] === 0 ? 1 : extent)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
