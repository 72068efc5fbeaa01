import type { Program } from "../../../compiler/program.ts";
import type { Attributes } from "../../../graph/attributes.ts";
import type { TensorType } from "../../../graph/node.ts";
import type { RoutinePrimitive } from "../../../primitives/primitive.ts";
import { contiguousStrides, sizeOf } from "../../../shape.ts";

/** A program of one routine, whose inputs are the first cells and whose output is the last. */
export function routineProgram(
  primitive: RoutinePrimitive,
  inputs: readonly TensorType[],
  attributes: Attributes,
): Program {
  const types = [...inputs, primitive.infer(inputs, attributes)];
  const operands = types.map(({ shape, dtype }, buffer) => ({
    buffer,
    offset: 0,
    strides: contiguousStrides(shape),
    shape,
    dtype,
  }));
  const output = operands[inputs.length];
  return {
    buffers: types.map(({ shape, dtype }, slot) => ({
      dtype,
      length: sizeOf(shape),
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
