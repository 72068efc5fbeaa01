/** The plain lowering, for backends that do not fuse: each operation is a step, and each value a buffer. */
import { contiguousStrides, sizeOf } from "../shape.ts";
import type { Application, FlatGraph } from "./flat-graph.ts";
import { type ControlContext, lowerControl } from "./lower-control.ts";
import { planMemory } from "./memory-plan.ts";
import type { Operand, Program, ProgramBuffer, Step } from "./program.ts";

export function lowerUnfused(
  { operations, outputs, updates, scalarCount }: FlatGraph,
  compileRegion: (region: FlatGraph) => Program,
): Program {
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
  const addBuffer = (buffer: ProgramBuffer): number => buffers.push(buffer) - 1;
  const resultsOf = new Map<number, Map<number, number>>();
  operations.forEach((operation, position) => {
    if (operation.kind !== "apply" || operation.primitive.kind !== "result") return;
    const [control] = operation.inputs;
    const results = resultsOf.get(control) ?? new Map<number, number>();
    resultsOf.set(control, results.set(operation.primitive.resultIndex(operation.attributes), position));
  });
  const contextOf = ({ inputs, regions = [] }: Application, position: number): ControlContext => ({
    programs: regions.map(compileRegion),
    inputs: inputs.map((input) => {
      const type = operations[input];
      return { buffer: input, offset: 0, stride: sizeOf(type.shape.slice(1)), type };
    }),
    resultBuffer: (index, like) =>
      resultsOf.get(position)?.get(index) ?? addBuffer({ ...like, role: { kind: "scratch", byteOffset: 0 } }),
    addBuffer,
  });
  const steps: Step[] = [];
  operations.forEach((operation, position) => {
    if (operation.kind === "apply") {
      const { primitive, attributes, inputs } = operation;
      const { name } = primitive;
      if (primitive.kind === "result") return;
      if (primitive.kind === "control") {
        steps.push(...lowerControl(operation, contextOf(operation, position)));
        return;
      }
      const output = operand(position);
      steps.push({ kind: "routine", name, primitive, attributes, inputs: inputs.map(operand), output });
    }
  });
  // Every new value is in a buffer of its own before the first Variable is overwritten.
  const cellBuffers = new Map<number, number>();
  operations.forEach((operation, position) => {
    if (operation.kind === "cell") cellBuffers.set(operation.slot, position);
  });
  const stage = (value: number): number => {
    const { dtype, length } = buffers[value];
    const staged = addBuffer({ dtype, length, role: { kind: "scratch", byteOffset: 0 } });
    steps.push({ kind: "copy", from: value, to: staged });
    return staged;
  };
  const results = outputs.map((value) => (operations[value].kind === "cell" ? stage(value) : value));
  const staged = updates.map(({ cell, value }) => {
    const { dtype, length } = buffers[value];
    const to = cellBuffers.get(cell) ?? addBuffer({ dtype, length, role: { kind: "cell", slot: cell } });
    return { from: stage(value), to };
  });
  for (const { from, to } of staged) steps.push({ kind: "copy", from, to });
  return {
    buffers,
    steps,
    outputs: outputs.map((value, index) => {
      const { shape, dtype } = operations[value];
      return { buffer: results[index], type: { shape, dtype } };
    }),
    scalarCount,
    scratchBytes: plan.bytes,
  };
}
