/**
 * The first pass: folds constants, drops what changes nothing, shares equal operations and leaves out what nobody
 * needs. It asks the rows for their properties and names no operation.
 */

import { type DType, isFloat, roundTo } from "../dtype.ts";
import type { ElementwisePrimitive } from "../primitives/primitive.ts";
import { convert } from "../primitives/selection.ts";
import { primitives } from "../primitives/table.ts";
import { sameShape } from "../shape.ts";
import { addParts, type PartSum, partOf, partsOfWhole } from "./disjoint-parts.ts";
import { type Application, type FlatGraph, inputsOf, type Operation } from "./flat-graph.ts";
import { applicationText } from "./structure-text.ts";

export function simplify(graph: FlatGraph): FlatGraph {
  const needed = markNeeded(graph);
  const simplifier = new Simplifier();
  const positions = new Array<number>(graph.operations.length).fill(-1);
  graph.operations.forEach((operation, position) => {
    if (!needed[position]) return;
    if (operation.kind !== "apply") positions[position] = simplifier.leaf(operation);
    else {
      const inputs = operation.inputs.map((input) => positions[input]);
      positions[position] = simplifier.apply({ ...operation, inputs });
    }
  });
  return dropUnneeded({
    operations: simplifier.operations,
    outputs: graph.outputs.map((output) => positions[output]),
    updates: graph.updates.map(({ cell, value }) => ({ cell, value: positions[value] })),
    scalarCount: graph.scalarCount,
  });
}

class Simplifier {
  readonly operations: Operation[] = [];
  private readonly known = new Map<string, number>();
  /** The values that are sums of parts. */
  private readonly partSums = new Map<number, PartSum>();

  leaf(operation: Operation): number {
    this.operations.push(operation);
    return this.operations.length - 1;
  }

  apply(operation: Application): number {
    const replaced = this.replacement(operation);
    if (replaced !== null) return replaced;
    const { primitive } = operation;
    const key = applicationText(operation);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const position = this.leaf(operation);
    this.known.set(key, position);
    const sum =
      primitive.kind === "elementwise"
        ? this.partSumOf(operation, primitive)
        : partOf(operation, this.operations);
    if (sum) this.partSums.set(position, sum);
    return position;
  }

  /** The position of an equal value that is there already or cheaper, or null. */
  private replacement(operation: Application): number | null {
    const { primitive, inputs, shape, dtype } = operation;
    switch (primitive.kind) {
      case "elementwise":
        return this.foldElementwise(operation, primitive);
      case "movement": {
        const input = this.operations[inputs[0]];
        const axes = primitive.axes(input.shape, operation.attributes, shape);
        const inPlace = axes?.every((axis, position) => axis === position || shape[position] === 1);
        return inPlace && sameShape(input.shape, shape) ? inputs[0] : null;
      }
      case "reduction": {
        const input = this.operations[inputs[0]];
        const { axes } = operation.attributes;
        const combinesNothing = Array.isArray(axes) && axes.every((axis) => input.shape[Number(axis)] === 1);
        if (!combinesNothing) return null;
        return this.apply({ ...operation, primitive: primitives.reshape, attributes: { shape }, dtype });
      }
      default:
        return null;
    }
  }

  private foldElementwise(operation: Application, primitive: ElementwisePrimitive): number | null {
    const { inputs, shape, dtype } = operation;
    if (primitive.changesNothing) return inputs[0];
    const values = inputs.map((input) => this.literalValue(input));
    if (shape.length === 0 && values.every((value) => value !== null)) {
      const [a, b = 0, c = 0] = values;
      const from = this.operations[inputs[0]].dtype;
      const compute = !isFloat(dtype) && primitive.integerScalar ? primitive.integerScalar : primitive.scalar;
      const raw = compute(a, b, c, operation.attributes);
      const value = inputs.length === 1 ? convert(raw, from, dtype) : roundTo(dtype, raw);
      return this.literal(value, dtype);
    }
    if (primitive.neutral) {
      const { left, right } = primitive.neutral;
      if (right !== undefined && Object.is(values[1], right) && this.hasType(inputs[0], operation)) {
        return inputs[0];
      }
      if (left !== undefined && Object.is(values[0], left) && this.hasType(inputs[1], operation)) {
        return inputs[1];
      }
    }
    return this.joinParts(operation, primitive);
  }

  private partSumOf(operation: Application, primitive: ElementwisePrimitive): PartSum | null {
    const { inputs } = operation;
    if (inputs.length !== 2) return null;
    const [left, right] = inputs.map((input) => this.partSums.get(input));
    if (!left || !right || !inputs.every((input) => this.hasType(input, operation))) return null;
    return addParts(primitive, left, right);
  }

  /** A sum of disjoint parts that make up the whole, as the parts next to each other. */
  private joinParts(operation: Application, primitive: ElementwisePrimitive): number | null {
    const { shape, dtype } = operation;
    const sum = this.partSumOf(operation, primitive);
    const parts = sum && partsOfWhole(sum, shape);
    if (sum === null || parts === null) return null;
    const { axis, fill } = sum;
    const around = this.literal(fill, dtype);
    const joined = parts.map(({ value }) => {
      return this.apply({ ...operation, inputs: [value, around], shape: this.operations[value].shape });
    });
    const attributes = { axis };
    return this.apply({
      kind: "apply",
      primitive: primitives.concat,
      attributes,
      inputs: joined,
      shape,
      dtype,
    });
  }

  private literal(value: number, dtype: DType): number {
    const attributes = { value, dtype };
    return this.apply({
      kind: "apply",
      primitive: primitives.literal,
      attributes,
      inputs: [],
      shape: [],
      dtype,
    });
  }

  private hasType(position: number, { shape, dtype }: Operation): boolean {
    const operation = this.operations[position];
    return operation.dtype === dtype && sameShape(operation.shape, shape);
  }

  /** The one number that every element of the value is, where that is known. */
  private literalValue(position: number): number | null {
    const operation = this.operations[position];
    if (operation.kind !== "apply") return null;
    const { primitive, attributes, inputs } = operation;
    if (primitive.kind === "movement") return this.literalValue(inputs[0]);
    if (primitive.kind !== "generator") return null;
    const { start, steps } = primitive.affine(attributes);
    return steps.length === 0 ? start : null;
  }
}

function markNeeded(graph: FlatGraph): boolean[] {
  const needed = new Array<boolean>(graph.operations.length).fill(false);
  for (const output of graph.outputs) needed[output] = true;
  for (const { value } of graph.updates) needed[value] = true;
  for (let position = graph.operations.length - 1; position >= 0; position--) {
    if (!needed[position]) continue;
    for (const input of inputsOf(graph.operations[position])) needed[input] = true;
  }
  return needed;
}

function dropUnneeded(graph: FlatGraph): FlatGraph {
  const needed = markNeeded(graph);
  const operations: Operation[] = [];
  const positions = graph.operations.map((operation, position) => {
    if (!needed[position]) return -1;
    return operations.push(operation) - 1;
  });
  return {
    operations: operations.map((operation) =>
      operation.kind === "apply"
        ? { ...operation, inputs: operation.inputs.map((input) => positions[input]) }
        : operation,
    ),
    outputs: graph.outputs.map((output) => positions[output]),
    updates: graph.updates.map(({ cell, value }) => ({ cell, value: positions[value] })),
    scalarCount: graph.scalarCount,
  };
}
