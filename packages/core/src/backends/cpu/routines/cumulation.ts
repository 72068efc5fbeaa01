import type { Routine } from "../../../compiler/program.ts";
import { bytesPerElement } from "../../../dtype.ts";
import { sizeOf } from "../../../shape.ts";
import type { Expression, I32, ValueType } from "../assembler/expression.ts";
import { i32, memory } from "../assembler/instructions.ts";
import { advance, countTo } from "./count.ts";
import type { RoutineContext, RoutineLowering } from "./routine.ts";
import { type Arithmetic, vectorArithmetic, withScalar } from "./scalar.ts";

export const cumulate: RoutineLowering = {
  functions: () => [],
  emit(routine, context) {
    const { accumulation } = routine.attributes;
    emitSteps(routine, context, ({ load, add, maximum, minimum }, [x], before) => {
      const value = load(x);
      if (accumulation === "sum") return add(before, value);
      return accumulation === "maximum" ? maximum(before, value) : minimum(before, value);
    });
  },
};

export const linearRecurrence: RoutineLowering = {
  functions: () => [],
  emit(routine, context) {
    emitSteps(routine, context, ({ load, add, mul }, [a, b], before) => add(mul(load(a), before), load(b)));
  },
};

/** What an element is made of: the inputs at its place, and the result one step before. */
type Combine = <T extends ValueType>(
  arithmetic: Arithmetic<T>,
  inputs: readonly I32[],
  before: Expression<T>,
) => Expression<T>;

/**
 * The elements of [B, N, I] in memory order: the first I of each table are the last input's own, each later one is
 * made of the one I places before. Where that is a vector away or more, vectors of neighbours are made at once.
 */
function emitSteps({ inputs, output }: Routine, { f, address }: RoutineContext, combine: Combine): void {
  if (sizeOf(output.shape) === 0) return;
  const [batch, length, width] = output.shape;
  const rowBytes = width * bytesPerElement(output.dtype);
  const vector = vectorArithmetic(output.dtype);
  const laterBytes = (length - 1) * rowBytes;
  const vectors = vector && rowBytes >= vector.bytes ? Math.floor(laterBytes / vector.bytes) : 0;
  const sources = inputs.map((input) => f.let(address(input)));
  const last = sources[sources.length - 1];
  const target = f.let(address(output));
  const step = <T extends ValueType>(arithmetic: Arithmetic<T>): void => {
    const before = arithmetic.load(i32.sub(target, i32.constant(rowBytes)));
    f.run(arithmetic.store(target, combine(arithmetic, sources, before)));
    for (const local of [...sources, target]) advance(f, local, arithmetic.bytes);
  };
  countTo(f, batch, () => {
    f.run(memory.copy(target, last, i32.constant(rowBytes)));
    for (const local of [...sources, target]) advance(f, local, rowBytes);
    if (vector && vectors > 0) countTo(f, vectors, () => step(vector));
    withScalar(output.dtype, (scalar) => {
      const rest = (laterBytes - vectors * (vector?.bytes ?? 0)) / scalar.bytes;
      if (rest > 0) countTo(f, rest, () => step(scalar));
    });
  });
}
