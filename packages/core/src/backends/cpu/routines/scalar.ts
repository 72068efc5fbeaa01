import type { DType } from "../../../dtype.ts";
import type { Expression, I32, Statement, ValueType } from "../assembler/expression.ts";
import { f32, f32x4, f64, f64x2, i32, i32x4, select, v128 } from "../assembler/instructions.ts";

/** Memory and arithmetic of one element of a dtype, or of a vector of them. Operands of extrema are used twice. */
export interface Arithmetic<T extends ValueType> {
  readonly bytes: number;
  load(address: I32, offset?: number): Expression<T>;
  store(address: I32, value: Expression<T>, offset?: number): Statement;
  add(left: Expression<T>, right: Expression<T>): Expression<T>;
  mul(left: Expression<T>, right: Expression<T>): Expression<T>;
  maximum(left: Expression<T>, right: Expression<T>): Expression<T>;
  minimum(left: Expression<T>, right: Expression<T>): Expression<T>;
}

/** Instructions on one element of a dtype. Operands of comparisons and extrema are used more than once. */
export interface Scalar<T extends ValueType> extends Arithmetic<T> {
  constant(value: number): Expression<T>;
  less(left: Expression<T>, right: Expression<T>): I32;
  equal(left: Expression<T>, right: Expression<T>): I32;
  /** Whether the value is NaN; null for a dtype that has none. */
  readonly isNaN: ((value: Expression<T>) => I32) | null;
}

const float32: Scalar<"f32"> = {
  bytes: 4,
  load: f32.load,
  store: f32.store,
  constant: f32.constant,
  add: f32.add,
  mul: f32.mul,
  maximum: f32.max,
  minimum: f32.min,
  less: f32.lt,
  equal: f32.eq,
  isNaN: (value) => f32.ne(value, value),
};

const float64: Scalar<"f64"> = {
  bytes: 8,
  load: f64.load,
  store: f64.store,
  constant: f64.constant,
  add: f64.add,
  mul: f64.mul,
  maximum: f64.max,
  minimum: f64.min,
  less: f64.lt,
  equal: f64.eq,
  isNaN: (value) => f64.ne(value, value),
};

const int32: Scalar<"i32"> = {
  bytes: 4,
  load: i32.load,
  store: i32.store,
  constant: i32.constant,
  add: i32.add,
  mul: i32.mul,
  maximum: (left, right) => select(i32.gt_s(left, right), left, right),
  minimum: (left, right) => select(i32.lt_s(left, right), left, right),
  less: i32.lt_s,
  equal: i32.eq,
  isNaN: null,
};

/** Bytes are stored modulo 256. Bools are bytes, 0 or 1. */
const byte: Scalar<"i32"> = { ...int32, bytes: 1, load: i32.load8_u, store: i32.store8 };

/** Vectors of the dtype, null for bytes. */
export function vectorArithmetic(dtype: DType): Arithmetic<"v128"> | null {
  const memory = { bytes: 16, load: v128.load, store: v128.store };
  switch (dtype) {
    case "float32":
      return { ...memory, add: f32x4.add, mul: f32x4.mul, maximum: f32x4.max, minimum: f32x4.min };
    case "float64":
      return { ...memory, add: f64x2.add, mul: f64x2.mul, maximum: f64x2.max, minimum: f64x2.min };
    case "int32":
      return { ...memory, add: i32x4.add, mul: i32x4.mul, maximum: i32x4.max_s, minimum: i32x4.min_s };
    case "uint8":
    case "bool":
      return null;
  }
}

/** Runs `body` with the instructions of a dtype. */
export function withScalar<R>(dtype: DType, body: <T extends ValueType>(scalar: Scalar<T>) => R): R {
  switch (dtype) {
    case "float32":
      return body(float32);
    case "float64":
      return body(float64);
    case "int32":
      return body(int32);
    case "uint8":
    case "bool":
      return body(byte);
  }
}
