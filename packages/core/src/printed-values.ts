/** The values that a tensor shows when it is printed, and its form in JSON. */
import type { DType, TypedArray } from "./dtype.ts";
import { valuesOf } from "./evaluate.ts";
import type { GraphNode, TensorType } from "./graph/node.ts";
import { activeTrace } from "./graph/trace.ts";
import { type ArrayValue, nest } from "./nested-arrays.ts";
import type { Shape } from "./shape.ts";

/** A tensor as `JSON.stringify` writes it. */
export interface TensorJson {
  /** The type of the elements. */
  readonly dtype: DType;
  /** The sizes of the dimensions. */
  readonly shape: Shape;
  /** The values; NaN, `Infinity` and `-Infinity` as strings. */
  readonly values: JsonValues;
}

/** Values in nested arrays, and strings for those that JSON has no numbers for. */
export type JsonValues = number | boolean | string | JsonValues[];

/** The values, computed if they are not there; while a function is traced, or where that fails, the reason. */
export function printedValues(node: GraphNode): TypedArray | string {
  if (node.trace !== null) {
    return `no values yet: "${node.trace.name}" is being traced by ${node.trace.operation}`;
  }
  if (node.value !== null) return node.value;
  if (activeTrace() !== null) return notWhileTracing();
  try {
    return valuesOf(node);
  } catch (error) {
    return `its values cannot be computed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Why values are not computed in order to be printed. */
export function notWhileTracing(): string {
  return `not computed while "${activeTrace()?.name}" is being traced`;
}

export function tensorJson({ dtype, shape }: TensorType, values: TypedArray): TensorJson {
  return { dtype, shape, values: forJson(nest(values, shape, dtype === "bool")) };
}

function forJson(values: ArrayValue): JsonValues {
  if (Array.isArray(values)) return values.map(forJson);
  return typeof values === "boolean" || Number.isFinite(values) ? values : String(values);
}
