/** Programs as text, for people who follow a model all the way down. */
import type { Instruction, Kernel, Program, Routine, Stage, View } from "./program.ts";

/** The buffers and the steps of a program, a line each; kernels with their stages. */
export function printProgram({ buffers, steps, outputs, scratchBytes }: Program): string {
  const lines = buffers.map(({ dtype, length, role }, index) => {
    const place =
      role.kind === "scratch" ? `scratch at byte ${role.byteOffset}` : `${role.kind} ${role.slot}`;
    return `b${index}: ${dtype}[${length}], ${place}`;
  });
  lines.push(`scratch space: ${scratchBytes} bytes`);
  for (const step of steps) {
    if (step.kind === "copy") lines.push(`copy b${step.to} ← b${step.from}`);
    else lines.push(...(step.kind === "kernel" ? kernelLines(step) : [routineLine(step)]));
  }
  lines.push(`results: ${outputs.map(({ buffer }) => `b${buffer}`).join(", ")}`);
  return lines.join("\n");
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
