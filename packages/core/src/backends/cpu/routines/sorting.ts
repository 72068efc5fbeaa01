import { sizeOf } from "../../../shape.ts";
import type { Expression, I32, ValueType } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { i32 } from "../assembler/instructions.ts";
import { advance, countTo, elementAddress } from "./count.ts";
import type { RoutineLowering } from "./routine.ts";
import { type Scalar, withScalar } from "./scalar.ts";

/** Merges runs of 1, 2, 4, … positions, which keeps equal elements in order. */
export const argsort: RoutineLowering = {
  functions: () => [],
  workspaceBytes: ({ output: { shape } }) => shape[1] * 4,
  emit({ inputs: [input], attributes, output }, { f, address, workspace }) {
    const [rows, length] = output.shape;
    if (sizeOf(output.shape) === 0) return;
    withScalar(input.dtype, (scalar) => {
      const comesBefore = precedes(f, scalar, attributes.descending === true);
      const values = f.let(address(input));
      const result = f.let(address(output));
      const spare = f.let(workspace);
      countTo(f, rows, () => {
        const [from, to] = [f.let(result), f.let(spare)];
        countTo(f, length, (position) => f.run(i32.store(elementAddress(from, position, 4), position)));
        const run = f.let(i32.constant(1));
        f.if(i32.lt_s(run, i32.constant(length)), () => {
          f.loop((again) => {
            mergeRuns(f, { from, to, run, length }, (right, left) =>
              comesBefore(
                scalar.load(elementAddress(values, right, scalar.bytes)),
                scalar.load(elementAddress(values, left, scalar.bytes)),
              ),
            );
            const swapped = f.let(from);
            f.set(from, to);
            f.set(to, swapped);
            f.set(run, i32.shl(run, i32.constant(1)));
            f.branchIf(again, i32.lt_s(run, i32.constant(length)));
          });
        });
        f.if(i32.ne(from, result), () => {
          countTo(f, length, (position) => {
            const sorted = i32.load(elementAddress(from, position, 4));
            f.run(i32.store(elementAddress(result, position, 4), sorted));
          });
        });
        advance(f, values, length * scalar.bytes);
        advance(f, result, length * 4);
      });
    });
  },
};

interface Merge {
  readonly from: I32;
  readonly to: I32;
  readonly run: I32;
  readonly length: number;
}

/** Merges each two neighbouring runs of sorted positions from one list into the other. */
function mergeRuns(
  f: FunctionBuilder,
  { from, to, run, length }: Merge,
  isBefore: (right: I32, left: I32) => I32,
): void {
  const end = i32.constant(length);
  const [left, right, leftEnd, rightEnd, target] = Array.from({ length: 5 }, () => f.local("i32"));
  const [leftPosition, rightPosition, takesRight] = Array.from({ length: 3 }, () => f.local("i32"));
  const limit = (value: I32): I32 => {
    const place = f.let(value);
    f.if(i32.gt_s(place, end), () => f.set(place, end));
    return place;
  };
  f.set(target, i32.constant(0));
  f.loop((nextPair) => {
    f.set(left, target);
    f.set(leftEnd, limit(i32.add(left, run)));
    f.set(right, leftEnd);
    f.set(rightEnd, limit(i32.add(right, run)));
    f.loop((nextElement) => {
      f.set(takesRight, i32.ge_s(left, leftEnd));
      f.if(i32.and(i32.lt_s(left, leftEnd), i32.lt_s(right, rightEnd)), () => {
        f.set(leftPosition, i32.load(elementAddress(from, left, 4)));
        f.set(rightPosition, i32.load(elementAddress(from, right, 4)));
        f.set(takesRight, isBefore(rightPosition, leftPosition));
      });
      const store = (position: I32): void => {
        f.run(i32.store(elementAddress(to, target, 4), i32.load(elementAddress(from, position, 4))));
      };
      f.if(
        takesRight,
        () => {
          store(right);
          advance(f, right, 1);
        },
        () => {
          store(left);
          advance(f, left, 1);
        },
      );
      advance(f, target, 1);
      f.branchIf(nextElement, i32.lt_s(target, rightEnd));
    });
    f.branchIf(nextPair, i32.lt_s(target, end));
  });
}

/** Whether a comes strictly before b, with NaN after all numbers. */
function precedes<T extends ValueType>(f: FunctionBuilder, scalar: Scalar<T>, descending: boolean) {
  return (a: Expression<T>, b: Expression<T>): I32 => {
    const [left, right] = [f.let(a), f.let(b)];
    const isLess = descending ? scalar.less(right, left) : scalar.less(left, right);
    if (scalar.isNaN === null) return isLess;
    return i32.or(isLess, i32.and(scalar.isNaN(right), i32.eqz(scalar.isNaN(left))));
  };
}

export const searchSorted: RoutineLowering = {
  functions: () => [],
  emit({ inputs: [sorted, values], attributes, output }, { f, address }) {
    if (sizeOf(output.shape) === 0) return;
    const [rows, count] = output.shape;
    const length = sorted.shape[1];
    withScalar(sorted.dtype, (scalar) => {
      const comesBefore = precedes(f, scalar, false);
      const [row, value, result] = [f.let(address(sorted)), f.let(address(values)), f.let(address(output))];
      const [low, high, middle] = [f.local("i32"), f.local("i32"), f.local("i32")];
      countTo(f, rows, () => {
        countTo(f, count, () => {
          const wanted = f.let(scalar.load(value));
          f.set(low, i32.constant(0));
          f.set(high, i32.constant(length));
          f.if(i32.lt_s(low, high), () => {
            f.loop((again) => {
              f.set(middle, i32.shr_u(i32.add(low, high), i32.constant(1)));
              const element = f.let(scalar.load(elementAddress(row, middle, scalar.bytes)));
              const goesRight =
                attributes.afterEqual === true
                  ? i32.eqz(comesBefore(wanted, element))
                  : comesBefore(element, wanted);
              f.if(
                goesRight,
                () => f.set(low, i32.add(middle, i32.constant(1))),
                () => f.set(high, middle),
              );
              f.branchIf(again, i32.lt_s(low, high));
            });
          });
          f.run(i32.store(result, low));
          advance(f, value, scalar.bytes);
          advance(f, result, 4);
        });
        advance(f, row, length * scalar.bytes);
      });
    });
  },
};
