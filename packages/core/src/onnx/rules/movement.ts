/** How what moves, combines and makes elements is written. */
import type { ConcatAttributes, PadAttributes } from "../../primitives/assembly.ts";
import type { LiteralAttributes, RangeAttributes } from "../../primitives/generator.ts";
import type { ShapeAttributes, SliceAttributes, TransposeAttributes } from "../../primitives/movement.ts";
import type { ReductionAttributes } from "../../primitives/primitive.ts";
import { known, knownSizes, plus, type Size, scaled } from "../sizes.ts";
import type { Value } from "../value.ts";
import type { GraphWriter } from "../writer.ts";
import type { Rule } from "./rule.ts";

const reshape: Rule<ShapeAttributes> = {
  write: ({ writer, inputs: [x], attributes: { shape } }) => writer.reshape(x, shape),
};

const transpose: Rule<TransposeAttributes> = {
  write: ({ writer, inputs: [x], attributes: { permutation } }) =>
    writer.transpose(x, knownSizes(permutation, "a permutation")),
};

const broadcastTo: Rule<ShapeAttributes> = {
  write: ({ writer, inputs: [x], attributes: { shape } }) => writer.expand(x, shape),
};

const slice: Rule<SliceAttributes> = {
  write: ({ writer, inputs: [x], attributes: { begin, size, step } }) =>
    writer.slice(x, begin, size, knownSizes(step, "a step")),
};

const concat: Rule<ConcatAttributes> = {
  write: ({ writer, inputs, attributes: { axis }, output }) =>
    writer.concat(inputs, known(axis, "an axis"), output.shape),
};

const pad: Rule<PadAttributes> = {
  write({ writer, inputs: [x], attributes: { before, after, interior, value }, output }) {
    const gaps = knownSizes(interior, "a gap");
    const fill = known(value, "a fill");
    const spread = gaps.reduce((each, gap, axis) => withGaps(writer, each, axis, gap, fill), x);
    return writer.pad(
      spread,
      knownSizes(before, "a padding"),
      knownSizes(after, "a padding"),
      fill,
      output.shape,
    );
  },
};

/** Puts `gap` numbers between neighbours: after each, and then none after the last. */
function withGaps(writer: GraphWriter, x: Value, axis: number, gap: number, fill: number): Value {
  if (gap === 0) return x;
  const size = x.shape[axis];
  const put = (...sizes: readonly Size[]): Size[] => [
    ...x.shape.slice(0, axis),
    ...sizes,
    ...x.shape.slice(axis + 1),
  ];
  const none = put(0, 0).map(() => 0);
  const after = none.map((_, each) => (each === axis + 1 ? gap : 0));
  const padded = writer.pad(writer.reshape(x, put(size, 1)), none, after, fill, put(size, gap + 1));
  const joined = writer.reshape(padded, put(scaled(size, gap + 1)));
  const ones = x.shape.map(() => 1);
  return writer.slice(
    joined,
    ones.map(() => 0),
    put(plus(scaled(size, gap + 1), -gap)),
    ones,
  );
}

const literal: Rule<LiteralAttributes> = {
  write({ writer, attributes: { value }, output: { dtype } }) {
    if (typeof value === "number") return writer.parts.scalar(value, dtype);
    return writer.cast(writer.reshape(writer.sizes([value]), []), dtype);
  },
};

const range: Rule<RangeAttributes> = {
  write({ writer, attributes: { start, step, length }, output: { dtype } }) {
    const numbers = writer.cast(writer.range(length), dtype);
    const scaledNumbers = step === 1 ? numbers : writer.map("Mul", [numbers, known(step, "a step")]);
    return start === 0 ? scaledNumbers : writer.map("Add", [scaledNumbers, known(start, "a start")]);
  },
};

/** A reduction; of bools, by way of integers, since few runtimes reduce them. */
function reduction(operator: string): Rule<ReductionAttributes> {
  return {
    write({ writer, inputs: [x], attributes: { axes }, output: { dtype } }) {
      const along = knownSizes(axes, "an axis");
      const numbers = x.dtype === "bool" ? writer.cast(x, "int32") : x;
      return writer.cast(writer.reduce(operator, numbers, along), dtype);
    },
  };
}

export const movementRules = {
  reshape,
  transpose,
  broadcastTo,
  slice,
  concat,
  pad,
  literal,
  range,
  sum: reduction("ReduceSum"),
  prod: reduction("ReduceProd"),
  max: reduction("ReduceMax"),
  min: reduction("ReduceMin"),
} satisfies Record<string, Rule>;
