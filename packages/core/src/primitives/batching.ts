/** How a row is called for many examples at once, which are stacked along a new first axis. */
import type { Attributes } from "../graph/attributes.ts";
import type { GraphNode } from "../graph/node.ts";
import type { Shape } from "../shape.ts";
import type { BatchedCall } from "./primitive.ts";

/** The shape of an input for one example. */
export function exampleShape({ inputs, batched }: BatchedCall<Attributes>, index: number): Shape {
  return batched[index] ? inputs[index].shape.slice(1) : inputs[index].shape;
}

/** An input for all examples, also where they share it. */
export function stackedInput(call: BatchedCall<Attributes>, index: number): GraphNode {
  const { inputs, batched, count, build } = call;
  const input = inputs[index];
  return batched[index] ? input : build.broadcastTo(input, [count, ...input.shape]);
}

/** Of inputs that are broadcast: the axis of the examples comes before those of all of them. */
export function alignExamples<A extends Attributes>(call: BatchedCall<A>): GraphNode {
  const { inputs, batched, attributes, apply, build } = call;
  const rank = inputs.reduce((most, _, index) => Math.max(most, exampleShape(call, index).length), 0);
  const aligned = inputs.map((input, index) => {
    if (!batched[index]) return input;
    const [count, ...shape] = input.shape;
    return build.reshape(input, [count, ...new Array<number>(rank - shape.length).fill(1), ...shape]);
  });
  return apply(aligned, attributes);
}

/** Of rows that need nothing but other attributes, made from the shape of the first input for one example. */
export function withAttributes<A extends Attributes>(change: (attributes: A, count: number) => A) {
  return (call: BatchedCall<A>): GraphNode => {
    const { inputs, attributes, count, apply } = call;
    return apply(
      inputs.map((_, index) => stackedInput(call, index)),
      change(attributes, count),
    );
  };
}

/** Of rows whose inputs' first axes count calls that know nothing of each other: there are more of them. */
export function foldExamples<A extends Attributes>(call: BatchedCall<A>): GraphNode {
  const { inputs, attributes, count, apply, build } = call;
  const [calls] = exampleShape(call, 0);
  const folded = inputs.map((_, index) => {
    const [, ...shape] = exampleShape(call, index);
    return build.reshape(build.broadcastTo(stackedInput(call, index), [count, calls, ...shape]), [
      count * calls,
      ...shape,
    ]);
  });
  const output = apply(folded, attributes);
  return build.reshape(output, [count, calls, ...output.shape.slice(1)]);
}
