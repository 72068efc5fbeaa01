import { cast, Tensor, type TensorLike, Variable } from "@strata/core";

/** The dtypes that layers compute in. */
export const floatDTypes = ["float32", "float64", "float16", "bfloat16"] as const;

/**
 * The dtypes that layers compute in.
 *
 * @useDeclaredType
 */
export type FloatDType = (typeof floatDTypes)[number];

export function isFloat(dtype: unknown): dtype is FloatDType {
  return floatDTypes.some((each) => each === dtype);
}

/**
 * The values that losses and metrics compute with: float64 stays, all else becomes float32. Probabilities near 0 and 1 are no
 * numbers of 16 bits. As Keras, which casts predictions to its floatx.
 */
export function toFloatTensor(value: TensorLike): Tensor {
  const hasDType = value instanceof Tensor || value instanceof Variable;
  const isDouble = hasDType ? value.dtype === "float64" : value instanceof Float64Array;
  return cast(value, isDouble ? "float64" : "float32");
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
