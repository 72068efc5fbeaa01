import type { I32 } from "../../assembler/expression.ts";
import { i32 } from "../../assembler/instructions.ts";
import { type BlasMatrix, blasArguments, blasReference } from "../../blas/blas-function.ts";
import { gemmWorkspaceBytes } from "../gemm.ts";
import type { LibraryName } from "../library.ts";
import type { Providers, RoutineContext } from "../routine.ts";
import type { ConvolutionShape } from "./shape.ts";

/** A convolution of fewer multiplications is left to WebAssembly: BLAS is loaded for it, and called often. */
const leastBlasWork = 2 ** 16;

/** C = A × B, or C += A × B. What is no number is known only when the program runs. */
export interface Product {
  readonly rows: number | I32;
  readonly columns: number | I32;
  readonly inner: number | I32;
  readonly left: Matrix;
  readonly right: Matrix;
  /** Not transposed. */
  readonly result: Matrix;
  readonly accumulates: boolean;
}

/** A matrix whose rows are contiguous, or if transposed its columns. */
export interface Matrix extends BlasMatrix {
  readonly address: I32;
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
  { dtype }: ConvolutionShape,
  name: LibraryName,
  { call, providers, workspace }: RoutineContext,
  { left, right, result, accumulates, ...product }: Product,
): void {
  const [rows, columns, inner] = [product.rows, product.columns, product.inner].map(integer);
  if (name === blasReference(dtype).name) {
    const addresses = { left: left.address, right: right.address, output: result.address };
    const matrices = { leftMatrix: left, rightMatrix: right, outputLeading: result.leading };
    const values = { rows, columns, inner, ...addresses, ...matrices, accumulates };
    call(name, ...blasArguments(dtype, providers.processAddress(), values));
    return;
  }
  const addresses = [left, right, result].map(({ address }) => address);
  const strides = [...stridesOf(left), ...stridesOf(right), result.leading].map(integer);
  call(name, ...addresses, rows, columns, inner, ...strides, workspace, integer(Number(accumulates)));
}

function stridesOf({ transposed, leading }: Matrix): [row: number, column: number] {
  return transposed ? [1, leading] : [leading, 1];
}

function integer(value: number | I32): I32 {
  return typeof value === "number" ? i32.constant(value) : value;
}
