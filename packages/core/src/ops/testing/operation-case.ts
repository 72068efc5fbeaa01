/** How a public op is called by the table of operations. */
import { type DType, isFloat, type TypedArray } from "../../dtype.ts";
import type { MissingDerivative } from "../../primitives/testing/row-case.ts";
import { type Shape, sizeOf } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { type Draw, filled } from "../../testing/draw.ts";

/** An operand whose values are drawn. */
export interface Operand {
  readonly shape: Shape;
  /** `"float"` is float32 or float64, as the check wants. */
  readonly kind: "float" | "int32" | "bool";
  /** The bounds of the values; those of integers are included. */
  readonly between: readonly [lowest: number, highest: number];
}

/** An op applied to drawn operands. */
export interface OperationCase {
  readonly operands: readonly Operand[];
  /** A tensor, or tensors in arrays and objects; all floats among them are differentiated. */
  readonly apply: (...operands: Tensor[]) => object | Promise<object>;
  /** Why floats that are made of floats have no gradient. The table finds integers and bools by itself. */
  readonly withoutGradient?: MissingDerivative;
  /** Why the gradient has no derivative in turn. */
  readonly withoutSecondDerivative?: MissingDerivative;
}

/** A case of an op; an operand given as a shape holds floats between −2 and 2. */
export function operation(
  operands: readonly (Operand | Shape)[],
  apply: OperationCase["apply"],
  missing: Pick<OperationCase, "withoutGradient" | "withoutSecondDerivative"> = {},
): OperationCase {
  return {
    operands: operands.map((operand) => (isShape(operand) ? between(-2, 2, operand) : operand)),
    apply,
    ...missing,
  };
}

function isShape(operand: Operand | Shape): operand is Shape {
  return Array.isArray(operand);
}

/** Floats between two bounds, none of them in the middle, and no two of them close to each other. */
export function between(lowest: number, highest: number, shape: Shape): Operand {
  return { shape, kind: "float", between: [lowest, highest] };
}

/** Integers between two bounds, both included. */
export function integers(lowest: number, highest: number, shape: Shape): Operand {
  return { shape, kind: "int32", between: [lowest, highest] };
}

export function bools(shape: Shape): Operand {
  return { shape, kind: "bool", between: [0, 1] };
}

/** Values of the operands, which a float32 holds exactly. */
export function drawOperands({ operands }: OperationCase, draw: Draw): TypedArray[] {
  return operands.map(({ shape, kind, between: [lowest, highest] }) => {
    if (kind !== "float") return filled(kind, shape, () => draw.between(lowest, highest));
    const cells = 2 * Math.ceil((sizeOf(shape) + 1) / 2);
    const order = draw.shuffled(Array.from({ length: cells }, (_, cell) => cell));
    let next = 0;
    return filled("float64", shape, () => {
      const place = (order[next++] + 0.25 + 0.5 * draw.uniform()) / cells;
      return Math.fround(lowest + place * (highest - lowest));
    });
  });
}

/** The dtype of an operand where floats are `float`. */
export function dtypeOf({ kind }: Operand, float: DType): DType {
  return kind === "float" ? float : kind;
}

/** The tensors of a result. */
export function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(tensorsIn) : [];
}

export function isFloatTensor({ dtype }: Tensor): boolean {
  return isFloat(dtype);
}
