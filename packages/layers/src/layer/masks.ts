import type { Tensor } from "@strata/core";
import { isTensorValue, leavesOf, mapStructure, parseStructure, type Structure } from "./structure.ts";

/** Which steps of a sequence count, for each tensor of a structure; null where all do. */
export type MaskStructure = Structure<Tensor | null>;

const masks = new WeakMap<Tensor, Tensor>();

/** The mask that a tensor carries, of its leading dimensions: true where a step counts. Null if all do. */
export function maskOf(tensor: Tensor): Tensor | null {
  return masks.get(tensor) ?? null;
}

/** The mask of a layer's single input; null if all steps count. */
export function singleMask(mask: MaskStructure | null): Tensor | null {
  return mask === null ? null : (leavesOf(mask)[0] ?? null);
}

/** Makes a tensor carry a mask, which layers that it is given to take into account, and pass on. */
export function setMask(tensor: Tensor, mask: Tensor | null): void {
  if (mask === null) masks.delete(tensor);
  else masks.set(tensor, mask);
}

/**
 * Reads the masks that a call is given: an array of bools is one mask, one with a tensor or with null in it has a mask for
 * each input. Null if there are none.
 *
 * @param read Makes a mask of what stands in its place.
 */
export function readMasks(given: unknown, read: (leaf: unknown) => Tensor | null): MaskStructure | null {
  const visit = (part: unknown): MaskStructure =>
    Array.isArray(part) && part.some((each) => each === null || each === undefined)
      ? part.map(visit)
      : parseStructure(part, isTensorValue, read);
  return withoutNone(visit(given));
}

/** The masks that the tensors of a structure carry; null if none does. */
export function masksOf(structure: Structure<Tensor | null>): MaskStructure | null {
  return withoutNone(mapStructure(structure, (tensor) => (tensor === null ? null : maskOf(tensor))));
}

function withoutNone(found: MaskStructure): MaskStructure | null {
  return leavesOf(found).some((mask) => mask !== null) ? found : null;
}
