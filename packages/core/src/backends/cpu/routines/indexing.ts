import type { Routine } from "../../../compiler/program.ts";
import { bytesPerElement, isFloat } from "../../../dtype.ts";
import { sizeOf } from "../../../shape.ts";
import type { Expression, I32, ValueType } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { i32, memory } from "../assembler/instructions.ts";
import { advance, countTo, elementAddress } from "./count.ts";
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
          if (isNaN) withScalar(output.dtype, (scalar) => fillWith(f, scalar, target, width, Number.NaN));
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
    f.run(memory.copy(address(output), address(inputs[0]), i32.constant(totalBytes)));
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

function fillWith<T extends ValueType>(
  f: FunctionBuilder,
  scalar: Scalar<T>,
  target: I32,
  width: number,
  value: number,
): void {
  const at = f.let(target);
  countTo(f, width, () => {
    f.run(scalar.store(at, scalar.constant(value)));
    advance(f, at, scalar.bytes);
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
