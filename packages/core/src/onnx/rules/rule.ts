/** The argument and the result of a primitive's rule. */
import type { DType } from "../../dtype.ts";
import { EvaluationError } from "../../errors.ts";
import type { Attributes } from "../../graph/attributes.ts";
import type { Symbolic } from "../sizes.ts";
import type { TracedNode } from "../traced-graph.ts";
import type { Value, ValueType } from "../value.ts";
import type { GraphWriter } from "../writer.ts";

/** A call of a primitive that is to be written as nodes. */
export interface Call<A extends Attributes = Attributes> {
  readonly writer: GraphWriter;
  readonly inputs: readonly Value[];
  readonly attributes: Symbolic<A>;
  /** The type of the result in the graph. */
  readonly output: ValueType;
  /** The dtype of the result here. */
  readonly dtype: DType;
  readonly node: TracedNode;
}

/** How a primitive is written; a method, so that rules for narrower attributes fit. */
export interface Rule<A extends Attributes = Attributes> {
  /** Makes the nodes, and gives what they compute. */
  write(call: Call<A>): Value;
}

/** The rule of a primitive that ONNX has nothing for; `because` completes "it needs this, which …". */
export function refused(because: string): Rule {
  return {
    write({ node: { source } }) {
      const name = source.kind === "operation" ? source.primitive.name : source.kind;
      throw new EvaluationError(`it computes ${name}, ${because}`);
    },
  };
}

/** The rule of an operator that is what the primitive is. */
export function operator(name: string): Rule {
  return { write: ({ writer, inputs, output }) => writer.value(name, inputs, output) };
}

/** As {@link operator}, for one that works element by element. */
export function elementwise(name: string): Rule {
  return { write: ({ writer, inputs, output }) => writer.elementwise(name, inputs, output) };
}

/** The rule of a primitive whose result is its first operand. */
export const passing: Rule = { write: ({ inputs: [x] }) => x };
