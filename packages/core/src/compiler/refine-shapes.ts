/**
 * Lets what follows a reshape join the kernel before it. Where a reshape has merged dimensions of a computed value, as the
 * gradient of a pooling merges tiles and the places within them, elementwise operations and reductions of the result
 * compute in the finer shape instead, and the reshape comes after them: to read their other operands so costs nothing.
 */
import { primitives } from "../primitives/table.ts";
import { reducedShape, type Shape, sameShape } from "../shape.ts";
import { type Application, type FlatGraph, inputsOf, type Operation } from "./flat-graph.ts";

export function refineShapes(graph: FlatGraph): FlatGraph {
  const refinement = new Refinement();
  for (const operation of graph.operations) refinement.add(operation);
  const { operations, positions, isChanged } = refinement;
  if (!isChanged) return graph;
  return {
    ...graph,
    operations,
    outputs: graph.outputs.map((output) => positions[output]),
    updates: graph.updates.map(({ cell, value }) => ({ cell, value: positions[value] })),
  };
}

/** For each dimension of a shape the neighbouring dimensions of a finer one that it is made of. */
type Split = readonly (readonly number[])[];

class Refinement {
  readonly operations: Operation[] = [];
  /** The place of each operation of the graph now. */
  readonly positions: number[] = [];
  isChanged = false;
  /** How many operations that are no part of kernels lie between a value and the leaves. */
  private readonly depths: number[] = [];

  add(operation: Operation): void {
    this.positions.push(operation.kind === "apply" ? this.addApplication(operation) : this.push(operation));
  }

  private addApplication(operation: Application): number {
    const moved = { ...operation, inputs: operation.inputs.map((input) => this.positions[input]) };
    const split = this.splitFor(moved);
    if (split === null) return this.push(moved);
    this.isChanged = true;
    return this.addRefined(moved, split);
  }

  private addRefined(operation: Application, split: Split): number {
    const inputs = operation.inputs.map((input) => {
      const { shape } = this.operations[input];
      return this.reshape(input, refined(shape, split));
    });
    const axes = reducedAxes(operation);
    if (axes === null) {
      return this.reshape(this.push({ ...operation, inputs, shape: split.flat() }), operation.shape);
    }
    const places = placesOf(split);
    const own = axes.flatMap((axis) => places[axis]);
    const shape = reducedShape(split.flat(), own, false);
    return this.reshape(
      this.push({ ...operation, inputs, attributes: { axes: own }, shape }),
      operation.shape,
    );
  }

  /**
   * How to split the shape that the operation iterates over, or null where it should be left as it is: where another
   * operand may be in a kernel with it that the split would cut off. What is known much earlier is not.
   */
  private splitFor(operation: Application): Split | null {
    const { primitive, inputs, shape } = operation;
    const axes = reducedAxes(operation);
    if (primitive.kind !== "elementwise" && axes === null) return null;
    const iterated = axes === null ? shape : this.operations[inputs[0]].shape;
    for (const input of inputs) {
      const finer = this.mergedBy(input);
      if (finer === null || !sameShape(this.operations[input].shape, iterated)) continue;
      const split = splitOf(iterated, this.operations[finer].shape);
      if (split === null || !keepsVectors(iterated, split) || !keepsResult(split, axes)) continue;
      const joins = inputs.every((other) => {
        return (
          this.isInMemory(other) || this.depths[other] < this.depths[finer] || this.fits(other, split.flat())
        );
      });
      if (joins) return split;
    }
    return null;
  }

  /** The elementwise operation whose dimensions the value has merged, or null. */
  private mergedBy(position: number): number | null {
    const operation = this.operations[position];
    if (operation.kind !== "apply" || operation.primitive !== primitives.reshape) return null;
    const [input] = operation.inputs;
    const merged = this.operations[input];
    return merged.kind === "apply" && merged.primitive.kind === "elementwise" ? input : null;
  }

  /** Whether no kernel computes the value, so that it can be read in any shape. */
  private isInMemory(position: number): boolean {
    const operation = this.operations[position];
    if (operation.kind !== "apply") return true;
    const { kind } = operation.primitive;
    if (kind === "movement") return this.isInMemory(operation.inputs[0]);
    return kind !== "elementwise" && kind !== "reduction";
  }

  /** Whether the operand is one number, or of the finer shape before it was reshaped. */
  private fits(position: number, finer: Shape): boolean {
    if (this.operations[position].shape.length === 0) return true;
    const before = this.mergedBy(position);
    return before !== null && sameShape(this.operations[before].shape, finer);
  }

  private reshape(position: number, shape: Shape): number {
    const operation = this.operations[position];
    if (sameShape(operation.shape, shape)) return position;
    if (operation.kind === "apply" && operation.primitive === primitives.reshape) {
      return this.reshape(operation.inputs[0], shape);
    }
    const attributes = { shape };
    const { dtype } = operation;
    return this.push({
      kind: "apply",
      primitive: primitives.reshape,
      attributes,
      inputs: [position],
      shape,
      dtype,
    });
  }

  private push(operation: Operation): number {
    const depth = inputsOf(operation).reduce((most, input) => Math.max(most, this.depths[input]), 0);
    this.depths.push(depth + Number(operation.kind === "apply" && standsAlone(operation)));
    return this.operations.push(operation) - 1;
  }
}

/** Whether it is no part of a kernel, and what follows it no part of one before it. */
function standsAlone({ primitive: { kind } }: Application): boolean {
  return kind === "routine" || kind === "assembly" || kind === "control";
}

/** How the dimensions of `coarse` split into those of `fine`; null where they are not runs of them, or nothing is split. */
function splitOf(coarse: Shape, fine: Shape): Split | null {
  const split: number[][] = [];
  let at = 0;
  for (const size of coarse) {
    const run: number[] = [];
    let product = 1;
    while (at < fine.length && (product < size || fine[at] === 1)) {
      run.push(fine[at]);
      product *= fine[at++];
    }
    if (product !== size) return null;
    split.push(run);
  }
  return at === fine.length && split.some((run) => run.filter((size) => size > 1).length > 1) ? split : null;
}

/** Whether the innermost dimension, along which vectors lie, stays whole. */
function keepsVectors(coarse: Shape, split: Split): boolean {
  const last = coarse.findLastIndex((size) => size > 1);
  return last >= 0 && split[last].includes(coarse[last]);
}

/** Whether a reduction's result has the same dimensions as before, so that what follows it can stay in its kernel. */
function keepsResult(split: Split, axes: readonly number[] | null): boolean {
  return axes === null || split.every((run, dimension) => run.length === 1 || axes.includes(dimension));
}

/** The dimensions that a reduction combines; null for another operation. */
function reducedAxes({ primitive, attributes: { axes } }: Application): number[] | null {
  return primitive.kind === "reduction" && Array.isArray(axes) ? axes.map(Number) : null;
}

/** The shape of an operand, which may be broadcast, after its dimensions are split. */
function refined(shape: Shape, split: Split): Shape {
  return shape.flatMap((size, dimension) => {
    const run = split[dimension + split.length - shape.length];
    return size === 1 ? run.map(() => 1) : run;
  });
}

/** For each dimension the dimensions that it is split into. */
function placesOf(split: Split): number[][] {
  let next = 0;
  return split.map((run) => run.map(() => next++));
}
