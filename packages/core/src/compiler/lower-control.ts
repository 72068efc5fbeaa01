/** Lowers a control operation: the programs of its regions, put into steps that repeat or choose. */
import { type LoopAttributes, loopAttributes } from "../primitives/control.ts";
import type { Shape } from "../shape.ts";
import { sizeOf } from "../shape.ts";
import { embed } from "./embed.ts";
import type { Application, Operation } from "./flat-graph.ts";
import type { Branch, Loop, Program, ProgramBuffer, Step } from "./program.ts";

/** An input of the operation: contiguous in its buffer, from an offset on. */
export interface ControlInput {
  readonly buffer: number;
  readonly offset: number;
  /** The distance, in elements, between neighbours along the first axis. */
  readonly stride: number;
  readonly type: Operation;
}

/** The parts of a program's lowering that it lends. */
export interface ControlContext {
  /** The programs of the regions. */
  readonly programs: readonly Program[];
  readonly inputs: readonly ControlInput[];
  /** The buffer of each result; made up where nothing picks it. */
  resultBuffer(index: number, like: Pick<ProgramBuffer, "dtype" | "length">): number;
  /** A buffer of the region's own, whose scratch offset counts from where the region's scratch space begins. */
  addBuffer(buffer: ProgramBuffer, region: number): number;
}

export function lowerControl(operation: Application, context: ControlContext): Step[] {
  const { primitive, attributes } = operation;
  if (primitive.kind !== "control") throw new TypeError(`${primitive.name}: runs no regions`);
  return primitive.flow === "branch"
    ? [lowerBranch(context)]
    : lowerLoop(loopAttributes(attributes), context);
}

function lowerLoop({ carries, windows, count, reverse }: LoopAttributes, context: ControlContext): Step[] {
  const { programs, inputs } = context;
  const [body, condition] = programs;
  const moving: number[] = [];
  const addWindow = (of: number, offset: number, stride: number, entry: Operation, shape: Shape): number => {
    const last = ((count ?? 1) - 1) * stride;
    const role = {
      kind: "window",
      of,
      first: reverse ? offset + last : offset,
      stride: reverse ? -stride : stride,
    } as const;
    const window = context.addBuffer({ dtype: entry.dtype, length: sizeOf(shape), role }, 0);
    moving.push(window);
    return window;
  };
  const cells = inputs.slice(0, carries).map(({ type }, index) => {
    return context.resultBuffer(index, { dtype: type.dtype, length: sizeOf(type.shape) });
  });
  const steps: Step[] = cells.map((to, index) => ({ kind: "copy", from: inputs[index].buffer, to }));
  const others = inputs.slice(carries).map(({ buffer, offset, stride, type }, index) => {
    return index < windows ? addWindow(buffer, offset, stride, type, type.shape.slice(1)) : buffer;
  });
  const outputs = body.outputs.map(({ type }, index) => {
    const length = sizeOf(type.shape);
    const stacked = context.resultBuffer(carries + index, {
      dtype: type.dtype,
      length: length * (count ?? 0),
    });
    const like: Operation = { kind: "input", slot: 0, ...type };
    return addWindow(stacked, 0, length, like, type.shape);
  });
  const add = (region: number) => (buffer: ProgramBuffer) => context.addBuffer(buffer, region);
  const loop: Loop = {
    kind: "loop",
    count,
    test: null,
    windows: moving,
    steps: embed(body, { cells, inputs: others, outputs, add: add(0) }),
  };
  if (condition === undefined) return [...steps, loop];
  const buffer = context.addBuffer(
    { dtype: "bool", length: 1, role: { kind: "scratch", byteOffset: 0 } },
    -1,
  );
  const test = embed(condition, { cells, inputs: others, outputs: [buffer], add: add(1) });
  return [...steps, { ...loop, test: { steps: test, buffer } }];
}

function lowerBranch({ programs, inputs, resultBuffer, addBuffer }: ControlContext): Branch {
  const [whenTrue, whenFalse] = programs.map((program, region) => {
    const outputs = program.outputs.map(({ type }, index) => {
      return resultBuffer(index, { dtype: type.dtype, length: sizeOf(type.shape) });
    });
    const others = inputs.slice(1).map(({ buffer }) => buffer);
    return embed(program, {
      cells: [],
      inputs: others,
      outputs,
      add: (buffer) => addBuffer(buffer, region),
    });
  });
  return { kind: "branch", predicate: inputs[0].buffer, whenTrue, whenFalse };
}
