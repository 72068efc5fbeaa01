/**
 * The second pass: sees through movements. For every value it says in which other value's buffer its elements lie,
 * and with which strides, so that a transpose, a broadcast or a slice costs nothing; and it puts copies where
 * strides do not do: results and operands that must be contiguous.
 */

import { alignExamples } from "../primitives/batching.ts";
import { movementPrimitives } from "../primitives/movement.ts";
import type { ElementwisePrimitive, Layout, Primitive } from "../primitives/primitive.ts";
import { contiguousStrides, type Shape, sizeOf } from "../shape.ts";
import type { Application, CellUpdate, FlatGraph, Operation } from "./flat-graph.ts";

export interface ValueSource {
  /** The position of the value whose elements these are; never a movement. */
  readonly base: number;
  /** The places of the elements in the base's buffer, which is contiguous. */
  readonly layout: Layout;
  /**
   * For each dimension the dimension of the base that it walks along, or null where it stays in place. Null where
   * slicing or reshaping has mixed them, so that the base must be in memory before it can be read so.
   */
  readonly axes: readonly (number | null)[] | null;
}

/** A flat graph whose results, updates and operands can all be read as they lie in memory. */
export interface LegalGraph extends FlatGraph {
  readonly sources: readonly ValueSource[];
}

/** An elementwise operation that changes nothing: a kernel that has it stores what it loads. */
export const copyPrimitive: ElementwisePrimitive = {
  kind: "elementwise",
  name: "copy",
  arity: 1,
  scalar: (x) => x,
  batch: alignExamples,
  infer: ([type]) => type,
  vjp: null,
};

export function legalize(graph: FlatGraph): LegalGraph {
  const legalizer = new Legalizer();
  const positions: number[] = [];
  for (const operation of graph.operations) positions.push(legalizer.add(operation, positions));
  const updated = new Set<number>();
  const updates: CellUpdate[] = graph.updates.map(({ cell, value }) => {
    let position = legalizer.ownContiguous(positions[value]);
    // Two Variables cannot share the memory of one value.
    const base = legalizer.sources[position].base;
    if (updated.has(base)) position = legalizer.copy(position);
    updated.add(legalizer.sources[position].base);
    return { cell, value: position };
  });
  const outputs = graph.outputs.map((output) => legalizer.ownContiguous(positions[output]));
  return {
    operations: legalizer.operations,
    sources: legalizer.sources,
    outputs,
    updates,
    scalarCount: graph.scalarCount,
  };
}

class Legalizer {
  readonly operations: Operation[] = [];
  readonly sources: ValueSource[] = [];

  add(operation: Operation, positions: readonly number[]): number {
    if (operation.kind !== "apply") return this.push(operation);
    const inputs = operation.inputs.map((input) => positions[input]);
    const { primitive } = operation;
    switch (primitive.kind) {
      case "movement":
        return this.addMovement(operation, inputs[0]);
      case "routine": {
        const readable = inputs.map((input, index) =>
          primitive.acceptsStrides?.includes(index) ? this.inLittleMemory(input) : this.contiguous(input),
        );
        return this.push({ ...operation, inputs: readable });
      }
      case "control": {
        const readable = inputs.map((input, index) => {
          const use = primitive.inputUse(index, operation.attributes);
          if (use === "copied") return this.whole(input);
          return use === "entries" ? this.withContiguousEntries(input) : this.contiguous(input);
        });
        return this.push({ ...operation, inputs: readable });
      }
      default:
        return this.push({ ...operation, inputs });
    }
  }

  copy(position: number): number {
    const { shape, dtype } = this.operations[position];
    const attributes = {};
    return this.push({
      kind: "apply",
      primitive: copyPrimitive,
      attributes,
      inputs: [position],
      shape,
      dtype,
    });
  }

  /** The value contiguous in a computed buffer of exactly its size, copied where it is not. */
  ownContiguous(position: number): number {
    const { base, layout } = this.sources[position];
    const { shape } = this.operations[position];
    const source = this.operations[base];
    const whole = isComputed(source) && sizeOf(source.shape) === sizeOf(shape);
    return whole && isContiguous(layout, shape) ? position : this.copy(position);
  }

  private addMovement(operation: Application, input: number): number {
    const { primitive, attributes, shape } = operation;
    if (primitive.kind !== "movement") throw new TypeError(`${primitive.name}: not a movement`);
    const from = this.sources[input];
    const inputShape = this.operations[input].shape;
    const layout = primitive.view(from.layout, inputShape, attributes, shape);
    if (layout === null) return this.addMovement(operation, this.copy(input));
    const axes = primitive.axes(inputShape, attributes, shape);
    const through = from.axes;
    return this.push(
      { ...operation, inputs: [input] },
      {
        base: from.base,
        layout,
        axes: axes && through && axes.map((axis) => (axis === null ? null : through[axis])),
      },
    );
  }

  private inMemory(position: number): number {
    return this.hasBuffer(position) ? position : this.copy(position);
  }

  /** The value in memory, where one number that it repeats is there once. */
  private inLittleMemory(position: number): number {
    const { base } = this.sources[position];
    const { shape, dtype } = this.operations[position];
    if (this.hasBuffer(position) || this.operations[base].shape.length > 0) return this.inMemory(position);
    const number = this.copy(base);
    const primitive = movementPrimitives.broadcastTo;
    return this.addMovement(
      { kind: "apply", primitive, attributes: { shape }, inputs: [number], shape, dtype },
      number,
    );
  }

  private hasBuffer(position: number): boolean {
    const source = this.operations[this.sources[position].base];
    return source.kind === "apply" ? isComputed(source) : source.kind !== "scalar";
  }

  private contiguous(position: number): number {
    const inMemory = this.inMemory(position);
    const { layout } = this.sources[inMemory];
    return isContiguous(layout, this.operations[inMemory].shape) ? inMemory : this.copy(inMemory);
  }

  /** The value contiguous in a buffer of exactly its size. */
  private whole(position: number): number {
    const contiguous = this.contiguous(position);
    const { base } = this.sources[contiguous];
    const isWhole = sizeOf(this.operations[base].shape) === sizeOf(this.operations[contiguous].shape);
    return isWhole ? contiguous : this.copy(contiguous);
  }

  /** The value in memory, each entry along its first axis contiguous. */
  private withContiguousEntries(position: number): number {
    const inMemory = this.inMemory(position);
    const { strides } = this.sources[inMemory].layout;
    const entry = this.operations[inMemory].shape.slice(1);
    return isContiguous({ offset: 0, strides: strides.slice(1) }, entry) ? inMemory : this.copy(inMemory);
  }

  private push(operation: Operation, source?: ValueSource): number {
    const position = this.operations.push(operation) - 1;
    this.sources.push(
      source ?? {
        base: position,
        layout: { offset: 0, strides: contiguousStrides(operation.shape) },
        axes: operation.shape.map((_, axis) => axis),
      },
    );
    return position;
  }
}

/** Whether the value gets a buffer of its own, if anything asks for one. */
function isComputed(operation: Operation): boolean {
  return operation.kind === "apply" && !isInline(operation.primitive);
}

/** Whether kernels make the values on the spot, so that they lie in no buffer. */
export function isInline(primitive: Primitive): boolean {
  return primitive.kind === "generator";
}

/** Whether the layout walks the elements in memory order from the first on. */
export function isContiguous({ offset, strides }: Layout, shape: Shape): boolean {
  const expected = contiguousStrides(shape);
  return offset === 0 && shape.every((size, axis) => size <= 1 || strides[axis] === expected[axis]);
}
