import { GraphNode, type TensorType } from "./graph/node.ts";
import { activeTrace, newTrace, withTrace } from "./graph/trace.ts";
import { Tensor } from "./tensor.ts";

const operation = "shape inference";

/**
 * Runs a function on tensors that have a shape and a dtype and no values, so that the types of its results are known.
 * Nothing is computed, and what the function assigns or draws at random has no effect.
 *
 * @param name The name of the function, for messages.
 * @param types A type for each placeholder.
 * @param body The function. It must not read values, or build anything that is to last: see {@link outsideTraces}.
 */
export function withPlaceholders<Result>(
  name: string,
  types: readonly TensorType[],
  body: (placeholders: readonly Tensor[]) => Result,
): Result {
  const trace = newTrace(operation, name);
  const placeholders = types.map(
    (type, index) => new Tensor(new GraphNode({ kind: "parameter", index }, type, [], trace)),
  );
  return withTrace(trace, () => body(placeholders));
}

/** Whether a function is being run by {@link withPlaceholders}. */
export function isInferringTypes(): boolean {
  return activeTrace()?.operation === operation;
}

/** Runs a function as if no other function were being traced, so that Variables that it makes last. */
export function outsideTraces<Result>(body: () => Result): Result {
  return withTrace(null, body);
}
