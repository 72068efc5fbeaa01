/** Rows that read and write elements at places that are values themselves. */
import { isFloat, roundTo } from "../dtype.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import type { Attributes } from "../graph/attributes.ts";
import type { GraphNode, TensorType } from "../graph/node.ts";
import { formatShape, sizeOf } from "../shape.ts";
import { foldExamples } from "./batching.ts";
import type { Build } from "./build.ts";
import { anyDType, commonDType } from "./elementwise.ts";
import type { NdArray, RoutinePrimitive } from "./primitive.ts";

export interface GatherAttributes extends Attributes {
  /** The value of elements at an index out of range. Integers and bools have no NaN, and get 0. */
  readonly missing: "nan" | "zero";
}

/** How an element is combined with what lies there already. */
export type ScatterMode = "add" | "set" | "maximum" | "minimum";

export interface ScatterAttributes extends Attributes {
  readonly mode: ScatterMode;
}

/**
 * Rows of a batch of tables: x [B, N, I] and indices [B or 1, K] give [B, K, I]. Negative indices count from the end.
 */
const gather: RoutinePrimitive<GatherAttributes> = {
  kind: "routine",
  name: "gather",
  arity: 2,
  movesElements: () => true,
  batch: foldExamples,
  infer([x, indices]) {
    checkIndices("gather", x, indices);
    return { shape: [x.shape[0], indices.shape[1], x.shape[2]], dtype: x.dtype };
  },
  vjp: ({ inputs: [x, indices], gradient, build }) => [
    build.scatter(build.broadcastTo(build.literal(0, x.dtype), x.shape), indices, gradient, "add"),
    null,
  ],
  evaluate([x, indices], { missing }, output) {
    const none = missing === "nan" && isFloat(x.dtype) ? Number.NaN : 0;
    forEachRow(x, indices, (from, row, width) => {
      for (let at = 0; at < width; at++) {
        output.values[row + at] = from === null ? none : x.values[from + at];
      }
    });
  },
};

/**
 * The inverse of `gather`: target [B, N, I] with updates [B, K, I] combined, one after the other, into the rows that
 * indices [B or 1, K] name. Updates for an index out of range are left out.
 */
const scatter: RoutinePrimitive<ScatterAttributes> = {
  kind: "routine",
  name: "scatter",
  arity: 3,
  movesElements: ({ mode }) => mode === "set",
  batch: foldExamples,
  acceptsStrides: [0],
  infer([target, indices, updates], { mode }) {
    checkIndices("scatter", target, indices);
    const dtype = commonDType("scatter", [target, updates], anyDType);
    if (mode === "add" && dtype === "bool") throw new DTypeError("scatter: bools cannot be added; cast them");
    const [batch, , width] = target.shape;
    const expected = [batch, indices.shape[1], width];
    if (updates.shape.length !== 3 || updates.shape.some((size, axis) => size !== expected[axis])) {
      throw new ShapeError(
        `scatter: the updates have the shape ${formatShape(updates.shape)}; it must be ${formatShape(expected)}`,
      );
    }
    return { shape: target.shape, dtype };
  },
  vjp({ inputs: [target, indices, updates], output, gradient, attributes: { mode }, build }) {
    switch (mode) {
      case "add":
        return [gradient, null, build.gather(gradient, indices, "zero")];
      case "set": {
        const zeros = build.broadcastTo(build.literal(0, gradient.dtype), updates.shape);
        const isLast = lastWriter(target, indices, updates, build);
        return [
          build.scatter(gradient, indices, zeros, "set"),
          null,
          build.where(isLast, build.gather(gradient, indices, "zero"), 0),
        ];
      }
      case "maximum":
      case "minimum": {
        const reached = build.gather(output, indices, "nan");
        const attains = build.cast(build.equal(updates, reached), gradient.dtype);
        const kept = build.cast(build.equal(target, output), gradient.dtype);
        const count = build.scatter(kept, indices, attains, "add");
        const share = build.where(build.equal(count, 0), 0, build.div(gradient, count));
        return [build.mul(share, kept), null, build.mul(attains, build.gather(share, indices, "zero"))];
      }
    }
  },
  evaluate([target, indices, updates], { mode }, output) {
    const { values, dtype } = output;
    values.set(target.values);
    const combine = combinations[mode];
    forEachRow(target, indices, (to, row, width) => {
      if (to === null) return;
      for (let at = 0; at < width; at++) {
        const combined = combine(values[to + at], updates.values[row + at]);
        values[to + at] = isFloat(dtype) ? combined : roundTo(dtype, combined);
      }
    });
  },
};

export const indexingPrimitives = { gather, scatter };

const combinations = {
  add: (old, update) => old + update,
  set: (_old, update) => update,
  maximum: Math.max,
  minimum: Math.min,
} satisfies Record<ScatterMode, (old: number, update: number) => number>;

/** For each update whether it is the last one for its place, whose value stays. */
function lastWriter(target: GraphNode, indices: GraphNode, updates: GraphNode, build: Build): GraphNode {
  const [batch, count, width] = updates.shape;
  const numbers = build.broadcastTo(build.reshape(build.range(count), [1, count, 1]), [batch, count, 1]);
  const none = build.broadcastTo(build.literal(-1, "int32"), [batch, target.shape[1], 1]);
  const writers = build.gather(build.scatter(none, indices, numbers, "set"), indices, "zero");
  return build.broadcastTo(build.equal(writers, numbers), [batch, count, width]);
}

function checkIndices(name: string, table: TensorType, indices: TensorType): void {
  if (indices.dtype !== "int32") {
    throw new DTypeError(`${name}: the indices are ${indices.dtype}; they must be int32`);
  }
  const batches = indices.shape[0];
  if (
    table.shape.length !== 3 ||
    indices.shape.length !== 2 ||
    (batches !== table.shape[0] && batches !== 1)
  ) {
    throw new ShapeError(
      `${name}: takes a table [B, N, I] and indices [B or 1, K], not ${formatShape(table.shape)} and ` +
        formatShape(indices.shape),
    );
  }
}

/** Visits each index: where its row of the table begins (null out of range), and where its own row does. */
function forEachRow(
  { shape: [batch, length, width] }: NdArray,
  { shape: [batches, count], values }: NdArray,
  visit: (inTable: number | null, inRows: number, width: number) => void,
): void {
  if (sizeOf([batch, count, width]) === 0) return;
  for (let table = 0; table < batch; table++) {
    for (let number = 0; number < count; number++) {
      const given = values[(batches === 1 ? 0 : table) * count + number];
      const index = given < 0 ? given + length : given;
      const isInside = index >= 0 && index < length;
      visit(isInside ? (table * length + index) * width : null, (table * count + number) * width, width);
    }
  }
}
