/** Values of an ONNX graph that is being made. */
import type { DType } from "../dtype.ts";
import type { ElementType } from "./model.ts";
import type { Size } from "./sizes.ts";

/** A value of the graph: a name for what a node computes, with its type. */
export interface Value {
  readonly name: string;
  readonly shape: readonly Size[];
  readonly dtype: ElementType;
  /** The value that it was made of, where the next node may be made of that. */
  readonly origin: Origin | null;
}

type Origin =
  | { readonly kind: "reshape"; readonly of: Value }
  | { readonly kind: "expand"; readonly of: Value }
  | {
      readonly kind: "reduce";
      readonly of: Value;
      readonly operator: string;
      readonly axes: readonly number[];
    }
  | { readonly kind: "transpose"; readonly of: Value; readonly permutation: readonly number[] }
  | { readonly kind: "positions"; readonly image: Value; readonly maxima: Value };

/** The type of a value. */
export type ValueType = Pick<Value, "shape" | "dtype">;

/**
 * The types that values of a dtype have in the graph. Where few runtimes compute in a dtype, it is one that holds its
 * values, and what is computed is rounded to the dtype.
 */
const carriers = {
  float32: "float32",
  float64: "float64",
  float16: "float16",
  bfloat16: "float32",
  int32: "int32",
  uint8: "int32",
  bool: "bool",
} as const satisfies Record<DType, ElementType>;

export function carrierOf(dtype: DType): (typeof carriers)[DType] {
  return carriers[dtype];
}

/** The sizes that these broadcast to. */
export function broadcastSizes(shapes: readonly (readonly Size[])[]): readonly Size[] {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.flatMap((shape) => shape[axis - (rank - shape.length)] ?? []);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}
