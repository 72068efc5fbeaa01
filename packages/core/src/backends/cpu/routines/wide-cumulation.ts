/**
 * Running sums and recurrences of float32 whose state is float64: what each result is rounded to does not go into the
 * next, and millions of steps lose no digits.
 */
import type { Routine } from "../../../compiler/program.ts";
import { sizeOf } from "../../../shape.ts";
import type { Expression, I32, V128, ValueType } from "../assembler/expression.ts";
import { f32, f32x4, f64, f64x2, i8x16, i32, v128 } from "../assembler/instructions.ts";
import { joinLowerHalves, swapHalves } from "../elementwise/shuffles.ts";
import { advance, countTo, minimum } from "./count.ts";
import type { RoutineContext } from "./routine.ts";

const floatBytes = 4;
const stateBytes = 8;

/** So many columns are run through before the next ones, so that their state stays in the nearest cache. */
const columnsAtOnce = 8192;

/** One float32, or two of them, in float64. */
interface Wide<T extends ValueType> {
  readonly lanes: number;
  load(address: I32): Expression<T>;
  store(address: I32, value: Expression<T>): void;
  loadState(address: I32): Expression<T>;
  storeState(address: I32, value: Expression<T>): void;
  add(left: Expression<T>, right: Expression<T>): Expression<T>;
  mul(left: Expression<T>, right: Expression<T>): Expression<T>;
}

/** The operands of an element: the inputs at its place, and the state one step before. */
export type WideCombine = <T extends ValueType>(
  arithmetic: Pick<Wide<T>, "add" | "mul">,
  inputs: readonly Expression<T>[],
  before: Expression<T>,
) => Expression<T>;

export function stateBytesOf({ output }: Routine): number {
  return Math.min(output.shape[2], columnsAtOnce) * stateBytes;
}

/**
 * The elements of [B, N, I]: the first I of each table are the last input's own, each later one is made of the one before.
 */
export function emitWideSteps(
  { inputs, output }: Routine,
  { f, address, workspace }: RoutineContext,
  combine: WideCombine,
): void {
  if (sizeOf(output.shape) === 0) return;
  const [batch, length, width] = output.shape;
  const rowBytes = width * floatBytes;
  const scalar: Wide<"f64"> = {
    lanes: 1,
    load: (at) => f64.promote_f32(f32.load(at)),
    store: (at, value) => void f.run(f32.store(at, f32.demote_f64(value))),
    loadState: (at) => f64.load(at),
    storeState: (at, value) => void f.run(f64.store(at, value)),
    add: f64.add,
    mul: f64.mul,
  };
  const pair: Wide<"v128"> = {
    lanes: 2,
    load: (at) => f64x2.promote_low_f32x4(v128.load64_zero(at)),
    store: (at, value) => void f.run(v128.store64_lane(at, f32x4.demote_f64x2_zero(value), 0)),
    loadState: (at) => v128.load(at),
    storeState: (at, value) => void f.run(v128.store(at, value)),
    add: f64x2.add,
    mul: f64x2.mul,
  };
  const sources = inputs.map((input) => f.let(address(input)));
  const target = f.let(address(output));
  const cursors = [...sources, target];
  const state = f.let(workspace);
  const step = <T extends ValueType>(wide: Wide<T>, isFirst: boolean): void => {
    const values = (isFirst ? sources.slice(-1) : sources).map((source) => wide.load(source));
    const value = f.let(isFirst ? values[0] : combine(wide, values, wide.loadState(state)));
    wide.storeState(state, value);
    wide.store(target, value);
    for (const local of cursors) advance(f, local, wide.lanes * floatBytes);
    advance(f, state, wide.lanes * stateBytes);
  };
  const columns = f.local("i32");
  const row = (isFirst: boolean): void => {
    f.set(state, workspace);
    if (width > 1) countTo(f, i32.shr_u(columns, i32.constant(1)), () => step(pair, isFirst));
    countTo(f, i32.and(columns, i32.constant(1)), () => step(scalar, isFirst));
    // To the same columns of the next row.
    const rest = i32.sub(i32.constant(rowBytes), i32.mul(columns, i32.constant(floatBytes)));
    if (width > columnsAtOnce) for (const local of cursors) f.set(local, i32.add(local, rest));
  };
  countTo(f, batch, () => {
    const left = f.let(i32.constant(width));
    countTo(f, Math.ceil(width / columnsAtOnce), () => {
      f.set(columns, minimum(f, left, i32.constant(columnsAtOnce)));
      row(true);
      if (length > 1) countTo(f, length - 1, () => row(false));
      // Back to the first row, and on to the next columns.
      if (width > columnsAtOnce) {
        const back = i32.sub(i32.mul(columns, i32.constant(floatBytes)), i32.constant(length * rowBytes));
        for (const local of cursors) f.set(local, i32.add(local, back));
      }
      f.set(left, i32.sub(left, columns));
    });
    if (width > columnsAtOnce) for (const local of cursors) advance(f, local, (length - 1) * rowBytes);
  });
}

/** Running sums of the rows of [B, N, 1], four elements at a time. */
export function emitWidePrefixes({ inputs, output }: Routine, { f, address }: RoutineContext): void {
  if (sizeOf(output.shape) === 0) return;
  const [batch, length] = output.shape;
  const [source, target] = [f.let(address(inputs[0])), f.let(address(output))];
  const [before, lower, upper] = [f.local("v128"), f.local("v128"), f.local("v128")];
  // Changes no sum.
  const nothing = f64x2.constant(-0);
  /** x₀ and x₀ + x₁. */
  const prefixes = (pair: V128): V128 => {
    const kept = f.let(pair);
    return f64x2.add(kept, i8x16.shuffle(nothing, kept, movedUp));
  };
  const last = (pair: V128): V128 => i8x16.shuffle(pair, pair, upperTwice);
  countTo(f, batch, () => {
    f.set(before, nothing);
    countTo(f, Math.floor(length / 4), () => {
      const four = f.let(v128.load(source));
      f.set(lower, prefixes(f64x2.promote_low_f32x4(four)));
      f.set(upper, f64x2.add(last(lower), prefixes(f64x2.promote_low_f32x4(swapHalves(four)))));
      f.set(lower, f64x2.add(before, lower));
      f.set(upper, f64x2.add(before, upper));
      f.set(before, last(upper));
      const [low, high] = [lower, upper].map((pair) => f.let(f32x4.demote_f64x2_zero(pair)));
      f.run(v128.store(target, joinLowerHalves(low, high)));
      for (const local of [source, target]) advance(f, local, 4 * floatBytes);
    });
    countTo(f, length % 4, () => {
      f.set(before, f64x2.add(before, f64x2.splat(f64.promote_f32(f32.load(source)))));
      f.run(f32.store(target, f32.demote_f64(f64x2.extract_lane(before, 0))));
      for (const local of [source, target]) advance(f, local, floatBytes);
    });
  });
}

const movedUp = Array.from({ length: 16 }, (_, byte) => (byte < 8 ? byte : 8 + byte));
const upperTwice = Array.from({ length: 16 }, (_, byte) => 8 + (byte % 8));
