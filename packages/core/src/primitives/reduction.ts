/** Rows that combine the elements along some axes. */
import { arithmeticDType, type DType, dtypes } from "../dtype.ts";
import type { GraphNode } from "../graph/node.ts";
import { reducedShape } from "../shape.ts";
import { withAttributes } from "./batching.ts";
import type { Build } from "./build.ts";
import { commonDType, numericDTypes } from "./elementwise.ts";
import type {
  Accumulation,
  ReductionAttributes,
  ReductionPrimitive,
  VectorJacobianProduct,
} from "./primitive.ts";

function reduction(
  name: string,
  accumulation: Accumulation,
  accepts: readonly DType[],
  vjp: VectorJacobianProduct<ReductionAttributes>,
): ReductionPrimitive<ReductionAttributes> {
  return {
    kind: "reduction",
    name,
    arity: 1,
    accumulation,
    batch: withAttributes(({ axes }) => ({ axes: axes.map((axis) => axis + 1) })),
    infer: (inputs, { axes }) => ({
      shape: reducedShape(inputs[0].shape, axes, false),
      dtype: commonDType(name, inputs, accepts),
    }),
    vjp,
  };
}

/** An extremum's gradient goes to the elements that attain it, in equal parts. */
const towardsExtremum: VectorJacobianProduct<ReductionAttributes> = ({
  inputs: [x],
  output,
  gradient,
  attributes: { axes },
  build,
}) => {
  const attains = build.equal(x, build.spread(output, axes, x.shape));
  // A dtype of 16 bits may not hold how many there are.
  const wide = arithmeticDType(x.dtype);
  const count = build.sum(build.cast(attains, wide), axes);
  const shared = build.cast(build.div(build.cast(gradient, wide), count), x.dtype);
  return [build.mul(build.cast(attains, x.dtype), build.spread(shared, axes, x.shape))];
};

export const reductionPrimitives = {
  sum: reduction("sum", "sum", numericDTypes, ({ inputs: [x], gradient, attributes: { axes }, build }) => [
    build.spread(gradient, axes, x.shape),
  ]),
  prod: reduction(
    "prod",
    "product",
    numericDTypes,
    ({ inputs: [x], gradient, attributes: { axes }, build }) => [
      build.mul(build.spread(gradient, axes, x.shape), productOfOthers(x, axes, build)),
    ],
  ),
  max: reduction("max", "maximum", dtypes, towardsExtremum),
  min: reduction("min", "minimum", dtypes, towardsExtremum),
};

/**
 * For each element the product of the others along `axes`: of those before it and those after it, so that no factor
 * of 0 has to be divided by, in this derivative and in those after it.
 */
function productOfOthers(x: GraphNode, axes: readonly number[], build: Build): GraphNode {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const permutation = [...kept, ...axes];
  const ordered = build.transpose(x, permutation);
  const length = axes.reduce((product, axis) => product * x.shape[axis], 1);
  if (length === 0) return x;
  const lines = build.reshape(ordered, [
    kept.reduce((product, axis) => product * x.shape[axis], 1),
    length,
    1,
  ]);
  const after = reversed(productsBefore(reversed(lines, build), build), build);
  const products = build.reshape(build.mul(productsBefore(lines, build), after), ordered.shape);
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
  return build.transpose(products, inverse);
}

/** For each element of [B, N, 1] the product of those before it: p[n] = x[n − 1]·p[n − 1], and p[0] = 1. */
function productsBefore(x: GraphNode, build: Build): GraphNode {
  const [lines, length] = x.shape;
  const moved = build.pad(
    build.slice(x, [0, 0, 0], [lines, length - 1, 1], [1, 1, 1]),
    [0, 1, 0],
    [0, 0, 0],
    [0, 0, 0],
  );
  const isFirst = build.equal(build.reshape(build.range(length), [1, length, 1]), 0);
  return build.linearRecurrence(moved, build.broadcastTo(build.cast(isFirst, x.dtype), x.shape));
}

/** The middle axis of [B, N, 1] in reverse. */
function reversed(x: GraphNode, build: Build): GraphNode {
  return build.slice(x, [0, x.shape[1] - 1, 0], x.shape, [1, -1, 1]);
}

/** The value that changes nothing: what a reduction over no elements gives. */
export function identityOf(accumulation: Accumulation, dtype: DType): number {
  if (accumulation === "sum") return 0;
  if (accumulation === "product") return 1;
  const [lowest, highest] = range(dtype);
  return accumulation === "maximum" ? lowest : highest;
}

function range(dtype: DType): readonly [lowest: number, highest: number] {
  switch (dtype) {
    case "float32":
    case "float64":
    case "float16":
    case "bfloat16":
      return [-Infinity, Infinity];
    case "int32":
      return [-(2 ** 31), 2 ** 31 - 1];
    case "uint8":
      return [0, 255];
    case "bool":
      return [0, 1];
  }
}
