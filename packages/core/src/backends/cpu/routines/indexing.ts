import type { Operand, Routine } from "../../../compiler/program.ts";
import { bytesPerElement, isFloat } from "../../../dtype.ts";
import { contiguousStrides, sizeOf } from "../../../shape.ts";
import type { Expression, I32, ValueType } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { i32, memory, v128 } from "../assembler/instructions.ts";
import { advance, countTo, elementAddress } from "./count.ts";
import { forEachIndex } from "./loop.ts";
import type { RoutineContext, RoutineLowering } from "./routine.ts";
import { copyRun } from "./runs.ts";
import { type Scalar, withScalar } from "./scalar.ts";

export const gather: RoutineLowering = {
  functions: () => [],
  emit(routine, context) {
    const { f, address } = context;
    const { inputs, attributes, output } = routine;
    if (sizeOf(output.shape) === 0) return;
    const width = output.shape[2];
    const bytes = width * bytesPerElement(output.dtype);
    const target = f.let(address(output));
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
  emit(routine, context) {
    const { f, address } = context;
    const { inputs, attributes, output } = routine;
    const totalBytes = sizeOf(output.shape) * bytesPerElement(output.dtype);
    if (totalBytes === 0) return;
    copyOperand(f, inputs[0], address(inputs[0]), address(output));
    if (sizeOf(inputs[2].shape) === 0) return;
    const width = output.shape[2];
    const bytes = width * bytesPerElement(output.dtype);
    const update = f.let(address(inputs[2]));
    forEachRow(routine, context, address(output), (target, isInside) => {
      f.if(isInside, () => {
        if (attributes.mode === "set") copyRun(f, target, update, bytes);
        else
          withScalar(output.dtype, (scalar) => combineRow(f, scalar, attributes.mode, target, update, width));
      });
      advance(f, update, bytes);
    });
  },
};

/** Visits each index in order, with the address of the row that it names and whether there is one. */
function forEachRow(
  { inputs: [table, indices] }: Routine,
  { f, address }: RoutineContext,
  tableAddress: I32,
  body: (row: I32, isInside: I32) => void,
): void {
  const [batch, length, width] = table.shape;
  const [batches, count] = indices.shape;
  const bytes = width * bytesPerElement(table.dtype);
  const start = f.let(tableAddress);
  const position = f.let(address(indices));
  const index = f.local("i32");
  const size = i32.constant(length);
  countTo(f, batch, () => {
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

/** Lays an operand of any strides out contiguously. */
function copyOperand(f: FunctionBuilder, operand: Operand, source: I32, target: I32): void {
  const { shape, strides, dtype } = operand;
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
