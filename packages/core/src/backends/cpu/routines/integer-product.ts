import type { I32 } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import { i32 } from "../assembler/instructions.ts";
import type { ModuleBuilder } from "../assembler/module.ts";

/**
 * Adds the function `product_<dtype>` that computes C[M, N] = A[M, K] × B[K, N] in wrapping integer arithmetic.
 * Parameters, all i32: a, b, c (addresses), m, n, k, aRowStride, aColumnStride, bRowStride, bColumnStride (in
 * elements). C is contiguous.
 */
export function addIntegerProduct(module: ModuleBuilder, dtype: "int32" | "uint8"): FunctionBuilder {
  const f = module.function(`product_${dtype}`, { parameters: Array(10).fill("i32") });
  const [a, b, c, m, n, k, ...strides] = Array.from({ length: 10 }, (_, position) =>
    f.parameter(position, "i32"),
  );
  const wide = dtype === "int32";
  const [aRow, aColumn, bRow, bColumn] = strides.map((stride) =>
    f.let(wide ? i32.shl(stride, i32.constant(2)) : stride),
  );
  const load = wide ? i32.load : i32.load8_u;
  const store = (value: I32) => (wide ? i32.store(c, value) : i32.store8(c, value));
  const [row, column, inner] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const [left, right, rightStart, sum] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
  f.loopWhileBelow(row, m, 1, () => {
    f.set(rightStart, b);
    f.set(column, i32.constant(0));
    f.loopWhileBelow(column, n, 1, () => {
      f.set(left, a);
      f.set(right, rightStart);
      f.set(sum, i32.constant(0));
      f.set(inner, i32.constant(0));
      f.loopWhileBelow(inner, k, 1, () => {
        f.set(sum, i32.add(sum, i32.mul(load(left), load(right))));
        f.set(left, i32.add(left, aColumn));
        f.set(right, i32.add(right, bRow));
      });
      f.run(store(sum));
      f.set(c, i32.add(c, i32.constant(wide ? 4 : 1)));
      f.set(rightStart, i32.add(rightStart, bColumn));
    });
    f.set(a, i32.add(a, aRow));
  });
  return f;
}
