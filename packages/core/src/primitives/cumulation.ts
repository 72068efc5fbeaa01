/** Rows that run along an axis, each element made of the one before. */
import { isFloat, roundTo } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import type { GraphNode } from "../graph/node.ts";
import { formatShape, type Shape, sameShape } from "../shape.ts";
import { foldExamples } from "./batching.ts";
import type { Build } from "./build.ts";
import { anyDType, commonDType, numericDTypes } from "./elementwise.ts";
import type { RoutinePrimitive } from "./primitive.ts";

export interface CumulateAttributes extends Attributes {
  readonly accumulation: "sum" | "maximum" | "minimum";
}

/** Running sums or extrema along the middle axis of [B, N, I]. */
const cumulate: RoutinePrimitive<CumulateAttributes> = {
  kind: "routine",
  name: "cumulate",
  arity: 1,
  batch: foldExamples,
  infer([x], { accumulation }) {
    checkRank("cumulate", x.shape);
    return {
      shape: x.shape,
      dtype: commonDType("cumulate", [x], accumulation === "sum" ? numericDTypes : anyDType),
    };
  },
  vjp({ inputs: [x], output, gradient, attributes: { accumulation }, build }) {
    if (accumulation === "sum") return [reversed(build.cumulate(reversed(gradient, build), "sum"), build)];
    return [towardsAttaining(x, output, gradient, build)];
  },
  evaluate([x], { accumulation }, output) {
    const combine = combinations[accumulation];
    forEachStep(output.shape, (at, before) => {
      const value = before === null ? x.values[at] : combine(output.values[before], x.values[at]);
      output.values[at] = isFloat(output.dtype) ? value : roundTo(output.dtype, value);
    });
  },
};

/** h[n] = a[n]·h[n − 1] + b[n] along the middle axis of [B, N, I], with h[−1] = 0. */
const linearRecurrence: RoutinePrimitive<Attributes> = {
  kind: "routine",
  name: "linearRecurrence",
  arity: 2,
  batch: foldExamples,
  infer(inputs) {
    const [a, b] = inputs;
    checkRank("linearRecurrence", a.shape);
    if (!sameShape(a.shape, b.shape)) {
      throw new ShapeError(
        `linearRecurrence: the shapes ${formatShape(a.shape)} and ${formatShape(b.shape)} differ; they must be the same`,
      );
    }
    return { shape: a.shape, dtype: commonDType("linearRecurrence", inputs, numericDTypes) };
  },
  // What reaches b is r[n] = g[n] + a[n + 1]·r[n + 1], the same recurrence run backwards.
  vjp({ inputs: [a], output, gradient, build }) {
    const next = shifted(a, -1, build);
    const towardsB = reversed(
      build.linearRecurrence(reversed(next, build), reversed(gradient, build)),
      build,
    );
    return [build.mul(towardsB, shifted(output, 1, build)), towardsB];
  },
  evaluate([a, b], _attributes, output) {
    const { values, dtype } = output;
    forEachStep(output.shape, (at, before) => {
      const [factor, previous] = [a.values[at], before === null ? 0 : values[before]];
      const product = isFloat(dtype) ? factor * previous : Math.imul(factor, previous);
      values[at] = isFloat(dtype) ? product + b.values[at] : roundTo(dtype, product + b.values[at]);
    });
  },
};

export const cumulationPrimitives = { cumulate, linearRecurrence };

const combinations = { sum: (a: number, b: number) => a + b, maximum: Math.max, minimum: Math.min };

/** Visits the elements of [B, N, I] in order, each with the place of the one before it along the middle axis. */
function forEachStep(
  [batch, length, width]: Shape,
  visit: (at: number, before: number | null) => void,
): void {
  for (let table = 0; table < batch; table++) {
    for (let step = 0; step < length; step++) {
      for (let column = 0; column < width; column++) {
        const at = (table * length + step) * width + column;
        visit(at, step === 0 ? null : at - width);
      }
    }
  }
}

function checkRank(name: string, shape: Shape): void {
  if (shape.length !== 3) throw new ShapeError(`${name}: takes [B, N, I], not ${formatShape(shape)}`);
}

/** The middle axis in reverse. */
function reversed(x: GraphNode, build: Build): GraphNode {
  const [, length] = x.shape;
  return length === 0 ? x : build.slice(x, [0, length - 1, 0], x.shape, [1, -1, 1]);
}

/** Moved by one along the middle axis: forwards (1) or backwards (−1), with zeros coming in. */
function shifted(x: GraphNode, by: 1 | -1, build: Build): GraphNode {
  const [batch, length, width] = x.shape;
  if (length === 0) return x;
  const kept = build.slice(x, [0, by === 1 ? 0 : 1, 0], [batch, length - 1, width], [1, 1, 1]);
  return build.pad(kept, [0, by === 1 ? 1 : 0, 0], [0, by === 1 ? 0 : 1, 0], [0, 0, 0]);
}

/** A running extremum's gradient goes to the latest element that attains it. */
function towardsAttaining(x: GraphNode, output: GraphNode, gradient: GraphNode, build: Build): GraphNode {
  const [batch, length, width] = x.shape;
  const numbers = build.broadcastTo(build.reshape(build.range(length), [1, length, 1]), x.shape);
  const attaining = build.cumulate(build.where(build.equal(x, output), numbers, 0), "maximum");
  const columns = (values: GraphNode): GraphNode => build.transpose(values, [0, 2, 1]);
  const lines = batch * width;
  const zeros = build.broadcastTo(build.literal(0, gradient.dtype), [lines, length, 1]);
  const summed = build.scatter(
    zeros,
    build.reshape(columns(attaining), [lines, length]),
    build.reshape(columns(gradient), [lines, length, 1]),
    "add",
  );
  return columns(build.reshape(summed, [batch, width, length]));
}
