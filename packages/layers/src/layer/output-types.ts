/** The types of a function's results for inputs of which some dimensions are not known. */
import type { DType, Shape, Tensor } from "@strata/core";
import { describeValue, divisorOf, isInferringTypes, withPlaceholders } from "@strata/core/internal";
import { isPlainObject } from "../schema/configurable.ts";
import { isShape, type SymbolicShape } from "../utilities/shapes.ts";
import { leavesOf, mapStructure, type Structure } from "./structure.ts";

/** The type of a tensor before there are data. */
export class SymbolicType {
  /** The sizes of the dimensions; null where any size is taken. */
  readonly shape: SymbolicShape;
  /** The type of the elements. */
  readonly dtype: DType;

  constructor(shape: SymbolicShape, dtype: DType) {
    this.shape = shape;
    this.dtype = dtype;
  }
}

/** The types that a shape, or a structure of shapes, stands for. */
export function typesOfShapes(shapes: unknown, dtype: DType): Structure<SymbolicType> {
  if (isShape(shapes)) return new SymbolicType(shapes, dtype);
  if (Array.isArray(shapes)) return shapes.map((each) => typesOfShapes(each, dtype));
  if (isPlainObject(shapes)) {
    return Object.fromEntries(
      Object.entries(shapes).map(([name, each]) => [name, typesOfShapes(each, dtype)]),
    );
  }
  throw new RangeError(
    `the input shape is ${describeValue(shapes)}; it must be an array of sizes, or null for any size`,
  );
}

/**
 * Sizes that stand for unknown ones, an axis each: a size of the result that is the same with both sets does not
 * depend on an unknown one. They are primes, so that products and quotients of them are not mistaken for known sizes.
 */
const placeholderSizes = [
  [1009, 1151, 1291, 1439, 1571, 1709, 1867, 1997],
  [1013, 1153, 1297, 1447, 1579, 1721, 1871, 1999],
] as const;

/**
 * Factors of the placeholder sizes that are tried where a function does not take the primes, because it divides an unknown
 * size: the second and third have the divisors that are common; errors that name theirs are asked ({@link divisorOf}).
 */
const factors = [1, 60, 5040] as const;

/** How many factors are tried before what the function says of the sizes is taken for true of all sizes. */
const mostFactors = 6;

/** Whether types are being inferred, and a size of the shape stands for an unknown one. */
export function hasUnknownSize(shape: Shape): boolean {
  const isUnknown = (size: number): boolean =>
    size > 0 && placeholderSizes.some((sizes) => sizes.some((prime) => size % prime === 0));
  return isInferringTypes() && shape.some(isUnknown);
}

/**
 * Runs `call` on tensors without values, once for each set of placeholder sizes, and compares the results.
 *
 * @param name The name of the function, for messages.
 * @param inputs The types of the inputs.
 * @param call The function, which computes nothing.
 */
export function inferOutputTypes(
  name: string,
  inputs: readonly SymbolicType[],
  call: (placeholders: readonly Tensor[]) => Structure<Tensor>,
): Structure<SymbolicType> {
  const run = (sizes: readonly number[]): Structure<Tensor> =>
    withPlaceholders(
      name,
      inputs.map(({ shape, dtype }) => ({ shape: filled(shape, sizes), dtype })),
      call,
    );
  const isKnown = inputs.every(({ shape }) => shape.every((size) => size !== null));
  const runs = isKnown ? [run([])] : withAcceptedSizes(run);
  const [first, second = first] = runs;
  const others = leavesOf(second);
  return mapStructure(first, ({ shape, dtype }, index) => {
    const sizes = shape.map((size, axis) => (size === others[index].shape[axis] ? size : null));
    return new SymbolicType(sizes, dtype);
  });
}

/** Runs a function with both sets of sizes, times the first factor with which it takes them. */
function withAcceptedSizes<Result>(run: (sizes: readonly number[]) => Result): readonly Result[] {
  const tried = new Set<number>();
  let next: number | undefined = 1;
  let refusal: unknown = null;
  while (next !== undefined && tried.size < mostFactors) {
    const factor: number = next;
    tried.add(factor);
    const multiple = (size: number): number => size * factor;
    try {
      return placeholderSizes.map((sizes) => run(sizes.map(multiple)));
    } catch (error) {
      refusal ??= withoutPlaceholders(error);
      const wanted = factor * (divisorOf(error) ?? 1);
      next = [wanted, ...factors].find((each) => !tried.has(each));
    }
  }
  throw refusal;
}

/** The error, with the sizes that stand for unknown ones called so. */
function withoutPlaceholders(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const sizes = new RegExp(`\\b(${placeholderSizes.flat().join("|")})\\b`, "g");
  error.message = error.message.replace(sizes, "null");
  return error;
}

function filled(shape: SymbolicShape, sizes: readonly number[]): Shape {
  return shape.map((size, axis) => size ?? sizes[axis % sizes.length]);
}
