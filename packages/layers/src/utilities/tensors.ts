import { cast, type DType, Tensor, type TensorLike, Variable } from "@strata/core";

/** The dtypes that layers compute in. */
export type FloatDType = "float32" | "float64";

export function isFloat(dtype: DType): dtype is FloatDType {
  return dtype === "float32" || dtype === "float64";
}

/** A float tensor: floats keep their dtype, all else becomes float32. */
export function toFloatTensor(value: TensorLike): Tensor {
  const hasFloats = (value instanceof Tensor || value instanceof Variable) && isFloat(value.dtype);
  return cast(value, hasFloats ? value.dtype : value instanceof Float64Array ? "float64" : "float32");
}

/** A tensor of what may be an array or a number. */
export function toTensor(value: TensorLike): Tensor {
  if (value instanceof Tensor) return value;
  if (value instanceof Variable) return value.value;
  return tensorOf(value);
}

function tensorOf(value: Exclude<TensorLike, Tensor | Variable>): Tensor {
  if (value instanceof Int32Array) return cast(value, "int32");
  if (value instanceof Uint8Array) return cast(value, "uint8");
  if (value instanceof Float64Array) return cast(value, "float64");
  return cast(value, typeof value === "boolean" ? "bool" : "float32");
}
