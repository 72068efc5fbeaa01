import type { DType } from "./dtype.ts";
import type { Shape } from "./shape.ts";
import type { Tensor, TensorLike } from "./tensor.ts";

/** One axis or several; all of them where it is left out. */
export type Axis = number | readonly number[] | null;

/** The common operations as methods of tensors and Variables; each is the function of the same name, applied to it. */
export interface TensorMethods {
  /** As the function `neg`. */
  neg(): Tensor;
  /** As the function `abs`. */
  abs(): Tensor;
  /** As the function `exp`. */
  exp(): Tensor;
  /** As the function `log`. */
  log(): Tensor;
  /** As the function `sqrt`. */
  sqrt(): Tensor;
  /** As the function `square`. */
  square(): Tensor;
  /** As the function `tanh`. */
  tanh(): Tensor;
  /** As the function `sigmoid`. */
  sigmoid(): Tensor;
  /** As the function `relu`. */
  relu(): Tensor;
  /** As the function `softmax`. */
  softmax(axis?: number): Tensor;
  /** As the function `add`. */
  add(other: TensorLike): Tensor;
  /** As the function `sub`. */
  sub(other: TensorLike): Tensor;
  /** As the function `mul`. */
  mul(other: TensorLike): Tensor;
  /** As the function `div`. */
  div(other: TensorLike): Tensor;
  /** As the function `pow`. */
  pow(exponent: TensorLike): Tensor;
  /** As the function `maximum`. */
  maximum(other: TensorLike): Tensor;
  /** As the function `minimum`. */
  minimum(other: TensorLike): Tensor;
  /** As the function `equal`. */
  equal(other: TensorLike): Tensor;
  /** As the function `greater`. */
  greater(other: TensorLike): Tensor;
  /** As the function `less`. */
  less(other: TensorLike): Tensor;
  /** As the function `matmul`. */
  matmul(other: TensorLike): Tensor;
  /** As the function `sum`. */
  sum(axis?: Axis, keepDims?: boolean): Tensor;
  /** As the function `mean`. */
  mean(axis?: Axis, keepDims?: boolean): Tensor;
  /** As the function `max`. */
  max(axis?: Axis, keepDims?: boolean): Tensor;
  /** As the function `min`. */
  min(axis?: Axis, keepDims?: boolean): Tensor;
  /** As the function `argMax`. */
  argMax(axis?: number): Tensor;
  /** As the function `reshape`. */
  reshape(shape: Shape): Tensor;
  /** As the function `transpose`. */
  transpose(permutation?: readonly number[]): Tensor;
  /** As the function `expandDims`. */
  expandDims(axis?: number): Tensor;
  /** As the function `squeeze`. */
  squeeze(axis?: Axis): Tensor;
  /** As the function `cast`. */
  cast(dtype: DType): Tensor;
}
