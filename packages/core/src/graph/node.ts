import type { DType, TypedArray } from "../dtype.ts";
import type { Primitive } from "../primitives/primitive.ts";
import type { Shape } from "../shape.ts";
import type { Attributes } from "./attributes.ts";
import type { Cell } from "./cell.ts";
import type { Computation } from "./computation.ts";
import type { Region } from "./region.ts";
import type { Trace } from "./trace.ts";

/** The type of a tensor, known before its values are: its shape and dtype. */
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
      /** The regions that a control primitive runs. */
      readonly regions?: readonly Region[];
    }
  /** It holds them. */
  | { readonly kind: "data" }
  /** It stands for an argument of a traced function. */
  | { readonly kind: "parameter"; readonly index: number }
  /** It is what the cell of a Variable held when it was read. */
  | { readonly kind: "cell"; readonly cell: Cell }
  /** It was what a Variable held: for one assignment only, which has been computed, or until its `dispose`. */
  | { readonly kind: "expired"; readonly name: string; readonly reason: Expiry };

/** Why a node stands for nothing any more. */
export type Expiry = "assigned" | "disposed";

/** How a node that holds its values came by them, which is found out only where something walks through the node. */
export interface Past {
  /** The node that it is equal to, or null if that cannot be found out any more. */
  recall(): GraphNode | null;
  /** The name of the Variable that was assigned, so that it could not be recalled. */
  readonly assigned: string | null;
  /** Whether it was computed from what the Variable of `cell` held. */
  reads(cell: Cell): boolean;
  /** Whether it may depend on the node, so far as that is known without recalling it. */
  mayDependOn(node: GraphNode): boolean;
}

const noInputs: readonly GraphNode[] = [];
let created = 0;
let numbered = 0;

/**
 * One value in the lazy graph. Shape and dtype are fixed at creation; the elements are computed when something
 * asks for them, and then kept in `value`.
 */
export class GraphNode implements TensorType {
  /** Nodes are numbered in the order of their creation, so that inputs have smaller numbers than users. */
  readonly id: number;
  private currentSource: Source;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The trace that the node belongs to, if it depends on the arguments or the Variables of a traced function. */
  readonly trace: Trace | null;
  private currentDepth: number;
  /** The elements on the JavaScript heap, once they have been computed. */
  value: TypedArray | null = null;
  /**
   * The read that computed it first, though its value may not have been kept; of values from outside, where they were used
   * first.
   */
  computation: Computation | null = null;
  /** Its position in the graph of that computation. */
  position = 0;
  private currentInputs: readonly GraphNode[];
  private shapeHandedOut: Shape | null = null;
  /** Whether it was computed from what Variables held, also if it has let go of its inputs. */
  readsVariables: boolean;
  /** The source of its inputs, if it has them only when they are asked for. */
  past: Past | null = null;
  private isRecalled = false;

  /** @param id Its number, if one was reserved for it. Default: the next. */
  constructor(
    source: Source,
    type: TensorType,
    inputs: readonly GraphNode[],
    trace: Trace | null,
    id = ++numbered,
  ) {
    created++;
    this.id = id;
    this.currentSource = source;
    this.shape = type.shape;
    this.dtype = type.dtype;
    this.currentInputs = inputs;
    this.currentDepth = depthAbove(inputs);
    let inherited = trace;
    this.readsVariables = source.kind === "cell";
    for (let index = 0; index < inputs.length; index++) {
      const input = inputs[index];
      if (input.readsVariables) this.readsVariables = true;
      if (input.trace && (inherited === null || input.trace.depth > inherited.depth)) inherited = input.trace;
    }
    this.trace = inherited;
  }

  /** The shape, for those who might try to change it. */
  get frozenShape(): Shape {
    this.shapeHandedOut ??= Object.freeze([...this.shape]);
    return this.shapeHandedOut;
  }

  get source(): Source {
    return this.currentSource;
  }

  get inputs(): readonly GraphNode[] {
    if (this.past !== null && !this.isRecalled) {
      this.isRecalled = true;
      const origin = this.past.recall();
      if (origin !== null) this.currentInputs = [origin];
    }
    return this.currentInputs;
  }

  /** The number of nodes on the longest path to it that had not been computed when it was made, or last measured. */
  get depth(): number {
    return this.currentDepth;
  }

  /** Whether an evaluated operation has let go of its inputs, so that no gradient can pass through it. */
  get historyDropped(): boolean {
    return this.source.kind === "operation" && this.source.primitive.arity !== 0 && this.inputs === noInputs;
  }

  /** Whether it holds the nodes that it was computed from. */
  get hasInputs(): boolean {
    return this.currentInputs !== noInputs;
  }

  /** Brings its depth up to date with those of its inputs. */
  measureDepth(): void {
    this.currentDepth = depthAbove(this.currentInputs);
  }

  /** Lets go of the inputs of an evaluated node, so that their memory can be freed. */
  dropHistory(): void {
    if (this.value === null) return;
    this.currentInputs = noInputs;
    this.isRecalled = true;
  }

  /** From now on the node stands for nothing, unless it has its values. */
  expire(name: string, reason: Expiry = "assigned"): void {
    if (this.value === null) this.currentSource = { kind: "expired", name, reason };
  }

  /** From now on the node stands for what `cell` holds in its memory. */
  settle(cell: Cell): void {
    this.currentSource = { kind: "cell", cell };
    this.currentInputs = noInputs;
    this.computation = null;
    this.measureDepth();
  }
}

function depthAbove(inputs: readonly GraphNode[]): number {
  let depth = 0;
  for (let index = 0; index < inputs.length; index++) {
    const input = inputs[index];
    if (input.value === null && input.depth > depth) depth = input.depth;
  }
  return depth + 1;
}

/** How many nodes have been created so far. */
export function nodesCreated(): number {
  return created;
}

/** No node has a number above it so far. */
export function lastNumber(): number {
  return numbered;
}

/** Sets numbers aside for nodes that are made later and are to count as made now; returns the one before the first. */
export function reserveNumbers(count: number): number {
  const last = numbered;
  numbered += count;
  return last;
}

/** A node that holds `value`, which must not change afterwards. */
export function dataNode(value: TypedArray, type: TensorType, id?: number): GraphNode {
  const node = new GraphNode({ kind: "data" }, type, noInputs, null, id);
  node.value = value;
  return node;
}

/** A node that holds `value` and has a past. `primitive` gives its one input, as it is, to who walks through it. */
export function rememberingNode(
  value: TypedArray,
  type: TensorType,
  primitive: Primitive,
  past: Past,
): GraphNode {
  const node = new GraphNode({ kind: "operation", primitive, attributes: {} }, type, noInputs, null);
  node.value = value;
  node.past = past;
  return node;
}
