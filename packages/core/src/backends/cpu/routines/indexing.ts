import type { Operand, Routine } from "../../../compiler/program.ts";
import { bytesPerElement, isFloat } from "../../../dtype.ts";
import { contiguousStrides, sizeOf } from "../../../shape.ts";
import type { Expression, I32, ValueType } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { i32, memory, v128 } from "../assembler/instructions.ts";
import { advance, countTo, elementAddress } from "./count.ts";
import { forEachIndex } from "./loop.ts";
import type { RoutineContext, RoutineLowering } from "./routine.ts";
import { addRun, copyRun } from "./runs.ts";
import { type Scalar, withScalar } from "./scalar.ts";

/** Moving fewer elements takes less time than it takes to share the work with other threads. */
const leastSharedElements = 2 ** 15;

/** A table may be a piece of its own where there are several, and much to do. */
function tablesOf({ inputs: [table, indices], output }: Routine): number {
  const [batch, , width] = table.shape;
  return sizeOf(output.shape) + batch * indices.shape[1] * width < leastSharedElements ? 1 : batch;
}

/** The tables that a range of pieces stands for. */
function tablesFrom(routine: Routine, { begin, end }: RoutineContext): { begin: I32; end: I32 } {
  if (tablesOf(routine) > 1) return { begin, end };
  return { begin: i32.constant(0), end: i32.constant(routine.inputs[0].shape[0]) };
}

export const gather: RoutineLowering = {
  functions: () => [],
  pieces: tablesOf,
  emit(routine, context) {
    const { f, address } = context;
    const { inputs, attributes, output } = routine;
    if (sizeOf(output.shape) === 0) return;
    const [, count, width] = output.shape;
    const bytes = width * bytesPerElement(output.dtype);
    const { begin } = tablesFrom(routine, context);
    const target = f.let(elementAddress(address(output), begin, count * bytes));
    const isNaN = attributes.missing === "nan" && isFloat(output.dtype);
    forEachRow(routine, context, address(inputs[0]), (source, isInside) => {
      f.if(
        isInside,
        () => copyRun(f, target, source, bytes),
        () => {
          if (isNaN)
            withScalar(output.dtype, (scalar) =>
              fillWith(f, scalar, target, width, scalar.constant(Number.NaN)),
            );
          else f.run(memory.fill(target, i32.constant(0), i32.constant(bytes)));
        },
      );
      advance(f, target, bytes);
    });
  },
};

export const scatter: RoutineLowering = {
  functions: () => [],
  pieces: tablesOf,
  emit(routine, context) {
    const { f, address } = context;
    const { inputs, attributes, output } = routine;
    if (sizeOf(output.shape) === 0) return;
    const { dtype } = output;
    const [, length, width] = output.shape;
    const bytes = width * bytesPerElement(dtype);
    const { begin, end } = tablesFrom(routine, context);
    const step = inputs[0].strides[0] * bytesPerElement(dtype);
    const source = f.let(elementAddress(address(inputs[0]), begin, step));
    const copy = f.let(elementAddress(address(output), begin, length * bytes));
    countTo(f, i32.sub(end, begin), () => {
      copyTable(f, inputs[0], source, copy);
      advance(f, source, step);
      advance(f, copy, length * bytes);
    });
    if (sizeOf(inputs[2].shape) === 0) return;
    const update = f.let(elementAddress(address(inputs[2]), begin, inputs[2].shape[1] * bytes));
    forEachRow(routine, context, address(output), (target, isInside) => {
      f.if(isInside, () => {
        if (attributes.mode === "set") copyRun(f, target, update, bytes);
        else if (attributes.mode === "add" && (dtype === "float32" || dtype === "float64")) {
          addRun(f, dtype, target, update, width);
        } else withScalar(dtype, (scalar) => combineRow(f, scalar, attributes.mode, target, update, width));
      });
      advance(f, update, bytes);
    });
  },
};

/** Visits each index in order, with the address of the row that it names and whether there is one. */
function forEachRow(
  routine: Routine,
  context: RoutineContext,
  tableAddress: I32,
  body: (row: I32, isInside: I32) => void,
): void {
  const { f, address } = context;
  const [table, indices] = routine.inputs;
  const [, length, width] = table.shape;
  const [batches, count] = indices.shape;
  const bytes = width * bytesPerElement(table.dtype);
  const { begin, end } = tablesFrom(routine, context);
  const start = f.let(elementAddress(tableAddress, begin, length * bytes));
  const position = f.let(elementAddress(address(indices), begin, count * 4));
  const index = f.local("i32");
  const size = i32.constant(length);
  countTo(f, i32.sub(end, begin), () => {
    if (batches === 1) f.set(position, address(indices));
    countTo(f, count, () => {
      f.set(index, i32.load(position));
      f.if(i32.lt_s(index, i32.constant(0)), () => f.set(index, i32.add(index, size)));
      body(f.let(elementAddress(start, index, bytes)), i32.lt_u(index, size));
      advance(f, position, 4);
    });
    advance(f, start, length * bytes);
  });
}

/** Lays one table of an operand of any strides out contiguously. */
function copyTable(f: FunctionBuilder, operand: Operand, source: I32, target: I32): void {
  const { dtype } = operand;
  const [shape, strides] = [operand.shape.slice(1), operand.strides.slice(1)];
  const bytes = bytesPerElement(dtype);
  const contiguous = contiguousStrides(shape);
  const isAs = (expected: readonly number[], axis: number): boolean =>
    shape.every((size, each) => each < axis || size === 1 || strides[each] === expected[each]);
  const none = shape.map(() => 0);
  let outer = shape.length;
  while (outer > 0 && (isAs(contiguous, outer - 1) || isAs(none, outer - 1))) outer--;
  const length = sizeOf(shape.slice(outer));
  const steps = contiguous.slice(0, outer).map((step, axis) => [strides[axis] * bytes, step * bytes]);
  forEachIndex(f, shape.slice(0, outer), [source, target], steps, ([from, to]) => {
    if (isAs(contiguous, outer)) copyRun(f, to, from, length * bytes);
    else withScalar(dtype, (scalar) => fillWith(f, scalar, to, length, scalar.load(from)));
  });
}

function fillWith<T extends ValueType>(
  f: FunctionBuilder,
  scalar: Scalar<T>,
  target: I32,
  length: number,
  value: Expression<T>,
): void {
  const [one, at] = [f.let(value), f.let(target)];
  const perVector = 16 / scalar.bytes;
  const rest = length % perVector;
  const fill = (count: number): void =>
    countTo(f, count, () => {
      f.run(scalar.store(at, one));
      advance(f, at, scalar.bytes);
    });
  fill(Math.min(length, perVector + rest));
  if (length < 2 * perVector) return;
  // The last elements stored are a vector of them.
  const vector = f.let(v128.load(i32.sub(at, i32.constant(16))));
  countTo(f, Math.floor(length / perVector) - 1, () => {
    f.run(v128.store(at, vector));
    advance(f, at, 16);
  });
}

function combineRow<T extends ValueType>(
  f: FunctionBuilder,
  scalar: Scalar<T>,
  mode: unknown,
  target: I32,
  update: I32,
  width: number,
): void {
  const combine = (old: Expression<T>, value: Expression<T>): Expression<T> => {
    if (mode === "add") return scalar.add(old, value);
    return mode === "maximum" ? scalar.maximum(old, value) : scalar.minimum(old, value);
  };
  const [to, from] = [f.let(target), f.let(update)];
  countTo(f, width, () => {
    f.run(scalar.store(to, combine(scalar.load(to), scalar.load(from))));
    advance(f, to, scalar.bytes);
    advance(f, from, scalar.bytes);
  });
}
