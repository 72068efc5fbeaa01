/** Values at the door of a layer's call: what is given becomes tensors, and what comes out carries its masks. */
import { cast, EvaluationError, reshape, Tensor } from "@strata/core";
import { checkTensorLike, describeValue, isFloat } from "@strata/core/internal";
import type { FloatDType } from "../utilities/tensors.ts";
import { toTensor } from "../utilities/tensors.ts";
import { type MaskStructure, maskOf, setMask } from "./masks.ts";
import { SymbolicType } from "./output-types.ts";
import { isTensorValue, leavesOf, mapStructure, parseStructure, type Structure } from "./structure.ts";
import { SymbolicTensor } from "./symbolic-tensor.ts";

/** Whether a value is a tensor, or stands for one. */
export function isLeafTensor(value: unknown): boolean {
  return isTensorValue(value) || value instanceof SymbolicTensor;
}

/** Whether there is a symbolic tensor in a structure. */
export function containsSymbolic(structure: unknown): boolean {
  return leavesOf<unknown>(structure).some((leaf) => leaf instanceof SymbolicTensor);
}

/** A leaf of the inputs as a tensor or a symbolic tensor; null for none. */
export function toLeaf(value: unknown): SymbolicTensor | Tensor | null {
  return value instanceof SymbolicTensor ? value : toTensorOrNull(value);
}

/** A leaf as a tensor; null for none. */
export function toTensorOrNull(value: unknown): Tensor | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Tensor) return value;
  checkTensorLike("apply", value);
  return toTensor(value);
}

/** A float tensor in a dtype, with the mask that it carries. */
export function autocast<Value extends Tensor | null>(value: Value, dtype: FloatDType): Value | Tensor {
  if (value === null || value.dtype === dtype || !isFloat(value.dtype)) return value;
  const converted = cast(value, dtype);
  setMask(converted, maskOf(value));
  return converted;
}

/** The results, with copies of inputs that are passed on as they are, so that they may carry another mask. */
export function apart(results: unknown, inputs: Structure<Tensor | null>): unknown {
  const given = new Set<unknown>(leavesOf(inputs));
  if (!leavesOf<unknown>(resultsIn(results)).some((each) => given.has(each))) return results;
  return mapStructure(resultsIn(results), (each) =>
    each instanceof Tensor && given.has(each) ? reshape(each, each.shape) : each,
  );
}

/** Makes the results carry masks, where they carry none of their own. */
export function passMasks(outputs: unknown, masks: MaskStructure | null): void {
  if (masks === null) return;
  const found = leavesOf(masks);
  leavesOf<unknown>(resultsIn(outputs)).forEach((output, index) => {
    if (output instanceof Tensor && maskOf(output) === null) setMask(output, found[index] ?? null);
  });
}

/** The results of a call; what is no tensor is a leaf. */
export function resultsIn(results: unknown): Structure<unknown> {
  return parseStructure<unknown>(results, isTensorValue, (leaf) => leaf);
}

/** The type of a leaf in a layer that computes in a dtype; null for none. */
export function typeOf(value: unknown, dtype: FloatDType): SymbolicType | null {
  if (value instanceof SymbolicTensor) return new SymbolicType(value.shape, value.dtype);
  const tensor = toTensorOrNull(value);
  if (tensor === null) return null;
  return new SymbolicType(tensor.shape, isFloat(tensor.dtype) ? dtype : tensor.dtype);
}

/** The results of a layer's call, which must be tensors. */
export function tensorsOf(name: string, results: unknown): Structure<Tensor> {
  return mapStructure(resultsIn(results), (each) => {
    if (each instanceof Tensor) return each;
    throw new EvaluationError(`${name}: call gave ${describeValue(each)}; it must give tensors`);
  });
}
