/** How matrix products, places that are values, sequences and orders are written. */
import type { CumulateAttributes } from "../../primitives/cumulation.ts";
import type { GatherAttributes, ScatterAttributes } from "../../primitives/indexing.ts";
import type { ArgsortAttributes, SearchAttributes } from "../../primitives/sorting.ts";
import { known } from "../sizes.ts";
import type { Value } from "../value.ts";
import type { GraphWriter } from "../writer.ts";
import { recurrence } from "./recurrence.ts";
import { operator, type Rule, refused } from "./rule.ts";

const noOperator = "which ONNX has no operator for";

/** The value before it was given another shape. */
function unshaped(value: Value): Value {
  return value.origin?.kind === "reshape" ? value.origin.of : value;
}

/** Indices from 0 on, and whether each names an element of so many. */
function resolved(
  writer: GraphWriter,
  indices: Value,
  length: Value,
): { readonly place: Value; readonly isInside: Value } {
  const isNegative = writer.map("Less", [indices, 0], "bool");
  const place = writer.where(isNegative, writer.map("Add", [indices, length]), indices);
  const isInside = writer.map("And", [
    writer.map("GreaterOrEqual", [place, 0], "bool"),
    writer.map("Less", [place, length], "bool"),
  ]);
  return { place, isInside };
}

/** The size of the middle axis of a table, as an int32 scalar. */
function lengthOf(writer: GraphWriter, table: Value): Value {
  const [, length] = table.shape;
  if (typeof length === "number") return writer.parts.scalar(length, "int32");
  return writer.cast(writer.reshape(writer.sizes([length]), []), "int32");
}

const gather: Rule<GatherAttributes> = {
  write({ writer, inputs: [table, indices], attributes: { missing }, output, node }) {
    const found = unshaped(indices).origin;
    if (found?.kind === "positions" && unshaped(table).name === unshaped(found.image).name) {
      return writer.reshape(found.maxima, output.shape);
    }
    const [batches, count] = indices.shape;
    const isShared = batches === 1;
    const taken = (places: Value): Value =>
      isShared
        ? writer.value("Gather", [table, writer.reshape(places, [count])], output, {
            axis: { kind: "int", value: 1 },
          })
        : writer.value(
            "GatherND",
            [table, writer.cast(writer.reshape(places, [...places.shape, 1]), "int64")],
            output,
            {
              batch_dims: { kind: "int", value: 1 },
            },
          );
    if (areInside(node.inputs[1].node.value, table.shape[1])) return taken(indices);
    const { place, isInside } = resolved(writer, indices, lengthOf(writer, table));
    const values = taken(writer.where(isInside, place, 0));
    const nothing = missing === "nan" && output.dtype !== "int32" && output.dtype !== "bool" ? Number.NaN : 0;
    return writer.where(writer.reshape(isInside, [batches, count, 1]), values, nothing);
  },
};

/** Whether all indices are known, and name elements. */
function areInside(indices: ArrayLike<number> | null, length: unknown): boolean {
  if (indices === null || typeof length !== "number") return false;
  return Array.from(indices).every((index) => index >= -length && index < length);
}

const reductions = { add: "add", set: "none", maximum: "max", minimum: "min" } as const;

/** Into a table with one more row, which takes what has no place, and is then left out. */
const scatter: Rule<ScatterAttributes> = {
  write({ writer, inputs: [table, indices, updates], attributes: { mode }, output }) {
    const [batch, length, width] = table.shape;
    const rows = known(length, "the length of a table that is written to");
    const { place, isInside } = resolved(writer, indices, lengthOf(writer, table));
    const safe = writer.where(isInside, place, rows);
    const spread = writer.expand(writer.reshape(safe, [...indices.shape, 1]), updates.shape);
    const longer = writer.pad(table, [0, 0, 0], [0, 1, 0], 0, [batch, rows + 1, width]);
    const type = { shape: longer.shape, dtype: output.dtype };
    const written = writer.value("ScatterElements", [longer, spread, updates], type, {
      axis: { kind: "int", value: 1 },
      reduction: { kind: "text", value: reductions[mode] },
    });
    return writer.slice(written, [0, 0, 0], [batch, rows, width], [1, 1, 1]);
  },
};

const extrema = { maximum: "Max", minimum: "Min" } as const;

const cumulate: Rule<CumulateAttributes> = {
  write({ writer, inputs: [x], attributes: { accumulation }, output }) {
    if (accumulation === "sum") return writer.value("CumSum", [x, writer.parts.scalar(1, "int64")], output);
    const from = writer.slice(x, [0, 0, 0], [x.shape[0], 1, x.shape[2]], [1, 1, 1]);
    return recurrence(writer, [x], writer.reshape(from, [x.shape[0], x.shape[2]]), (body, before, [entry]) =>
      body.map(extrema[accumulation], [before, entry]),
    );
  },
};

const linearRecurrence: Rule = {
  write({ writer, inputs: [a, b] }) {
    const zeros = writer.expand(writer.parts.scalar(0, a.dtype), [a.shape[0], a.shape[2]]);
    return recurrence(writer, [a, b], zeros, (body, before, [factor, term]) =>
      body.map("Add", [body.map("Mul", [factor, before]), term]),
    );
  },
};

const argsort: Rule<ArgsortAttributes> = {
  write({ writer, inputs: [x], attributes: { descending }, output }) {
    const count = writer.sizes([x.shape[1]]);
    const [, indices] = writer.node(
      "TopK",
      [x.dtype === "bool" ? writer.cast(x, "int32").name : x.name, count.name],
      { largest: { kind: "int", value: Number(descending) } },
      2,
    );
    return writer.cast({ name: indices, shape: output.shape, dtype: "int64", origin: null }, "int32");
  },
};

/** How many elements of a row come before: all that are less are counted. */
const searchSorted: Rule<SearchAttributes> = {
  write({ writer, inputs: [sorted, values], attributes: { afterEqual } }) {
    const [rows, length] = sorted.shape;
    const row = writer.reshape(sorted, [rows, 1, length]);
    const each = writer.reshape(values, [...values.shape, 1]);
    const isBefore = writer.map(afterEqual ? "LessOrEqual" : "Less", [row, each], "bool");
    return writer.reduce("ReduceSum", writer.cast(isBefore, "int32"), [2]);
  },
};

export const routineRules = {
  matmul: operator("MatMul"),
  gather,
  scatter,
  cumulate,
  linearRecurrence,
  argsort,
  searchSorted,
  cholesky: refused(noOperator),
  triangularSolve: refused(noOperator),
  solve: refused(noOperator),
  pivots: refused(noOperator),
  symmetricEigen: refused(noOperator),
  singularTriplets: refused(noOperator),
  randomBits: refused("random numbers, whose state a file does not carry on"),
} satisfies Record<string, Rule>;
