import type { I32 } from "../../assembler/expression.ts";
import { i32 } from "../../assembler/instructions.ts";
import { gemmWorkspaceBytes } from "../gemm.ts";
import type { LibraryName } from "../library.ts";
import type { Providers, RoutineContext } from "../routine.ts";
import type { ConvolutionShape } from "./shape.ts";

/** A convolution of fewer multiplications is left to WebAssembly: BLAS is loaded for it, and called often. */
const leastBlasWork = 2 ** 16;

/** C (+)= A × B, by rows. What is not a number is known only when the program runs. */
export interface Product {
  readonly rows: number | I32;
  readonly columns: number;
  readonly inner: number | I32;
  readonly left: Matrix;
  readonly right: Matrix;
  /** Not transposed. */
  readonly result: Matrix;
  readonly accumulate: I32;
}

/** A matrix whose rows are contiguous, or if transposed its columns; and the elements from one to the next. */
export interface Matrix {
  readonly address: I32;
  readonly transposed: boolean;
  readonly leading: number;
}

/** The function that multiplies all tiles of a convolution. */
export function productFunction(shape: ConvolutionShape, providers: Providers): LibraryName {
  const { dtype, examples, windowsOfImage, patch, features } = shape;
  const pays = features > 1 && examples * windowsOfImage * patch * features >= leastBlasWork;
  return pays && providers.hasBlas() ? `blas_${dtype}` : `gemm_${dtype}`;
}

/** Memory for the product's own use. */
export function productWorkspaceBytes({ dtype }: ConvolutionShape): number {
  return gemmWorkspaceBytes(dtype);
}

/** Emits the call. */
export function multiply(
  shape: ConvolutionShape,
  { call, providers }: RoutineContext,
  workspace: I32,
  product: Product,
): void {
  const { left, right, result } = product;
  const name = productFunction(shape, providers);
  const sizes = [product.rows, product.columns, product.inner].map(integer);
  if (name === "blas_float32" || name === "blas_float64") {
    const transposed = [left, right].map((matrix) => integer(Number(matrix.transposed)));
    const a = [left.address, integer(left.leading)];
    const b = [right.address, integer(right.leading)];
    const c = [result.address, integer(result.leading)];
    call(name, ...transposed, ...sizes, ...a, ...b, ...c, product.accumulate);
    return;
  }
  const strides = [...stridesOf(left), ...stridesOf(right), result.leading].map(integer);
  const addresses = [left, right, result].map(({ address }) => address);
  call(name, ...addresses, ...sizes, ...strides, workspace, product.accumulate);
}

function stridesOf({ transposed, leading }: Matrix): [row: number, column: number] {
  return transposed ? [1, leading] : [leading, 1];
}

function integer(value: number | I32): I32 {
  return typeof value === "number" ? i32.constant(value) : value;
}
