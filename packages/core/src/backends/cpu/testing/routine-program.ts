import type { Operand, Program } from "../../../compiler/program.ts";
import type { DType } from "../../../dtype.ts";
import type { Attributes } from "../../../graph/attributes.ts";
import type { TensorType } from "../../../graph/node.ts";
import type { RoutinePrimitive } from "../../../primitives/primitive.ts";
import { routinePrimitives } from "../../../primitives/table.ts";
import { contiguousStrides, type Shape, sizeOf } from "../../../shape.ts";

/** An operand of a routine, and where its elements lie in its buffer. Default: row-major from the first on. */
export interface LaidOutType extends TensorType {
  readonly offset?: number;
  readonly strides?: readonly number[];
}

/** A program of one routine, whose inputs are the first cells and whose output is the last. */
export function routineProgram(
  primitive: RoutinePrimitive,
  inputs: readonly LaidOutType[],
  attributes: Attributes,
): Program {
  const types: readonly LaidOutType[] = [...inputs, primitive.infer(inputs, attributes)];
  const operands = types.map(
    ({ shape, dtype, offset = 0, strides = contiguousStrides(shape) }, buffer): Operand => ({
      buffer,
      offset,
      strides,
      shape,
      dtype,
    }),
  );
  const output = operands[inputs.length];
  return {
    buffers: operands.map((operand, slot) => ({
      dtype: operand.dtype,
      length: lengthSeen(operand),
      role: { kind: "cell", slot },
    })),
    steps: [
      {
        kind: "routine",
        name: primitive.name,
        primitive,
        attributes,
        inputs: operands.slice(0, inputs.length),
        output,
      },
    ],
    outputs: [],
    scalarCount: 0,
    scratchBytes: 0,
  };
}

/** How the factors of a product lie in memory. */
export interface ProductLayout {
  /** Default: `"float32"`. */
  readonly dtype?: DType;
  /** Whether the last two dimensions of the left and of the right factor lie the other way round. Default: neither. */
  readonly transposed?: readonly [boolean, boolean];
  /** Elements before the first, and between the end of a row and the next. Default: 0. */
  readonly gap?: number;
}

/** A program of one matrix product. */
export function productProgram(
  left: Shape,
  right: Shape,
  { dtype = "float32", transposed = [false, false], gap = 0 }: ProductLayout = {},
): Program {
  const inputs = [left, right].map((shape, position) => ({
    shape,
    dtype,
    offset: gap,
    strides: transposed[position]
      ? swapLast(stridesWithGap(swapLast(shape), gap))
      : stridesWithGap(shape, gap),
  }));
  return routineProgram(routinePrimitives.matmul, inputs, {});
}

function stridesWithGap(shape: Shape, gap: number): readonly number[] {
  return contiguousStrides([...shape.slice(0, -1), shape[shape.length - 1] + gap]);
}

function swapLast(values: readonly number[]): number[] {
  return [...values.slice(0, -2), values[values.length - 1], values[values.length - 2]];
}

/** The elements of a buffer up to the last that the operand sees. */
function lengthSeen({ offset, shape, strides }: Operand): number {
  if (sizeOf(shape) === 0) return offset;
  return offset + shape.reduce((total, size, axis) => total + (size - 1) * strides[axis], 1);
}
