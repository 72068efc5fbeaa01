/**
 * The pass after simplification: lets routines and reductions compute in the dtype that arithmetic is done in. The
 * operands of one that computes with a dtype of 16 bits are cast before, and its result after, so that a sum is rounded
 * once, however it is carried out, and backends know these dtypes only where elements are read, stored, moved and computed
 * one by one.
 */
import { arithmeticDType } from "../dtype.ts";
import { primitives } from "../primitives/table.ts";
import type { Application, FlatGraph, Operation } from "./flat-graph.ts";

export function widen(graph: FlatGraph): FlatGraph {
  if (!graph.operations.some(({ dtype }) => dtype !== arithmeticDType(dtype))) return graph;
  const widening = new Widening();
  for (const operation of graph.operations) widening.add(operation);
  const { operations, positions } = widening;
  return {
    operations,
    outputs: graph.outputs.map((output) => positions[output]),
    updates: graph.updates.map(({ cell, value }) => ({ cell, value: positions[value] })),
    scalarCount: graph.scalarCount,
  };
}

class Widening {
  readonly operations: Operation[] = [];
  /** The place of each operation of the graph now. */
  readonly positions: number[] = [];
  /** The casts that there are, by the values that they are of. */
  private readonly wide = new Map<number, number>();

  add(operation: Operation): void {
    if (operation.kind !== "apply") {
      this.positions.push(this.push(operation));
      return;
    }
    const moved = { ...operation, inputs: operation.inputs.map((input) => this.positions[input]) };
    this.positions.push(combinesElements(moved) ? this.addWide(moved) : this.push(moved));
  }

  private addWide(operation: Application): number {
    const inputs = operation.inputs.map((input) => this.widened(input));
    const { dtype } = operation;
    const position = this.push({ ...operation, inputs, dtype: arithmeticDType(dtype) });
    return this.cast(position, dtype);
  }

  private widened(position: number): number {
    const known = this.wide.get(position);
    if (known !== undefined) return known;
    const cast = this.cast(position, arithmeticDType(this.operations[position].dtype));
    this.wide.set(position, cast);
    return cast;
  }

  private cast(position: number, dtype: Operation["dtype"]): number {
    const { shape, dtype: from } = this.operations[position];
    if (from === dtype) return position;
    const attributes = { dtype };
    return this.push({
      kind: "apply",
      primitive: primitives.cast,
      attributes,
      inputs: [position],
      shape,
      dtype,
    });
  }

  private push(operation: Operation): number {
    return this.operations.push(operation) - 1;
  }
}

/** Whether it makes its elements of any of its operands' elements, and does not only move these. */
function combinesElements({ primitive, attributes }: Application): boolean {
  if (primitive.kind === "reduction") return true;
  return primitive.kind === "routine" && !primitive.movesElements?.(attributes);
}
