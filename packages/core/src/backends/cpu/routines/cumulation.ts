import type { Routine } from "../../../compiler/program.ts";
import { bytesPerElement, type DType } from "../../../dtype.ts";
import { sizeOf } from "../../../shape.ts";
import type { Expression, I32, V128, ValueType } from "../assembler/expression.ts";
import { f32x4, f64x2, i8x16, i32, i32x4, memory } from "../assembler/instructions.ts";
import { advance, countTo } from "./count.ts";
import type { RoutineContext, RoutineLowering } from "./routine.ts";
import { type Arithmetic, vectorArithmetic, withScalar } from "./scalar.ts";
import { emitWidePrefixes, emitWideSteps, stateBytesOf } from "./wide-cumulation.ts";

/** Changes no sum. */
function zeroOf(dtype: DType): V128 {
  if (dtype === "float32") return f32x4.constant(-0);
  return dtype === "float64" ? f64x2.constant(-0) : i32x4.constant([0, 0, 0, 0]);
}

/** The running value, whose rounding in one step would go into all later ones. */
function hasWideState({ output, attributes }: Routine): boolean {
  const isExtremum = attributes.accumulation === "maximum" || attributes.accumulation === "minimum";
  return output.dtype === "float32" && !isExtremum;
}

function workspaceBytes(routine: Routine): number {
  return hasWideState(routine) ? stateBytesOf(routine) : 0;
}

export const cumulate: RoutineLowering = {
  functions: () => [],
  workspaceBytes,
  emit(routine, context) {
    const { dtype, shape } = routine.output;
    if (hasWideState(routine)) {
      if (shape[2] === 1) emitWidePrefixes(routine, context);
      else emitWideSteps(routine, context, ({ add }, [x], before) => add(before, x));
      return;
    }
    const vector = vectorArithmetic(dtype);
    const combine = combinationOf(routine.attributes.accumulation);
    if (vector && shape[2] === 1 && shape[1] * bytesPerElement(dtype) >= vector.bytes) {
      withScalar(dtype, (scalar) => emitPrefixes(routine, context, scalar, vector, combine));
    } else {
      emitSteps(routine, context, (arithmetic, [x], before) =>
        combine(arithmetic, before, arithmetic.load(x)),
      );
    }
  },
};

/** One more element, or the elements of a vector, and what came before. */
type Accumulate = <T extends ValueType>(
  arithmetic: Arithmetic<T>,
  before: Expression<T>,
  value: Expression<T>,
) => Expression<T>;

function combinationOf(accumulation: unknown): Accumulate {
  if (accumulation === "sum") return ({ add }, before, value) => add(before, value);
  if (accumulation === "maximum") return ({ maximum }, before, value) => maximum(before, value);
  return ({ minimum }, before, value) => minimum(before, value);
}

/**
 * Rows [B, N, 1], a vector at a time: its own prefixes in as many steps as the logarithm of its lanes, then what came
 * before. W. D. Hillis, G. L. Steele, "Data parallel algorithms" (1986).
 */
function emitPrefixes<T extends ValueType>(
  { inputs, output, attributes }: Routine,
  { f, address }: RoutineContext,
  scalar: Arithmetic<T>,
  vector: Arithmetic<"v128">,
  combine: Accumulate,
): void {
  if (sizeOf(output.shape) === 0) return;
  const [batch, length] = output.shape;
  const lanes = vector.bytes / scalar.bytes;
  const vectors = Math.floor(length / lanes);
  const [source, target] = [f.let(address(inputs[0])), f.let(address(output))];
  const [prefix, before] = [f.local("v128"), f.local("v128")];
  const bytes = Array.from({ length: vector.bytes }, (_, byte) => byte);
  const isSum = attributes.accumulation === "sum";
  const zero = zeroOf(output.dtype);
  countTo(f, batch, () => {
    if (isSum) f.set(before, zero);
    else f.set(before, i8x16.shuffle(vector.load(source), zero, repeat(bytes.slice(0, scalar.bytes))));
    countTo(f, vectors, () => {
      f.set(prefix, vector.load(source));
      for (let distance = scalar.bytes; distance < vector.bytes; distance *= 2) {
        // What enters at the low end: nothing to a sum, and to an extremum what it has seen already.
        const places = bytes.map((byte) => (byte < distance ? byte : vector.bytes + byte - distance));
        const moved = i8x16.shuffle(isSum ? zero : prefix, prefix, places);
        f.set(prefix, combine(vector, moved, prefix));
      }
      f.set(prefix, combine(vector, before, prefix));
      f.run(vector.store(target, prefix));
      f.set(before, i8x16.shuffle(prefix, prefix, repeat(bytes.slice(-scalar.bytes))));
      for (const local of [source, target]) advance(f, local, vector.bytes);
    });
    countTo(f, length - vectors * lanes, () => {
      const last = scalar.load(i32.sub(target, i32.constant(scalar.bytes)));
      f.run(scalar.store(target, combine(scalar, last, scalar.load(source))));
      for (const local of [source, target]) advance(f, local, scalar.bytes);
    });
  });
}

/** The bytes of one lane, for every lane. */
function repeat(lane: readonly number[]): number[] {
  return Array.from({ length: 16 }, (_, byte) => lane[byte % lane.length]);
}

export const linearRecurrence: RoutineLowering = {
  functions: () => [],
  workspaceBytes,
  emit(routine, context) {
    if (hasWideState(routine)) {
      emitWideSteps(routine, context, ({ add, mul }, [a, b], before) => add(mul(a, before), b));
      return;
    }
    emitSteps(routine, context, ({ load, add, mul }, [a, b], before) => add(mul(load(a), before), load(b)));
  },
};

/** The operands of an element: the inputs at its place, and the result one step before. */
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
