import type { Routine } from "../../../compiler/program.ts";
import { bytesPerElement } from "../../../dtype.ts";
import { sizeOf } from "../../../shape.ts";
import { i32 } from "../assembler/instructions.ts";
import { type BlasMatrix, blasMatrix } from "../blas/blas-function.ts";
import { type BatchedProduct, batchedProduct } from "./batched-product.ts";
import { gemmWorkspaceBytes } from "./gemm.ts";
import type { LibraryName } from "./library.ts";
import { forEachIndex } from "./loop.ts";
import type { Providers, RoutineLowering } from "./routine.ts";

/**
 * Products of fewer multiplications are left to WebAssembly, for the way out of it takes half a microsecond. So are
 * those with a vector: they wait for memory, and BLAS packs it first. Measured against OpenBLAS 0.3.21.
 */
const leastBlasWork = 2 ** 15;

export const matmul: RoutineLowering = {
  functions: (routine, providers) => [choose(routine, providers).name],
  workspaceBytes({ output: { dtype } }) {
    return dtype === "float32" || dtype === "float64" ? gemmWorkspaceBytes(dtype) : 0;
  },
  operations({ inputs: [left], output }) {
    return 2 * sizeOf(output.shape) * left.shape[left.shape.length - 1];
  },
  emit(routine, { f, address, call, workspace, providers }) {
    const { inputs, output } = routine;
    if (sizeOf(output.shape) === 0) return;
    const choice = choose(routine, providers);
    const { rows, columns, inner, left, right, batch } = choice.product;
    const bytes = bytesPerElement(output.dtype);
    const starts = [address(inputs[0]), address(inputs[1]), address(output)];
    const steps = batch.map((dimension) =>
      [dimension.left, dimension.right, dimension.output].map((stride) => stride * bytes),
    );
    const integers = (...values: number[]) => values.map((value) => i32.constant(value));
    forEachIndex(
      f,
      batch.map(({ size }) => size),
      starts,
      steps,
      ([a, b, c]) => {
        const sizes = integers(rows, columns, inner);
        const strides = integers(...left, ...right);
        const { name } = choice;
        if (choice.kind === "blas") {
          const transposed = integers(Number(choice.left.transposed), Number(choice.right.transposed));
          const [aLeading, bLeading, cLeading] = integers(choice.left.leading, choice.right.leading, columns);
          call(name, ...transposed, ...sizes, a, aLeading, b, bLeading, c, cLeading);
        } else if (choice.kind === "integers") {
          call(name, a, b, c, ...sizes, ...strides);
        } else {
          call(name, a, b, c, ...sizes, ...strides, i32.constant(columns), workspace, i32.constant(0));
        }
      },
    );
  },
};

/** The function that multiplies, and what. */
type Choice = { readonly name: LibraryName; readonly product: BatchedProduct } & (
  | { readonly kind: "gemm" | "integers" }
  | { readonly kind: "blas"; readonly left: BlasMatrix; readonly right: BlasMatrix }
);

function choose(routine: Routine, providers: Providers): Choice {
  const product = batchedProduct(routine);
  const { dtype } = routine.output;
  switch (dtype) {
    case "float32":
    case "float64": {
      const { rows, columns, inner } = product;
      const left = blasMatrix(rows, inner, product.left);
      const right = blasMatrix(inner, columns, product.right);
      const pays = rows > 1 && columns > 1 && rows * columns * inner >= leastBlasWork;
      if (pays && left !== null && right !== null && providers.hasBlas()) {
        return { kind: "blas", name: `blas_${dtype}`, product, left, right };
      }
      return { kind: "gemm", name: `gemm_${dtype}`, product };
    }
    case "int32":
    case "uint8":
      return { kind: "integers", name: `product_${dtype}`, product };
    case "bool":
      throw new Error("matmul: there is no product of bools");
  }
}
