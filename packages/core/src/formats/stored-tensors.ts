/** Tensors on their way to a file. */
import { describeValue } from "../arguments.ts";
import type { DType, TypedArray } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import { nextTurn } from "../evaluate/turn.ts";
import { compute, valuesOf } from "../evaluate.ts";
import type { GraphNode } from "../graph/node.ts";
import type { Shape } from "../shape.ts";
import { nodeOf, type TensorLike } from "../tensor.ts";

/** Tensors by name. */
export type NamedTensorLikes = Readonly<Record<string, TensorLike>>;

/** A tensor that is to be written; its values are those of the moment at which it was made. */
export interface TensorToWrite {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  /** They must not be changed. */
  values(): Promise<TypedArray>;
}

/** The tensors of a record, computed in one program. */
export function tensorsToWrite(operation: string, tensors: NamedTensorLikes): TensorToWrite[] {
  if (typeof tensors !== "object" || tensors === null || Array.isArray(tensors)) {
    throw new DTypeError(
      `${operation}: the tensors are ${describeValue(tensors)}; they must be an object of tensors by name`,
    );
  }
  const broken = Object.keys(tensors).find((name) => /\p{Surrogate}/u.test(name));
  if (broken !== undefined) {
    throw new RangeError(
      `${operation}: the name ${JSON.stringify(broken)} has half of a character (a surrogate), which no file can hold`,
    );
  }
  const nodes = Object.entries(tensors).map(
    ([name, value]) => [name, nodeOf(value, undefined, operation)] as const,
  );
  compute(nodes.map(([, node]) => node));
  return nodes.map(([name, node]) => toWrite(name, node));
}

function toWrite(name: string, node: GraphNode): TensorToWrite {
  return {
    name,
    dtype: node.dtype,
    shape: node.shape,
    async values() {
      const values = valuesOf(node);
      await nextTurn();
      return values;
    },
  };
}
