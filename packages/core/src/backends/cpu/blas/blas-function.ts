import type { Expression, F64, I32, ValueType } from "../assembler/expression.ts";
import type { FunctionReference } from "../assembler/function.ts";
import { f32, f64, i32 } from "../assembler/instructions.ts";
import { type BlasDType, cblas } from "./blas.ts";

/** How a matrix is stored, as BLAS asks for it: by rows, or by columns; and from one to the next, in elements. */
export interface BlasMatrix {
  readonly transposed: boolean;
  readonly leading: number;
}

/** The matrix with these strides; null where BLAS has no name for it. */
export function blasMatrix(
  rows: number,
  columns: number,
  [rowStride, columnStride]: readonly [number, number],
): BlasMatrix | null {
  if ((columns === 1 || columnStride === 1) && (rows === 1 || rowStride >= columns)) {
    return { transposed: false, leading: rows === 1 ? columns : rowStride };
  }
  if ((rows === 1 || rowStride === 1) && (columns === 1 || columnStride >= rows)) {
    return { transposed: true, leading: columns === 1 ? rows : columnStride };
  }
  return null;
}

/** One product as BLAS computes it: C (m × n) = A (m × k) × B (k × n), or C += A × B. */
export interface BlasProduct {
  readonly rows: I32;
  readonly columns: I32;
  readonly inner: I32;
  /** The address of A's first element in the linear memory, and so on. */
  readonly left: I32;
  readonly leftMatrix: BlasMatrix;
  readonly right: I32;
  readonly rightMatrix: BlasMatrix;
  readonly output: I32;
  /** From one row of C to the next, in elements. */
  readonly outputLeading: number;
  /** Whether the product is added to what C holds. */
  readonly accumulates: boolean;
}

const scalarTypes = { float32: "f32", float64: "f64" } as const satisfies Record<BlasDType, ValueType>;

/** `cblas_sgemm` or `cblas_dgemm` as WebAssembly imports it: addresses of the process are numbers below 2⁵³. */
export function blasReference(dtype: BlasDType): FunctionReference {
  const scalar = scalarTypes[dtype];
  const integers = Array<ValueType>(6).fill("i32");
  const parameters = [...integers, scalar, "f64", "i32", "f64", "i32", scalar, "f64", "i32"] as const;
  return { name: `blas_${dtype}`, index: 0, parameters, results: [] };
}

/** The values for a call. `processAddress` is where the process has the first byte of the linear memory. */
export function blasArguments(
  dtype: BlasDType,
  processAddress: F64,
  { rows, columns, inner, left, leftMatrix, right, rightMatrix, output, ...rest }: BlasProduct,
): Expression<ValueType>[] {
  const scalar = (value: number) => (dtype === "float32" ? f32 : f64).constant(value);
  const integer = (value: number) => i32.constant(value);
  const transposition = ({ transposed }: BlasMatrix) =>
    integer(transposed ? cblas.transposed : cblas.notTransposed);
  const address = (value: I32) => f64.add(processAddress, f64.convert_i32_u(value));
  return [
    ...[integer(cblas.rowMajor), transposition(leftMatrix), transposition(rightMatrix), rows, columns, inner],
    scalar(1),
    ...[address(left), integer(leftMatrix.leading), address(right), integer(rightMatrix.leading)],
    scalar(Number(rest.accumulates)),
    ...[address(output), integer(rest.outputLeading)],
  ];
}
