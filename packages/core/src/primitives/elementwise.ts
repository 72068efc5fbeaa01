/** How an elementwise row is made, and its rule for shapes and dtypes. */
import { type DType, dtypes } from "../dtype.ts";
import { DTypeError, listAlternatives } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import type { GraphNode, TensorType } from "../graph/node.ts";
import { broadcastShapes, type Shape, sameShape } from "../shape.ts";
import { alignExamples } from "./batching.ts";
import type { BuildOperand } from "./build.ts";
import type { DifferentiatedCall, ElementwisePrimitive } from "./primitive.ts";

/** The dtypes that rows accept. */
export const anyDType = dtypes;
export const numericDTypes = dtypes.filter((dtype) => dtype !== "bool");
export const integerDTypes: readonly DType[] = ["int32", "uint8"];
export const bitwiseDTypes: readonly DType[] = ["bool", "int32", "uint8"];

type Gradient = BuildOperand | null;

interface Definition {
  readonly additive?: boolean;
  readonly accepts: readonly DType[];
  /** Results are bools in place of the operands' dtype. */
  readonly compares?: boolean;
  readonly keepsPrecision?: boolean;
  readonly expensive?: boolean;
  readonly neutral?: { readonly left?: number; readonly right?: number };
}

interface UnaryDefinition extends Definition {
  readonly scalar: (x: number) => number;
  readonly gradient: ((call: DifferentiatedCall<Attributes>, x: GraphNode) => Gradient) | null;
}

interface BinaryDefinition extends Definition {
  readonly scalar: (x: number, y: number) => number;
  readonly integerScalar?: (x: number, y: number) => number;
  readonly gradient:
    | ((call: DifferentiatedCall<Attributes>, x: GraphNode, y: GraphNode) => readonly [Gradient, Gradient])
    | null;
}

/** A row of one operand. `gradient` gives what reaches the operand. */
export function unary(name: string, definition: UnaryDefinition): ElementwisePrimitive {
  const { gradient } = definition;
  return row(name, 1, definition, gradient && ((call) => [gradient(call, call.inputs[0])]));
}

/** A row of two operands, which are broadcast. `gradient` gives what reaches each. */
export function binary(name: string, definition: BinaryDefinition): ElementwisePrimitive {
  const { gradient } = definition;
  return row(name, 2, definition, gradient && ((call) => gradient(call, call.inputs[0], call.inputs[1])));
}

function row(
  name: string,
  arity: number,
  definition: Definition & Pick<ElementwisePrimitive, "scalar" | "integerScalar">,
  gradients: ((call: DifferentiatedCall<Attributes>) => readonly Gradient[]) | null,
): ElementwisePrimitive {
  const { accepts, compares, scalar, integerScalar, expensive, neutral, additive, keepsPrecision } =
    definition;
  return {
    kind: "elementwise",
    name,
    arity,
    scalar,
    integerScalar,
    expensive,
    neutral,
    additive,
    keepsPrecision,
    batch: alignExamples,
    infer(inputs) {
      const dtype = commonDType(name, inputs, accepts);
      return { shape: commonShape(name, inputs), dtype: compares ? "bool" : dtype };
    },
    vjp:
      gradients &&
      ((call) =>
        gradients(call).map((gradient) =>
          typeof gradient === "number" ? call.build.literal(gradient, call.output.dtype) : gradient,
        )),
  };
}

/** The dtype that all operands share; a DTypeError says which are accepted. */
export function commonDType(name: string, inputs: readonly TensorType[], accepts: readonly DType[]): DType {
  const { dtype } = inputs[0];
  for (let index = 1; index < inputs.length; index++) {
    if (inputs[index].dtype === dtype) continue;
    const given = inputs.map((input) => input.dtype).join(" and ");
    throw new DTypeError(`${name}: the dtypes differ: ${given}; cast one of them`);
  }
  if (!accepts.includes(dtype)) {
    throw new DTypeError(`${name}: does not take ${dtype}; accepted are ${listAlternatives(accepts)}`);
  }
  return dtype;
}

export function commonShape(name: string, inputs: readonly TensorType[]): Shape {
  let { shape } = inputs[0];
  for (let index = 1; index < inputs.length; index++) {
    const other = inputs[index].shape;
    if (!sameShape(shape, other)) shape = broadcastShapes(name, shape, other);
  }
  return shape;
}
