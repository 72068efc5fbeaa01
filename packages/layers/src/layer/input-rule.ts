import { ShapeError } from "@strata/core";
import { formatShape, isShape, type SymbolicShape } from "../utilities/shapes.ts";
import { describeForm, isLeaf, type Structure } from "./structure.ts";

/** The rule that the shape of a layer's single input keeps. */
export interface InputRule {
  /** The number of dimensions, that of the batch included. */
  readonly rank?: number;
  /** The names of the dimensions in place of their number, as many as the input must have: `["batch", "steps", "features"]`. */
  readonly axes?: readonly string[];
  /** The least number of dimensions. */
  readonly leastRank?: number;
  /** The sizes of some axes, which may be counted from the end. */
  readonly sizes?: Readonly<Record<number, number>>;
}

/** The rule of layers that take one tensor of any shape, and no structure of tensors. */
export const oneTensor: InputRule = {};

/** Throws a ShapeError in the layer's name unless its inputs are one tensor whose shape keeps the rule. */
export function checkInputs(
  layer: string,
  rule: InputRule,
  inputs: Structure<{ readonly shape: SymbolicShape } | null>,
): void {
  if (!isLeaf(inputs) || inputs === null) {
    throw new ShapeError(
      `${layer}: the input is the structure ${describeForm(inputs)}; the layer takes one tensor`,
    );
  }
  const { shape } = inputs;
  const { axes, rank = axes?.length, leastRank = 0, sizes = {} } = rule;
  const fail = (accepted: string): never => {
    throw new ShapeError(`${layer}: the input has the shape ${formatShape(shape)}; it must have ${accepted}`);
  };
  if (rank !== undefined && shape.length !== rank) {
    fail(`${rank} dimensions, ${axes === undefined ? "that of the batch included" : `[${axes.join(", ")}]`}`);
  }
  if (shape.length < leastRank) fail(`at least ${leastRank} dimensions, that of the batch included`);
  for (const [axis, size] of Object.entries(sizes)) {
    const found = shape.at(Number(axis));
    if (found !== size && found !== null) fail(`the size ${size} in axis ${axis}`);
  }
}

/**
 * The size of the last axis of a layer's input.
 *
 * @throws ShapeError in the layer's name if there are several inputs, no axis, or a size that is not known.
 */
export function lastSize(layer: { readonly name: string }, inputShape: SymbolicShape): number {
  return knownSize(layer, inputShape, -1);
}

/** The size of an axis of a layer's input, which may be counted from the end; as {@link lastSize}. */
export function knownSize(layer: { readonly name: string }, inputShape: SymbolicShape, axis: number): number {
  const isOne = isShape(inputShape);
  const size = isOne ? inputShape.at(axis) : undefined;
  if (typeof size === "number") return size;
  const shape = isOne ? formatShape(inputShape) : JSON.stringify(inputShape);
  throw new ShapeError(
    `${layer.name}: the input has the shape ${shape}; it must be one tensor whose axis ${axis} has a ` +
      "known size, since the layer's weights depend on it",
  );
}
