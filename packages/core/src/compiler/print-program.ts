/** Programs as text, for people who follow a model all the way down. */
import type { BufferRole, Instruction, Kernel, Program, Routine, Stage, Step, View } from "./program.ts";

/** The buffers and the steps of a program, a line each; kernels with their stages. */
export function printProgram({ buffers, steps, outputs, scratchBytes }: Program): string {
  const lines = buffers.map(({ dtype, length, role }, index) => {
    return `b${index}: ${dtype}[${length}], ${printRole(role)}`;
  });
  lines.push(`scratch space: ${scratchBytes} bytes`, ...steps.flatMap(stepLines));
  lines.push(`results: ${outputs.map(({ buffer }) => `b${buffer}`).join(", ")}`);
  return lines.join("\n");
}

function printRole(role: BufferRole): string {
  switch (role.kind) {
    case "scratch":
      return `scratch at byte ${role.byteOffset}`;
    case "window":
      return `window of b${role.of} from ${role.first}, then ${role.stride} further`;
    default:
      return `${role.kind} ${role.slot}`;
  }
}

function stepLines(step: Step): string[] {
  switch (step.kind) {
    case "copy":
      return [`copy b${step.to} ← b${step.from}`];
    case "kernel":
      return kernelLines(step);
    case "routine":
      return [routineLine(step)];
    case "loop": {
      const test = step.test ? [...indented(step.test.steps), `  while b${step.test.buffer}`] : [];
      const moving = step.windows.map((window) => ` b${window}`).join("");
      const head = step.count === null ? "loop" : `loop ${step.count} times`;
      return [`${head}, moving${moving || " nothing"}`, ...test, ...indented(step.steps)];
    }
    case "branch":
      return [`if b${step.predicate}`, ...indented(step.whenTrue), "else", ...indented(step.whenFalse)];
  }
}

function indented(steps: readonly Step[]): string[] {
  return steps.flatMap(stepLines).map((line) => `  ${line}`);
}

function routineLine({ name, inputs, output }: Routine): string {
  const operands = [...inputs, output].map(
    (operand) => `${printView(operand)} as [${operand.shape.join(", ")}]`,
  );
  return `routine ${name}: ${operands.slice(0, -1).join(", ")} → ${operands[operands.length - 1]}`;
}

function kernelLines({ name, outer, inner, vectorAxis, stages }: Kernel): string[] {
  const head = `kernel ${name}: for [${outer.join(", ")}] rows of [${inner.join(", ")}], vectors along ${vectorAxis}`;
  return [head, ...stages.flatMap(stageLines)];
}

function stageLines({ scope, instructions, stores, reductions, registers }: Stage): string[] {
  return [
    `  each ${scope}:`,
    ...instructions.map((instruction, index) => `    %${index} = ${printInstruction(instruction)}`),
    ...stores.map(({ value, view }) => `    ${printView(view)} ← %${value}`),
    ...reductions.map(
      ({ value, accumulation, register }) => `    r${register} ← ${accumulation} of %${value}`,
    ),
    ...registers.map(({ value, register }) => `    r${register} ← %${value}`),
  ];
}

function printInstruction(instruction: Instruction): string {
  const { dtype } = instruction;
  switch (instruction.kind) {
    case "load":
      return `load ${printView(instruction.view)} ${dtype}`;
    case "literal":
      return `${instruction.value} ${dtype}`;
    case "scalar":
      return `scalar ${instruction.slot} ${dtype}`;
    case "affine":
      return `${instruction.start} + position · [${instruction.steps.join(", ")}] ${dtype}`;
    case "apply":
      return `${instruction.primitive.name} ${instruction.operands.map((operand) => `%${operand}`).join(" ")} ${dtype}`;
    case "register":
      return `r${instruction.register} ${dtype}`;
  }
}

function printView({ buffer, offset, strides }: View): string {
  return `b${buffer}${offset === 0 ? "" : `+${offset}`}(${strides.join(", ")})`;
}
