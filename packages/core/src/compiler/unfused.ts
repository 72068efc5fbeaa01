/** The plain lowering, for backends that do not fuse: each operation is a step, and each value a buffer. */
import { contiguousStrides, sizeOf } from "../shape.ts";
import type { FlatGraph } from "./flat-graph.ts";
import { planMemory } from "./memory-plan.ts";
import type { Operand, Program, ProgramBuffer, Step } from "./program.ts";

export function lowerUnfused({ operations, outputs, updates, scalarCount }: FlatGraph): Program {
  const plan = planMemory(
    operations.map(({ dtype, shape }) => ({
      dtype,
      length: sizeOf(shape),
      first: 0,
      last: operations.length,
    })),
  );
  const buffers = operations.map(({ kind, dtype, shape, ...rest }, position): ProgramBuffer => {
    const length = sizeOf(shape);
    if (kind === "apply" || kind === "scalar" || !("slot" in rest)) {
      return { dtype, length, role: { kind: "scratch", byteOffset: plan.offsets[position] } };
    }
    return { dtype, length, role: { kind, slot: rest.slot } };
  });
  const operand = (position: number): Operand => {
    const { shape, dtype } = operations[position];
    return { buffer: position, offset: 0, strides: contiguousStrides(shape), shape, dtype };
  };
  const steps: Step[] = [];
  operations.forEach((operation, position) => {
    if (operation.kind === "apply") {
      const { primitive, attributes, inputs } = operation;
      const { name } = primitive;
      const output = operand(position);
      steps.push({ kind: "routine", name, primitive, attributes, inputs: inputs.map(operand), output });
    }
  });
  // Every new value is in a buffer of its own before the first Variable is overwritten.
  const cellBuffers = new Map<number, number>();
  operations.forEach((operation, position) => {
    if (operation.kind === "cell") cellBuffers.set(operation.slot, position);
  });
  const staged = updates.map(({ cell, value }) => {
    const { dtype, shape } = operations[value];
    const length = sizeOf(shape);
    const from = buffers.push({ dtype, length, role: { kind: "scratch", byteOffset: 0 } }) - 1;
    const to =
      cellBuffers.get(cell) ?? buffers.push({ dtype, length, role: { kind: "cell", slot: cell } }) - 1;
    steps.push({ kind: "copy", from: value, to: from });
    return { from, to };
  });
  for (const { from, to } of staged) steps.push({ kind: "copy", from, to });
  return {
    buffers,
    steps,
    outputs: outputs.map((buffer) => {
      const { shape, dtype } = operations[buffer];
      return { buffer, type: { shape, dtype } };
    }),
    scalarCount,
    scratchBytes: plan.bytes,
  };
}
