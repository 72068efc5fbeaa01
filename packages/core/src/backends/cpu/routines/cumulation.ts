import type { Routine } from "../../../compiler/program.ts";
import { bytesPerElement, type DType } from "../../../dtype.ts";
import { sizeOf } from "../../../shape.ts";
import type { Expression, I32, V128, ValueType } from "../assembler/expression.ts";
import { f32x4, f64x2, i8x16, i32, i32x4, memory, v128 } from "../assembler/instructions.ts";
import { advance, countTo } from "./count.ts";
import type { RoutineContext, RoutineLowering } from "./routine.ts";
import { type Scalar, withScalar } from "./scalar.ts";

/** What cumulation needs of a dtype's vectors. */
interface Lanes {
  readonly count: number;
  /** Changes no sum. */
  readonly zero: V128;
  add(left: V128, right: V128): V128;
  maximum(left: V128, right: V128): V128;
  minimum(left: V128, right: V128): V128;
}

function lanesOf(dtype: DType): Lanes | null {
  switch (dtype) {
    case "float32":
      return { count: 4, zero: f32x4.constant(-0), add: f32x4.add, maximum: f32x4.max, minimum: f32x4.min };
    case "float64":
      return { count: 2, zero: f64x2.constant(-0), add: f64x2.add, maximum: f64x2.max, minimum: f64x2.min };
    case "int32":
      return {
        count: 4,
        zero: i32x4.constant([0, 0, 0, 0]),
        add: i32x4.add,
        maximum: i32x4.max_s,
        minimum: i32x4.min_s,
      };
    case "uint8":
    case "bool":
      return null;
  }
}

export const cumulate: RoutineLowering = {
  functions: () => [],
  emit(routine, context) {
    const { accumulation } = routine.attributes;
    const { dtype, shape } = routine.output;
    const lanes = lanesOf(dtype);
    withScalar(dtype, (scalar) => {
      const one = accumulation === "sum" ? scalar.add : scalar[extremumOf(accumulation)];
      if (lanes === null || shape[2] !== 1 || shape[1] < lanes.count) {
        emitSteps(routine, context, scalar, ([x], before) => one(before, scalar.load(x)));
      } else {
        const several = accumulation === "sum" ? lanes.add : lanes[extremumOf(accumulation)];
        emitPrefixes(routine, context, scalar, lanes, one, several);
      }
    });
  },
};

function extremumOf(accumulation: unknown): "maximum" | "minimum" {
  return accumulation === "maximum" ? "maximum" : "minimum";
}

/**
 * Rows [B, N, 1], a vector at a time: its own prefixes in as many steps as the logarithm of its lanes, then what came
 * before. W. D. Hillis, G. L. Steele, "Data parallel algorithms" (1986).
 */
function emitPrefixes<T extends ValueType>(
  { inputs, output, attributes }: Routine,
  { f, address }: RoutineContext,
  scalar: Scalar<T>,
  lanes: Lanes,
  one: (left: Expression<T>, right: Expression<T>) => Expression<T>,
  several: (left: V128, right: V128) => V128,
): void {
  if (sizeOf(output.shape) === 0) return;
  const [batch, length] = output.shape;
  const vectors = Math.floor(length / lanes.count);
  const [source, target] = [f.let(address(inputs[0])), f.let(address(output))];
  const [prefix, before] = [f.local("v128"), f.local("v128")];
  const bytes = Array.from({ length: 16 }, (_, byte) => byte);
  // What enters at the low end: nothing to a sum, and to an extremum what it has seen already.
  const entering = attributes.accumulation === "sum" ? lanes.zero : prefix;
  countTo(f, batch, () => {
    if (attributes.accumulation === "sum") f.set(before, lanes.zero);
    else f.set(before, i8x16.shuffle(v128.load(source), lanes.zero, repeat(bytes.slice(0, scalar.bytes))));
    countTo(f, vectors, () => {
      f.set(prefix, v128.load(source));
      for (let distance = scalar.bytes; distance < 16; distance *= 2) {
        const places = bytes.map((byte) => (byte < distance ? byte : 16 + byte - distance));
        f.set(prefix, several(i8x16.shuffle(entering, prefix, places), prefix));
      }
      f.set(prefix, several(before, prefix));
      f.run(v128.store(target, prefix));
      f.set(before, i8x16.shuffle(prefix, prefix, repeat(bytes.slice(-scalar.bytes))));
      for (const local of [source, target]) advance(f, local, 16);
    });
    countTo(f, length - vectors * lanes.count, () => {
      const last = scalar.load(i32.sub(target, i32.constant(scalar.bytes)));
      f.run(scalar.store(target, one(last, scalar.load(source))));
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
