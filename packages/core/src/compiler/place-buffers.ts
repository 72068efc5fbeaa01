/** The last pass: finds a place in the scratch space for every buffer that has none. */
import { type Lifetime, planMemory } from "./memory-plan.ts";
import { innerSteps, type Program, type ProgramBuffer, type Step } from "./program.ts";

/** Null: still to be placed in the scratch space. A buffer may lie within another, as those of a region do. */
export type UnplacedRole =
  | ProgramBuffer["role"]
  | { kind: "within"; block: number; byteOffset: number }
  | null;
export type UnplacedBuffer = Omit<ProgramBuffer, "role"> & { readonly role: UnplacedRole };

/** A program whose own buffers have no place yet. */
export interface UnplacedProgram extends Omit<Program, "buffers" | "scratchBytes"> {
  readonly buffers: readonly UnplacedBuffer[];
}

export function placeBuffers(program: UnplacedProgram): Program {
  const scratch = program.buffers.flatMap(({ role }, index) => (role === null ? [index] : []));
  const { offsets, bytes } = planMemory(lifetimesOf(program, scratch));
  const byteOffsets = new Map(scratch.map((index, at) => [index, offsets[at]]));
  const offsetOf = (buffer: number): number => byteOffsets.get(buffer) ?? 0;
  const buffers = program.buffers.map(({ dtype, length, role }, index): ProgramBuffer => {
    if (role === null) return { dtype, length, role: { kind: "scratch", byteOffset: offsetOf(index) } };
    if (role.kind !== "within") return { dtype, length, role };
    const byteOffset = offsetOf(role.block) + role.byteOffset;
    return { dtype, length, role: { kind: "scratch", byteOffset } };
  });
  return { ...program, buffers, scratchBytes: bytes };
}

function lifetimesOf({ buffers, steps, outputs }: UnplacedProgram, scratch: readonly number[]): Lifetime[] {
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  steps.forEach((step, index) => {
    for (const named of buffersOf(step)) {
      const buffer = holder(buffers, named);
      if (!first.has(buffer)) first.set(buffer, index);
      last.set(buffer, index);
    }
  });
  for (const { buffer } of outputs) last.set(buffer, steps.length);
  return scratch.map((index) => {
    const { dtype, length } = buffers[index];
    return { dtype, length, first: first.get(index) ?? 0, last: last.get(index) ?? 0 };
  });
}

/** The buffer whose memory it is. */
function holder(buffers: readonly UnplacedBuffer[], buffer: number): number {
  const { role } = buffers[buffer];
  if (role?.kind === "within") return role.block;
  return role?.kind === "window" ? holder(buffers, role.of) : buffer;
}

function buffersOf(step: Step): number[] {
  if (step.kind === "copy") return [step.from, step.to];
  if (step.kind === "loop" || step.kind === "branch") {
    const inner = innerSteps(step).flatMap(buffersOf);
    if (step.kind === "branch") return [step.predicate, ...inner];
    return [...step.windows, ...(step.test ? [step.test.buffer] : []), ...inner];
  }
  if (step.kind === "routine") return [...step.inputs, step.output].map(({ buffer }) => buffer);
  return step.stages.flatMap(({ instructions, stores }) => [
    ...instructions.flatMap((each) => (each.kind === "load" ? [each.view.buffer] : [])),
    ...stores.map(({ view }) => view.buffer),
  ]);
}
