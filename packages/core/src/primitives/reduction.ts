/** Rows that combine the elements along some axes. */
import { type DType, dtypes } from "../dtype.ts";
import type { GraphNode } from "../graph/node.ts";
import { reducedShape } from "../shape.ts";
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
  const attains = build.cast(build.equal(x, build.spread(output, axes, x.shape)), x.dtype);
  const shared = build.div(gradient, build.sum(attains, axes));
  return [build.mul(attains, build.spread(shared, axes, x.shape))];
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
 * For each element the product of the others along `axes`: by division where no factor is 0, and else without the
 * zeros, so that a single 0 still has its gradient.
 */
function productOfOthers(x: GraphNode, axes: readonly number[], build: Build): GraphNode {
  const isZero = build.equal(x, 0);
  const nonZero = build.where(isZero, 1, x);
  const zeros = build.cast(isZero, x.dtype);
  const otherZeros = build.sub(build.spread(build.sum(zeros, axes), axes, x.shape), zeros);
  const product = build.spread(build.product(nonZero, axes), axes, x.shape);
  return build.where(build.equal(otherZeros, 0), build.div(product, nonZero), 0);
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
      return [-Infinity, Infinity];
    case "int32":
      return [-(2 ** 31), 2 ** 31 - 1];
    case "uint8":
      return [0, 255];
    case "bool":
      return [0, 1];
  }
}
