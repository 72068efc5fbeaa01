/** An oracle for tests of generated code: programs carried out one element at a time, with nothing clever. */
import type {
  Instruction,
  Kernel,
  Program,
  ProgramBuffer,
  Routine,
  Stage,
  Step,
  View,
} from "../../../compiler/program.ts";
import {
  allocateArray,
  type DType,
  isFloat,
  isHalf,
  roundTo,
  type TypedArray,
  viewArray,
} from "../../../dtype.ts";
import type { Accumulation } from "../../../primitives/primitive.ts";
import { identityOf } from "../../../primitives/reduction.ts";
import { convert } from "../../../primitives/selection.ts";
import { type Shape, sizeOf } from "../../../shape.ts";

/** The operands of a program on the JavaScript heap. Cells are overwritten. */
export interface HeapBindings {
  readonly inputs: readonly TypedArray[];
  readonly cells: readonly TypedArray[];
  readonly scalars: readonly number[];
  readonly constants: readonly TypedArray[];
}

/** Runs the program and returns its outputs. Float values are rounded to their dtype after each operation. */
export function interpretProgram(program: Program, bindings: HeapBindings): TypedArray[] {
  const scratch = new ArrayBuffer(program.scratchBytes);
  const buffers = program.buffers.map((buffer) => contentOf(buffer, bindings, scratch));
  const run = (steps: readonly Step[]): void => {
    for (const step of steps) interpretStep(step, program, buffers, bindings.scalars, run);
  };
  run(program.steps);
  return program.outputs.map(({ buffer, type }) => buffers[buffer].slice(0, sizeOf(type.shape)));
}

function interpretStep(
  step: Step,
  program: Program,
  buffers: TypedArray[],
  scalars: readonly number[],
  run: (steps: readonly Step[]) => void,
): void {
  switch (step.kind) {
    case "kernel":
      interpretKernel(step, buffers, scalars);
      break;
    case "copy":
      buffers[step.to].set(buffers[step.from]);
      break;
    case "routine":
      interpretRoutine(step, buffers);
      break;
    case "branch":
      run(buffers[step.predicate][0] !== 0 ? step.whenTrue : step.whenFalse);
      break;
    case "loop":
      for (let iteration = 0; step.count === null || iteration < step.count; iteration++) {
        for (const window of step.windows) {
          const { role, length } = program.buffers[window];
          if (role.kind !== "window") continue;
          const first = role.first + iteration * role.stride;
          buffers[window] = buffers[role.of].subarray(first, first + length);
        }
        run(step.test?.steps ?? []);
        if (step.test && buffers[step.test.buffer][0] === 0) break;
        run(step.steps);
      }
  }
}

function contentOf(
  { role, dtype, length }: ProgramBuffer,
  bindings: HeapBindings,
  scratch: ArrayBuffer,
): TypedArray {
  switch (role.kind) {
    case "input":
      return bindings.inputs[role.slot];
    case "cell":
      return bindings.cells[role.slot];
    case "constant":
      return bindings.constants[role.slot];
    case "scratch":
      return isHalf(dtype)
        ? allocateArray(dtype, length)
        : viewArray(dtype, scratch, role.byteOffset, length);
    case "window":
      // It is set where its loop begins.
      return allocateArray(dtype, 0);
  }
}

function* indicesOf(shape: Shape): Generator<number[]> {
  const size = sizeOf(shape);
  for (let position = 0; position < size; position++) {
    const index: number[] = [];
    let rest = position;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index.unshift(rest % shape[axis]);
      rest = Math.floor(rest / shape[axis]);
    }
    yield index;
  }
}

function positionIn({ offset, strides }: Pick<View, "offset" | "strides">, index: readonly number[]): number {
  return index.reduce((sum, at, axis) => sum + at * strides[axis], offset);
}

function interpretKernel(kernel: Kernel, buffers: readonly TypedArray[], scalars: readonly number[]): void {
  const noInner = kernel.inner.map(() => 0);
  for (const row of indicesOf(kernel.outer)) {
    const registers: number[] = [];
    for (const stage of kernel.stages) {
      const visit = (index: readonly number[]): number[] => {
        const values = evaluateStage(stage, index, buffers, scalars, registers);
        for (const { value, view } of stage.stores) {
          buffers[view.buffer][positionIn(view, index)] = values[value];
        }
        return values;
      };
      if (stage.scope === "row") {
        const values = visit([...row, ...noInner]);
        for (const { value, register } of stage.registers) registers[register] = values[value];
        continue;
      }
      const sums = stage.reductions.map(({ value, accumulation }) =>
        identityOf(accumulation, stage.instructions[value].dtype),
      );
      for (const inner of indicesOf(kernel.inner)) {
        const values = visit([...row, ...inner]);
        stage.reductions.forEach(({ value, accumulation }, position) => {
          sums[position] = combine(accumulation, sums[position], values[value]);
          const { dtype } = stage.instructions[value];
          // Float sums are left in float64.
          if (!isFloat(dtype)) sums[position] = roundTo(dtype, sums[position]);
        });
      }
      stage.reductions.forEach(({ register, value }, position) => {
        registers[register] = roundTo(stage.instructions[value].dtype, sums[position]);
      });
    }
  }
}

function evaluateStage(
  stage: Stage,
  index: readonly number[],
  buffers: readonly TypedArray[],
  scalars: readonly number[],
  registers: readonly number[],
): number[] {
  const values: number[] = [];
  for (const step of stage.instructions) {
    switch (step.kind) {
      case "load":
        values.push(buffers[step.view.buffer][positionIn(step.view, index)]);
        break;
      case "literal":
        values.push(roundTo(step.dtype, step.value));
        break;
      case "scalar":
        values.push(roundTo(step.dtype, scalars[step.slot]));
        break;
      case "affine":
        values.push(roundTo(step.dtype, positionIn({ offset: step.start, strides: step.steps }, index)));
        break;
      case "register":
        values.push(registers[step.register]);
        break;
      case "apply": {
        const operands = step.operands.map((operand) => values[operand]);
        const from = stage.instructions[step.operands[0]].dtype;
        values.push(applyScalar(step, operands, from));
        break;
      }
    }
  }
  return values;
}

function applyScalar(
  { primitive, attributes, dtype: to }: Extract<Instruction, { kind: "apply" }>,
  operands: number[],
  from: DType,
): number {
  if (primitive.name === "cast") return convert(operands[0], from, to);
  // Extrema are functions of any number of arguments: a repeated one changes nothing.
  const [a, b = a, c = a] = operands;
  const { integerScalar } = primitive;
  const isInteger = !isFloat(from) && integerScalar;
  return roundTo(to, isInteger ? integerScalar(a, b, c) : primitive.scalar(a, b, c, attributes));
}

function combine(accumulation: Accumulation, left: number, right: number): number {
  switch (accumulation) {
    case "sum":
      return left + right;
    case "product":
      return left * right;
    case "maximum":
      return Math.max(left, right);
    case "minimum":
      return Math.min(left, right);
  }
}

function interpretRoutine(step: Routine, buffers: readonly TypedArray[]): void {
  const { primitive, inputs, output, attributes } = step;
  if (primitive.kind !== "routine") throw new Error(`${primitive.name} is no routine`);
  const operands = inputs.map((operand) => {
    const { shape, dtype } = operand;
    const values = allocateArray(isFloat(dtype) ? "float64" : dtype, sizeOf(shape));
    let position = 0;
    for (const index of indicesOf(shape))
      values[position++] = buffers[operand.buffer][positionIn(operand, index)];
    return { shape, dtype, values };
  });
  const { shape, dtype } = output;
  const values = allocateArray(isFloat(dtype) ? "float64" : dtype, sizeOf(shape));
  primitive.evaluate(operands, attributes, { shape, dtype, values });
  buffers[output.buffer].set(values, output.offset);
}
