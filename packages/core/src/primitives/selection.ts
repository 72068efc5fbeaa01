/** Rows that compare, choose and convert. */
import { type DType, isFloat, roundTo } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import { alignExamples } from "./batching.ts";
import { anyDType, binary, commonDType, commonShape } from "./elementwise.ts";
import type { ElementwisePrimitive } from "./primitive.ts";

const accepts = anyDType;
const compares = true;

/** Static properties of a cast: the dtype of the result. */
export interface CastAttributes extends Attributes {
  readonly dtype: DType;
}

const where: ElementwisePrimitive = {
  kind: "elementwise",
  name: "where",
  arity: 3,
  scalar: (condition, whenTrue, whenFalse) => (condition ? whenTrue : whenFalse),
  batch: alignExamples,
  infer(inputs) {
    const [condition, ...choices] = inputs;
    if (condition.dtype !== "bool") {
      throw new DTypeError(`where: the condition is ${condition.dtype}; it must be bool`);
    }
    return { shape: commonShape("where", inputs), dtype: commonDType("where", choices, accepts) };
  },
  vjp: ({ gradient, inputs: [condition], build }) => [
    null,
    build.where(condition, gradient, 0),
    build.where(condition, 0, gradient),
  ],
};

const cast: ElementwisePrimitive<CastAttributes> = {
  kind: "elementwise",
  name: "cast",
  arity: 1,
  scalar: (x) => x,
  batch: alignExamples,
  infer: ([{ shape }], { dtype }) => ({ shape, dtype }),
  vjp: ({ gradient, inputs: [x], output, build }) => [
    isFloat(x.dtype) && isFloat(output.dtype) ? build.cast(gradient, x.dtype) : null,
  ],
};

/** Its operand, as a constant to every gradient. */
const stopGradient: ElementwisePrimitive = {
  kind: "elementwise",
  name: "stopGradient",
  arity: 1,
  scalar: (x) => x,
  batch: alignExamples,
  infer: ([type]) => type,
  changesNothing: true,
  vjp: null,
};

export const selectionPrimitives = {
  stopGradient,
  equal: binary("equal", { accepts, compares, scalar: (x, y) => Number(x === y), gradient: null }),
  notEqual: binary("notEqual", { accepts, compares, scalar: (x, y) => Number(x !== y), gradient: null }),
  less: binary("less", { accepts, compares, scalar: (x, y) => Number(x < y), gradient: null }),
  lessEqual: binary("lessEqual", { accepts, compares, scalar: (x, y) => Number(x <= y), gradient: null }),
  where,
  cast,
};

/**
 * `value` converted from one dtype to another: floats become integers by truncation towards zero, saturated to
 * int32 (NaN becomes 0) and then wrapped for uint8; anything but 0 becomes true.
 */
export function convert(value: number, from: DType, to: DType): number {
  if (!isFloat(from) || isFloat(to) || to === "bool") return roundTo(to, value);
  const saturated = Math.min(Math.max(Math.trunc(value), -(2 ** 31)), 2 ** 31 - 1);
  return roundTo(to, Number.isNaN(saturated) ? 0 : saturated);
}
