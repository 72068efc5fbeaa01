/** Calls of rows with drawn values: on a backend, and on the oracle alone. */
import { evaluatePrimitive } from "../../backends/reference/evaluate-primitive.ts";
import { allocateArray, type DType, dtypes, isFloat, type TypedArray } from "../../dtype.ts";
import { DTypeError } from "../../errors.ts";
import type { Attributes } from "../../graph/attributes.ts";
import { dataNode, type GraphNode, type TensorType } from "../../graph/node.ts";
import { type Shape, sizeOf } from "../../shape.ts";
import { applyPrimitive } from "../apply.ts";
import type { NdArray, Primitive } from "../primitive.ts";
import { type PrimitiveName, primitives } from "../table.ts";
import type { DrawnCall } from "./row-case.ts";

export const rowNames = Object.keys(primitives).filter(isRowName);

function isRowName(name: string): name is PrimitiveName {
  return Object.hasOwn(primitives, name);
}

export function rowOf(name: PrimitiveName): Primitive {
  return primitives[name];
}

/** A call with the dtype of each input. */
export interface TypedCall extends DrawnCall {
  readonly dtypes: readonly DType[];
}

/** The dtypes, one for each input, that the row's own rule accepts. */
export function acceptedDTypes(row: Primitive, { shapes, attributes }: DrawnCall): (readonly DType[])[] {
  let combinations: (readonly DType[])[] = [[]];
  shapes.forEach((_, position) => {
    // Of many inputs, all after the third have the dtype of the third.
    combinations = combinations.flatMap((before) =>
      position < 3 ? dtypes.map((dtype) => [...before, dtype]) : [[...before, before[2]]],
    );
  });
  return combinations.filter((candidate) => accepts(row, { shapes, attributes, dtypes: candidate }));
}

function accepts(row: Primitive, call: TypedCall): boolean {
  try {
    row.infer(typesOf(call), call.attributes);
    return true;
  } catch (error) {
    if (error instanceof DTypeError) return false;
    throw error;
  }
}

export function typesOf(call: TypedCall): TensorType[] {
  return call.shapes.map((shape, index) => ({ shape, dtype: call.dtypes[index] }));
}

export function resultType(row: Primitive, call: TypedCall): TensorType {
  return row.infer(typesOf(call), call.attributes);
}

/** A node of the lazy graph that makes the call. */
export function nodeOfCall(name: PrimitiveName, call: TypedCall, values: readonly TypedArray[]): GraphNode {
  return applyPrimitive(name, inputNodes(call, values), call.attributes);
}

export function inputNodes(call: TypedCall, values: readonly TypedArray[]): GraphNode[] {
  return typesOf(call).map((type, index) => dataNode(values[index], type));
}

/** The row's reference evaluation, with floats in float64 whatever their dtype. */
export function evaluateRow(row: Primitive, call: TypedCall, values: readonly TypedArray[]): TypedArray {
  const inputs = typesOf(call).map(
    (type, index): NdArray => ({ ...type, values: widened(type.dtype, values[index]) }),
  );
  const type = resultType(row, call);
  const output = { ...type, values: emptyWide(type.dtype, type.shape) };
  evaluatePrimitive(row, inputs, call.attributes, output);
  return output.values;
}

function emptyWide(dtype: DType, shape: Shape): TypedArray {
  return allocateArray(isFloat(dtype) ? "float64" : dtype, sizeOf(shape));
}

function widened(dtype: DType, values: TypedArray): TypedArray {
  return isFloat(dtype) ? Float64Array.from(values) : values;
}

/** A call as a failing test names it. */
export function describeCall(name: string, { shapes, dtypes: given, attributes }: TypedCall): string {
  const operands = shapes.map((shape, index) => `${given[index]} [${shape.join(", ")}]`);
  return `${name}(${operands.join(", ")}) with ${JSON.stringify(attributes)}`;
}

export type { Attributes };
