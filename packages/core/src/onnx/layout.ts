/**
 * Transpositions are left to the results of what works on the axes one by one: so those between images with channels last, as
 * they are here, and with channels first, as ONNX has them, meet, and cancel.
 */
import { type Size, sameSizes } from "./sizes.ts";
import { broadcastSizes, type Value } from "./value.ts";

/** The permutation by which some of the operands were transposed, and all others can be; null if there is none. */
export function commonPermutation(operands: readonly Value[]): readonly number[] | null {
  const transposed = operands.flatMap(({ origin }) => (origin?.kind === "transpose" ? [origin] : []));
  if (transposed.length === 0) return null;
  const [{ permutation }] = transposed;
  const fits = operands.every(({ origin, shape }) => {
    if (origin?.kind === "transpose") return origin.permutation.join() === permutation.join();
    return shape.length <= permutation.length && isVector(shape);
  });
  return fits ? permutation : null;
}

/** Whether at most one size differs from 1: a transposition of it is a reshape. */
function isVector(shape: readonly Size[]): boolean {
  return shape.filter((size) => size !== 1).length <= 1;
}

/** The shape that a vector among transposed operands has before the transposition. */
export function shapeBefore(shape: readonly Size[], permutation: readonly number[]): readonly Size[] {
  const added = permutation.length - shape.length;
  const before = new Array<Size>(permutation.length).fill(1);
  shape.forEach((size, axis) => {
    before[permutation[axis + added]] = size;
  });
  return before;
}

/** The operands without the repetition of elements, where broadcasting repeats them too. */
export function withoutExpansion(operands: readonly Value[], shape: readonly Size[]): readonly Value[] {
  return operands.reduce<readonly Value[]>((kept, { origin }, place) => {
    if (origin?.kind !== "expand") return kept;
    const plain = kept.with(place, origin.of);
    return sameSizes(broadcastSizes(plain.map((each) => each.shape)), shape) ? plain : kept;
  }, operands);
}
