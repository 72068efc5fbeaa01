import { Tensor, type TensorLike, Variable } from "@strata/core";
import { toTensor } from "../../utilities/tensors.ts";

/** Numbers in any shape, or an iterable of batches of them. */
export type AdaptData = TensorLike | Iterable<TensorLike>;

/** The batches of numbers; an array or a tensor is one batch. */
export function* numericBatches(data: AdaptData): Iterable<Tensor> {
  if (isBatches<TensorLike>(data)) {
    for (const batch of data) yield toTensor(batch);
  } else {
    yield toTensor(data);
  }
}

/** Whether data is an iterable of batches, and no array or tensor. */
export function isBatches<Batch>(data: unknown): data is Iterable<Batch> {
  if (typeof data !== "object" || data === null || Array.isArray(data) || ArrayBuffer.isView(data))
    return false;
  return !(data instanceof Tensor || data instanceof Variable) && Symbol.iterator in data;
}
