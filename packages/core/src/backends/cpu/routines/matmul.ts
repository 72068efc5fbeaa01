import type { Routine } from "../../../compiler/program.ts";
import { bytesPerElement } from "../../../dtype.ts";
import { sizeOf } from "../../../shape.ts";
import { i32 } from "../assembler/instructions.ts";
import { type BlasMatrix, blasArguments, blasMatrix } from "../blas/blas-function.ts";
import { type BatchedProduct, batchedProduct } from "./batched-product.ts";
import { countTo } from "./count.ts";
import { gemmWorkspaceBytes } from "./gemm.ts";
import type { LibraryName } from "./library.ts";
import { forEachIndex } from "./loop.ts";
import { cutProduct, forEachPiece, type ProductBlock, type ProductCut } from "./product-cut.ts";
import type { Providers, RoutineContext, RoutineLowering } from "./routine.ts";

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
  pieces: (routine, providers) => cutOf(choose(routine, providers), providers).pieces,
  emit(routine, context) {
    const { f, address, begin, end } = context;
    const { inputs, output } = routine;
    if (sizeOf(output.shape) === 0) return;
    const choice = choose(routine, context.providers);
    const { product } = choice;
    const cut = cutOf(choice, context.providers);
    const bytes = bytesPerElement(output.dtype);
    const starts = [address(inputs[0]), address(inputs[1]), address(output)];
    const extents = product.batch.map(({ size }) => size);
    const steps = product.batch.map(({ left, right, output }) =>
      [left, right, output].map((stride) => stride * bytes),
    );
    if (cut.along !== "batch") {
      forEachIndex(f, extents, starts, steps, (addresses) => {
        forEachPiece(f, product, cut, bytes, addresses, begin, end, (block) => {
          emitProduct(choice, context, block);
        });
      });
      return;
    }
    countTo(f, i32.sub(end, begin), (counter) => {
      const position = i32.add(begin, counter);
      const own = starts.map((start, operand) =>
        f.let(i32.add(start, i32.mul(position, i32.constant(steps[0][operand])))),
      );
      forEachIndex(f, extents.slice(1), own, steps.slice(1), ([left, right, output]) => {
        const [rows, columns] = [i32.constant(product.rows), i32.constant(product.columns)];
        emitProduct(choice, context, { left, right, output, rows, columns });
      });
    });
  },
};

/** The function that multiplies, and what. */
type Choice = { readonly name: LibraryName; readonly product: BatchedProduct } & (
  | { readonly kind: "gemm" | "integers" }
  | {
      readonly kind: "blas";
      readonly dtype: "float32" | "float64";
      readonly left: BlasMatrix;
      readonly right: BlasMatrix;
    }
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
        return { kind: "blas", name: `blas_${dtype}`, dtype, product, left, right };
      }
      return { kind: "gemm", name: `gemm_${dtype}`, product };
    }
    case "int32":
    case "uint8":
      return { kind: "integers", name: `product_${dtype}`, product };
    default:
      throw new Error(`matmul: there is no product of ${dtype}`);
  }
}

/** Products of integers write whole rows, one after the other, and are not worth more. */
function cutOf({ kind, product }: Choice, { threads }: Providers): ProductCut {
  return cutProduct(product, kind === "integers" ? 1 : threads);
}

function emitProduct(
  choice: Choice,
  { call, workspace, providers }: RoutineContext,
  block: ProductBlock,
): void {
  const { name, product } = choice;
  const { left, right, output, rows, columns } = block;
  const inner = i32.constant(product.inner);
  if (choice.kind === "blas") {
    const matrices = { leftMatrix: choice.left, rightMatrix: choice.right };
    const rest = { inner, outputLeading: product.columns, accumulates: false };
    call(
      name,
      ...blasArguments(choice.dtype, providers.processAddress(), { ...block, ...matrices, ...rest }),
    );
    return;
  }
  const strides = [...product.left, ...product.right].map((stride) => i32.constant(stride));
  const factors = [left, right, output, rows, columns, inner, ...strides];
  if (choice.kind === "integers") call(name, ...factors);
  else call(name, ...factors, i32.constant(product.columns), workspace, i32.constant(0));
}
