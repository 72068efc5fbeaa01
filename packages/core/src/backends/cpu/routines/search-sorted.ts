import { sizeOf } from "../../../shape.ts";
import type { Expression, I32, ValueType } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { i32 } from "../assembler/instructions.ts";
import { advance, countTo, elementAddress } from "./count.ts";
import type { RoutineLowering } from "./routine.ts";
import { type Scalar, withScalar } from "./scalar.ts";

/** Whether a comes strictly before b, with NaN after all numbers. */
function precedes<T extends ValueType>(f: FunctionBuilder, scalar: Scalar<T>) {
  return (a: Expression<T>, b: Expression<T>): I32 => {
    const [left, right] = [f.let(a), f.let(b)];
    const isLess = scalar.less(left, right);
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
      const comesBefore = precedes(f, scalar);
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
