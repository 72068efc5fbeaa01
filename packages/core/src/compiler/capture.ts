/**
 * The way from a user's lazy graph into the compiler: finds what has to be computed, writes it as a flat graph, and
 * as a key that is equal for graphs of the same structure.
 */
import type { TypedArray } from "../dtype.ts";
import { EvaluationError } from "../errors.ts";
import type { Cell } from "../graph/cell.ts";
import type { Expiry, GraphNode, TensorType } from "../graph/node.ts";
import { sizeOf } from "../shape.ts";
import {
  applicationOf,
  type CapturedControl,
  encodeApplication,
  findNeeded,
  typeWords,
} from "./capture-region.ts";
import { type Cut, cutOf, valuesOfCut } from "./cuts.ts";
import type { FlatGraph, Operation } from "./flat-graph.ts";
import { type StructureKey, WordList } from "./structure-key.ts";

export interface CaptureOptions {
  /** The nodes whose values are wanted. */
  readonly outputs: readonly GraphNode[];
  /** The values of Variables afterwards. */
  readonly updates: readonly { readonly cell: Cell; readonly value: GraphNode }[];
  /** Arguments of a traced function, in the order of their slots. */
  readonly parameters: readonly GraphNode[];
  /**
   * Whether the values that the graph holds are part of the program, as for a traced function, or handed over with
   * each run, so that the next graph of the same structure can use the same program. It may differ between nodes.
   */
  readonly fixesValues: boolean | ((node: GraphNode) => boolean);
  /** Copies a part of what a cell holds that the program itself updates. Without it such parts are cut by the program. */
  readonly readPart?: (cell: Cell, first: number, length: number) => TypedArray;
  /** Whether literals, too, are handed over with each run where no pass looks at them. */
  readonly handsOverLiterals: boolean;
}

export interface Capture {
  readonly key: StructureKey;
  readonly nodes: readonly GraphNode[];
  /** Values of the input slots after those of the parameters. */
  readonly inputs: readonly TypedArray[];
  readonly cells: readonly Cell[];
  /** Those of `cells` that it reads; the others it only writes. */
  readonly cellsRead: ReadonlySet<Cell>;
  /** At which element of the cell each slot of `cells` begins. */
  readonly cellOffsets: readonly number[];
  readonly scalars: readonly number[];
  readonly constants: readonly TypedArray[];
  /** The flat graph; made on demand, since a known structure needs none. */
  flatten(): FlatGraph;
}

/** Values that passes look at: they are part of the structure, where other numbers are handed over. */
const structuralScalars: ReadonlySet<number> = new Set([0, 1, -1, 2, 0.5]);

/** Of one value no more parts than this are handed over by themselves: each has a cost of its own. */
const mostCuts = 32;

const leafCodes = { input: -1, cell: -2, constant: -3, scalar: -4 } as const;

export function capture(options: CaptureOptions): Capture {
  return new Capturer(options).capture();
}

class Capturer {
  private readonly inputs: TypedArray[] = [];
  private readonly cells: Cell[] = [];
  private readonly cellsRead = new Set<Cell>();
  private readonly cellOffsets: number[] = [];
  private readonly cuts = new Map<GraphNode, Cut>();
  private readonly cutCounts = new Map<GraphNode, number>();
  private readonly scalars: number[] = [];
  private readonly constants: TypedArray[] = [];
  private readonly positions = new Map<GraphNode, number>();
  private readonly cellSlots = new Map<Cell, number>();
  private readonly leaves = new Map<GraphNode, Operation>();
  private readonly parameterSlots = new Map<GraphNode, number>();
  private readonly words = new WordList();
  private controls: ReadonlyMap<GraphNode, CapturedControl> = new Map();
  private readonly options: CaptureOptions;

  constructor(options: CaptureOptions) {
    this.options = options;
  }

  capture(): Capture {
    const { outputs, updates, parameters } = this.options;
    for (const [slot, parameter] of parameters.entries()) this.parameterSlots.set(parameter, slot);
    for (const { cell } of updates) this.cellSlot(cell);
    const roots = [...outputs, ...updates.map(({ value }) => value)];
    const { nodes, controls } = findNeeded(roots, (node) => node.value !== null || this.isCut(node));
    this.controls = controls;
    this.words.push(nodes.length);
    nodes.forEach((node, position) => {
      this.positions.set(node, position);
      this.encode(node);
    });
    this.words.push(outputs.length);
    for (const output of outputs) this.words.push(this.position(output));
    for (const { cell, value } of updates) this.words.push(this.cellSlot(cell), this.position(value));
    const { inputs, cells, cellsRead, cellOffsets, scalars, constants } = this;
    return {
      key: this.words.finish(),
      nodes,
      inputs,
      cells,
      cellsRead,
      cellOffsets,
      scalars,
      constants,
      flatten: () => this.flatten(nodes),
    };
  }

  private position(node: GraphNode): number {
    const position = this.positions.get(node);
    if (position === undefined) throw new Error(`node ${node.id} comes after a node that uses it`);
    return position;
  }

  private cellSlot(cell: Cell): number {
    const known = this.cellSlots.get(cell);
    if (known !== undefined) return known;
    const slot = this.addCell(cell, 0);
    this.cellSlots.set(cell, slot);
    return slot;
  }

  private addCell(cell: Cell, offset: number): number {
    this.cellOffsets.push(offset);
    return this.cells.push(cell) - 1;
  }

  /** Whether the node is a part of a value from outside that is handed over by itself. */
  private isCut(node: GraphNode): boolean {
    const { fixesValues, readPart } = this.options;
    const cut = fixesValues === false ? cutOf(node) : null;
    if (cut === null) return false;
    const { from } = cut;
    if (readPart === undefined && from.value === null && this.isUpdated(from)) return false;
    const count = (this.cutCounts.get(from) ?? 0) + 1;
    if (count > mostCuts) return false;
    this.cutCounts.set(from, count);
    this.cuts.set(node, cut);
    return true;
  }

  private isUpdated({ source }: GraphNode): boolean {
    return source.kind === "cell" && this.options.updates.some(({ cell }) => cell === source.cell);
  }

  private encode(node: GraphNode): void {
    const leaf = this.leaf(node);
    const { words } = this;
    if (leaf) {
      this.leaves.set(node, leaf);
      if (leaf.kind !== "apply") words.push(leafCodes[leaf.kind], leaf.slot);
      // Its values are part of the program.
      if (leaf.kind === "constant") words.push(node.id);
    } else encodeApplication(words, applicationOf(node, this.controls), (input) => this.position(input));
    typeWords(words, node);
  }

  /** The role of the node in the program if it comes from outside of it. */
  private leaf(node: GraphNode): Operation | null {
    const { shape, dtype, source } = node;
    const type: TensorType = { shape, dtype };
    const parameter = this.parameterSlots.get(node);
    if (parameter !== undefined) return { kind: "input", slot: parameter, ...type };
    if (node.value !== null) {
      const { fixesValues } = this.options;
      const isFixed = typeof fixesValues === "function" ? fixesValues(node) : fixesValues;
      if (!isFixed) return this.inputLeaf(node.value, type);
      return { kind: "constant", slot: this.constants.push(node.value) - 1, ...type };
    }
    const cut = this.cuts.get(node);
    if (cut) return this.cutLeaf(cut, type);
    if (source.kind === "expired") throw new EvaluationError(expiryText(source.name, source.reason));
    if (source.kind === "cell") {
      this.cellsRead.add(source.cell);
      return { kind: "cell", slot: this.cellSlot(source.cell), ...type };
    }
    if (!this.options.handsOverLiterals || source.kind !== "operation") return null;
    return this.scalarLeaf(node);
  }

  private cutLeaf(cut: Cut, type: TensorType): Operation {
    const { value, source } = cut.from;
    if (value !== null) return this.inputLeaf(valuesOfCut(cut, value), type);
    if (source.kind !== "cell") throw new Error("a part is cut from what has no values");
    const { cell } = source;
    const { readPart } = this.options;
    this.cellsRead.add(cell);
    // A program may write the Variables that it updates while it reads the part.
    return readPart && this.isUpdated(cut.from)
      ? this.inputLeaf(readPart(cell, cut.offset, sizeOf(cut.shape)), type)
      : { kind: "cell", slot: this.addCell(cell, cut.offset), ...type };
  }

  private inputLeaf(values: TypedArray, type: TensorType): Operation {
    const slot = this.inputs.push(values) - 1;
    return { kind: "input", slot: slot + this.parameterSlots.size, ...type };
  }

  /** A literal that is handed over, unless passes care for its value. */
  private scalarLeaf(node: GraphNode): Operation | null {
    const { source, shape, dtype } = node;
    if (source.kind !== "operation" || source.primitive.kind !== "generator") return null;
    const { start, steps } = source.primitive.affine(source.attributes);
    if (steps.length > 0 || structuralScalars.has(start)) return null;
    return { kind: "scalar", slot: this.scalars.push(start) - 1, shape, dtype };
  }

  private flatten(nodes: readonly GraphNode[]): FlatGraph {
    const { outputs, updates } = this.options;
    const operations = nodes.map((node): Operation => {
      const leaf = this.leaves.get(node);
      if (leaf) return leaf;
      const { regions, ...application } = applicationOf(node, this.controls);
      return {
        kind: "apply",
        ...application,
        inputs: application.inputs.map((input) => this.position(input)),
        shape: node.shape,
        dtype: node.dtype,
        regions: regions.map((region) => region.flatten()),
      };
    });
    return {
      operations,
      outputs: outputs.map((output) => this.position(output)),
      updates: updates.map(({ cell, value }) => ({ cell: this.cellSlot(cell), value: this.position(value) })),
      scalarCount: this.scalars.length,
    };
  }
}

function expiryText(name: string, reason: Expiry): string {
  if (reason === "disposed") {
    return `a tensor that was to be computed from the Variable "${name}" is read after the Variable's dispose(); read it before`;
  }
  return (
    `the value of "${name}" that an optimizer's update was given has been overwritten; ` +
    "only use it within the update, or read the Variable"
  );
}
