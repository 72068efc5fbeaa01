import type { Routine } from "../../../compiler/program.ts";
import { bytesPerElement } from "../../../dtype.ts";
import { sizeOf } from "../../../shape.ts";
import type { Expression, I32, ValueType } from "../assembler/expression.ts";
import { i32, memory } from "../assembler/instructions.ts";
import { advance, countTo } from "./count.ts";
import type { RoutineContext, RoutineLowering } from "./routine.ts";
import { type Scalar, withScalar } from "./scalar.ts";

export const cumulate: RoutineLowering = {
  functions: () => [],
  emit(routine, context) {
    const { accumulation } = routine.attributes;
    withScalar(routine.output.dtype, (scalar) => {
      emitSteps(routine, context, scalar, ([x], before) => {
        const value = scalar.load(x);
        if (accumulation === "sum") return scalar.add(before, value);
        return accumulation === "maximum" ? scalar.maximum(before, value) : scalar.minimum(before, value);
      });
    });
  },
};

export const linearRecurrence: RoutineLowering = {
  functions: () => [],
  emit(routine, context) {
    withScalar(routine.output.dtype, (scalar) => {
      emitSteps(routine, context, scalar, ([a, b], before) =>
        scalar.add(scalar.mul(scalar.load(a), before), scalar.load(b)),
      );
    });
  },
};

/**
 * The elements of [B, N, I] in memory order: the first I of each table are the last input's own, each later one is
 * made of the one I places before.
 */
function emitSteps<T extends ValueType>(
  { inputs, output }: Routine,
  { f, address }: RoutineContext,
  scalar: Scalar<T>,
  combine: (inputs: readonly I32[], before: Expression<T>) => Expression<T>,
): void {
  if (sizeOf(output.shape) === 0) return;
  const [batch, length, width] = output.shape;
  const rowBytes = width * bytesPerElement(output.dtype);
  const sources = inputs.map((input) => f.let(address(input)));
  const last = sources[sources.length - 1];
  const target = f.let(address(output));
  countTo(f, batch, () => {
    f.run(memory.copy(target, last, i32.constant(rowBytes)));
    for (const local of [...sources, target]) advance(f, local, rowBytes);
    countTo(f, (length - 1) * width, () => {
      const before = scalar.load(i32.sub(target, i32.constant(rowBytes)));
      f.run(scalar.store(target, combine(sources, before)));
      for (const local of [...sources, target]) advance(f, local, scalar.bytes);
    });
  });
}
