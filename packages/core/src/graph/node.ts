import type { DType, TypedArray } from "../dtype.ts";
import type { Primitive } from "../primitives/primitive.ts";
import type { Shape } from "../shape.ts";
import type { Attributes } from "./attributes.ts";
import type { Cell } from "./cell.ts";
import type { Region } from "./region.ts";
import type { Trace } from "./trace.ts";

/** What is known of a tensor before its values are: its shape and dtype. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** How a node comes by its values. */
export type Source =
  /** It applies a primitive to other nodes. */
  | {
      readonly kind: "operation";
      readonly primitive: Primitive;
      readonly attributes: Attributes;
      /** What a control primitive runs. */
      readonly regions?: readonly Region[];
    }
  /** It holds them. */
  | { readonly kind: "data" }
  /** It stands for an argument of a traced function. */
  | { readonly kind: "parameter"; readonly index: number }
  /** It is what the cell of a Variable held when it was read. */
  | { readonly kind: "cell"; readonly cell: Cell }
  /** It was what a Variable held, for one assignment only, and that has been computed. */
  | { readonly kind: "expired"; readonly name: string };

const noInputs: readonly GraphNode[] = [];
let created = 0;

/**
 * One value in the lazy graph. Shape and dtype are fixed at creation; the elements are computed when something
 * asks for them, and then kept in `value`.
 */
export class GraphNode implements TensorType {
  /** Nodes are numbered in the order of their creation, so that inputs have smaller numbers than users. */
  readonly id = ++created;
  private currentSource: Source;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The trace that the node belongs to, if it depends on the arguments or the Variables of a traced function. */
  readonly trace: Trace | null;
  private currentDepth: number;
  /** The elements on the JavaScript heap, once they have been computed. */
  value: TypedArray | null = null;
  private currentInputs: readonly GraphNode[];

  constructor(source: Source, type: TensorType, inputs: readonly GraphNode[], trace: Trace | null) {
    this.currentSource = source;
    this.shape = type.shape;
    this.dtype = type.dtype;
    this.currentInputs = inputs;
    this.currentDepth = depthAbove(inputs);
    let inherited = trace;
    for (const input of inputs) {
      if (input.trace && (inherited === null || input.trace.depth > inherited.depth)) inherited = input.trace;
    }
    this.trace = inherited;
  }

  get source(): Source {
    return this.currentSource;
  }

  get inputs(): readonly GraphNode[] {
    return this.currentInputs;
  }

  /** The number of nodes on the longest path to it that had not been computed when it was made, or last measured. */
  get depth(): number {
    return this.currentDepth;
  }

  /** Whether an evaluated operation has let go of its inputs, so that no gradient can pass through it. */
  get historyDropped(): boolean {
    return (
      this.source.kind === "operation" && this.source.primitive.arity !== 0 && this.currentInputs === noInputs
    );
  }

  /** Brings its depth up to date with those of its inputs. */
  measureDepth(): void {
    this.currentDepth = depthAbove(this.currentInputs);
  }

  /** Lets go of the inputs of an evaluated node, so that their memory can be freed. */
  dropHistory(): void {
    if (this.value !== null) this.currentInputs = noInputs;
  }

  /** From now on the node stands for nothing: what it was made for has been done. */
  expire(name: string): void {
    if (this.value === null) this.currentSource = { kind: "expired", name };
  }

  /** From now on the node stands for what `cell` holds in its memory. */
  settle(cell: Cell): void {
    this.currentSource = { kind: "cell", cell };
    this.currentInputs = noInputs;
    this.measureDepth();
  }
}

function depthAbove(inputs: readonly GraphNode[]): number {
  let depth = 0;
  for (const input of inputs) if (input.value === null && input.depth > depth) depth = input.depth;
  return depth + 1;
}

/** How many nodes have been created so far. */
export function nodesCreated(): number {
  return created;
}

/** A node that holds `value`, which must not change afterwards. */
export function dataNode(value: TypedArray, type: TensorType): GraphNode {
  const node = new GraphNode({ kind: "data" }, type, noInputs, null);
  node.value = value;
  return node;
}
