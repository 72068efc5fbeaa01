/**
 * The way from a user's lazy graph into the compiler: finds what has to be computed, writes it as a flat graph, and
 * as a key that is equal for graphs of the same structure.
 */
import type { TypedArray } from "../dtype.ts";
import { dtypes } from "../dtype.ts";
import type { AttributeValue } from "../graph/attributes.ts";
import type { Cell } from "../graph/cell.ts";
import type { GraphNode, TensorType } from "../graph/node.ts";
import { primitives } from "../primitives/table.ts";
import type { FlatGraph, Operation } from "./flat-graph.ts";

export interface CaptureOptions {
  /** The nodes whose values are wanted. */
  readonly outputs: readonly GraphNode[];
  /** What Variables are to hold afterwards. */
  readonly updates: readonly { readonly cell: Cell; readonly value: GraphNode }[];
  /** Arguments of a traced function, in the order of their slots. */
  readonly parameters: readonly GraphNode[];
  /**
   * Whether the values that the graph holds are part of the program, as for a traced function, or handed over with
   * each run, so that the next graph of the same structure can use the same program.
   */
  readonly fixesValues: boolean;
  /** Whether literals, too, are handed over with each run where no pass looks at them. */
  readonly handsOverLiterals: boolean;
}

export interface Capture {
  readonly key: StructureKey;
  readonly nodes: readonly GraphNode[];
  /** Values of the input slots after those of the parameters. */
  readonly inputs: readonly TypedArray[];
  readonly cells: readonly Cell[];
  readonly scalars: readonly number[];
  readonly constants: readonly TypedArray[];
  /** The flat graph; made on demand, since a known structure needs none. */
  flatten(): FlatGraph;
}

/** A description of a graph's structure, equal for equal structures. */
export interface StructureKey {
  readonly words: Float64Array;
  readonly hash: number;
}

/** Values that passes look at: they are part of the structure, where other numbers are handed over. */
const structuralScalars: ReadonlySet<number> = new Set([0, 1, -1, 2, 0.5]);

const primitiveNumbers = new Map(
  Object.values(primitives).map((primitive, number) => [primitive.name, number]),
);
const dtypeNumbers = new Map(dtypes.map((dtype, number) => [dtype, number]));

const leafCodes = { input: -1, cell: -2, constant: -3, scalar: -4 } as const;

export function capture(options: CaptureOptions): Capture {
  return new Capturer(options).capture();
}

class Capturer {
  private readonly inputs: TypedArray[] = [];
  private readonly cells: Cell[] = [];
  private readonly scalars: number[] = [];
  private readonly constants: TypedArray[] = [];
  private readonly positions = new Map<GraphNode, number>();
  private readonly cellSlots = new Map<Cell, number>();
  private readonly leaves = new Map<GraphNode, Operation>();
  private readonly parameterSlots = new Map<GraphNode, number>();
  private readonly words = new WordList();
  private readonly options: CaptureOptions;

  constructor(options: CaptureOptions) {
    this.options = options;
  }

  capture(): Capture {
    const { outputs, updates, parameters } = this.options;
    for (const [slot, parameter] of parameters.entries()) this.parameterSlots.set(parameter, slot);
    for (const { cell } of updates) this.cellSlot(cell);
    const nodes = this.neededNodes();
    nodes.forEach((node, position) => {
      this.positions.set(node, position);
      this.encode(node);
    });
    this.words.push(outputs.length);
    for (const output of outputs) this.words.push(this.position(output));
    for (const { cell, value } of updates) this.words.push(this.cellSlot(cell), this.position(value));
    const { inputs, cells, scalars, constants } = this;
    return {
      key: this.words.finish(),
      nodes,
      inputs,
      cells,
      scalars,
      constants,
      flatten: () => this.flatten(nodes),
    };
  }

  /** In the order of creation, in which inputs come before users. */
  private neededNodes(): GraphNode[] {
    const found = new Set<GraphNode>();
    const stack = [...this.options.outputs, ...this.options.updates.map(({ value }) => value)];
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (found.has(node)) continue;
      found.add(node);
      if (node.value === null) for (const input of node.inputs) if (!found.has(input)) stack.push(input);
    }
    return [...found].sort((a, b) => a.id - b.id);
  }

  private position(node: GraphNode): number {
    const position = this.positions.get(node);
    if (position === undefined) throw new Error(`node ${node.id} comes after a node that uses it`);
    return position;
  }

  private cellSlot(cell: Cell): number {
    const known = this.cellSlots.get(cell);
    if (known !== undefined) return known;
    const slot = this.cells.push(cell) - 1;
    this.cellSlots.set(cell, slot);
    return slot;
  }

  private encode(node: GraphNode): void {
    const leaf = this.leaf(node);
    const { words } = this;
    if (leaf) {
      this.leaves.set(node, leaf);
      if (leaf.kind !== "apply") words.push(leafCodes[leaf.kind], leaf.slot);
    } else {
      const { source } = node;
      if (source.kind !== "operation")
        throw new Error(`a ${source.kind} node without a value cannot be computed`);
      words.push(primitiveNumbers.get(source.primitive.name) ?? -5, node.inputs.length);
      for (const input of node.inputs) words.push(this.position(input));
      words.pushAttribute(source.attributes);
    }
    words.push(dtypeNumbers.get(node.dtype) ?? -1, node.shape.length);
    for (const dimension of node.shape) words.push(dimension);
  }

  /** What the node is to the program if it comes from outside of it. */
  private leaf(node: GraphNode): Operation | null {
    const { shape, dtype, source } = node;
    const type: TensorType = { shape, dtype };
    const parameter = this.parameterSlots.get(node);
    if (parameter !== undefined) return { kind: "input", slot: parameter, ...type };
    if (node.value !== null) {
      const isFixed = this.options.fixesValues;
      const list = isFixed ? this.constants : this.inputs;
      const slot = list.push(node.value) - 1;
      return isFixed
        ? { kind: "constant", slot, ...type }
        : { kind: "input", slot: slot + this.parameterSlots.size, ...type };
    }
    if (source.kind === "cell") return { kind: "cell", slot: this.cellSlot(source.cell), ...type };
    if (!this.options.handsOverLiterals || source.kind !== "operation") return null;
    return this.scalarLeaf(node, source.attributes.value);
  }

  /** A literal that is handed over, unless passes care for its value. */
  private scalarLeaf(node: GraphNode, value: AttributeValue | undefined): Operation | null {
    const { source, shape, dtype } = node;
    if (source.kind !== "operation" || source.primitive.kind !== "generator") return null;
    if (source.primitive.affine(source.attributes).steps.length > 0) return null;
    if (typeof value !== "number" || structuralScalars.has(value)) return null;
    return { kind: "scalar", slot: this.scalars.push(value) - 1, shape, dtype };
  }

  private flatten(nodes: readonly GraphNode[]): FlatGraph {
    const { outputs, updates } = this.options;
    const operations = nodes.map((node): Operation => {
      const leaf = this.leaves.get(node);
      if (leaf) return leaf;
      const { source, shape, dtype } = node;
      if (source.kind !== "operation")
        throw new Error(`a ${source.kind} node without a value cannot be computed`);
      const { primitive, attributes } = source;
      const inputs = node.inputs.map((input) => this.position(input));
      return { kind: "apply", primitive, attributes, inputs, shape, dtype };
    });
    return {
      operations,
      outputs: outputs.map((output) => this.position(output)),
      updates: updates.map(({ cell, value }) => ({ cell: this.cellSlot(cell), value: this.position(value) })),
      scalarCount: this.scalars.length,
    };
  }
}

/** A growing list of numbers, hashed as it grows. */
class WordList {
  private words = new Float64Array(1024);
  private length = 0;
  private hash = 0x811c9dc5;

  push(...values: number[]): void {
    for (const value of values) {
      if (this.length === this.words.length) {
        const larger = new Float64Array(2 * this.length);
        larger.set(this.words);
        this.words = larger;
      }
      this.words[this.length++] = value;
      // FNV-1a over the integer part; the comparison, not the hash, decides.
      this.hash = Math.imul(this.hash ^ (value | 0), 0x01000193);
    }
  }

  pushAttribute(value: AttributeValue | { readonly [name: string]: AttributeValue }): void {
    if (typeof value === "number") {
      // −0 equals 0 and NaN nothing, but they are structures of their own.
      if (Object.is(value, -0)) this.push(-1, 0);
      else if (Number.isNaN(value)) this.push(-2, 0);
      else this.push(1, value);
    } else if (typeof value === "string") {
      this.push(2, value.length);
      for (let index = 0; index < value.length; index++) this.push(value.charCodeAt(index));
    } else if (typeof value === "boolean") this.push(3, value ? 1 : 0);
    else if (value === null) this.push(4);
    else if (isList(value)) {
      this.push(5, value.length);
      for (const item of value) this.pushAttribute(item);
    } else {
      for (const name in value) this.pushAttribute(value[name]);
    }
  }

  finish(): StructureKey {
    return { words: this.words.slice(0, this.length), hash: this.hash };
  }
}

function isList(
  value: readonly AttributeValue[] | { readonly [name: string]: AttributeValue },
): value is readonly AttributeValue[] {
  return Array.isArray(value);
}
