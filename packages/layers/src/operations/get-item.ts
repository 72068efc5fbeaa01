import { expandDims, slice, type Tensor, type TensorLike } from "@strata/core";

/** The entry of one axis between Python's brackets: an index, a range, `"newAxis"` for an axis of size 1, or `"..."`. */
export type KeyPart = number | "newAxis" | "..." | readonly (number | null)[];

/** A part of a tensor, as Python's `x[key]` gives it: core's `slice` with new axes. */
export function getItem(x: TensorLike, key: readonly KeyPart[]): Tensor {
  const specs = key.filter((part) => part !== "newAxis");
  let result = slice(x, specs);
  const kept = key.filter((part) => typeof part !== "number");
  const ellipsis = kept.indexOf("...");
  const named = kept.filter((part) => part !== "..." && part !== "newAxis").length;
  const implied = result.rank - named;
  let axis = 0;
  kept.forEach((part, index) => {
    if (part === "newAxis") result = expandDims(result, axis);
    axis += part === "..." && index === ellipsis ? implied : 1;
  });
  return result;
}
