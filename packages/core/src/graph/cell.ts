import type { TypedArray } from "../dtype.ts";
import { EvaluationError } from "../errors.ts";
import type { Shape } from "../shape.ts";
import { GraphNode, type TensorType } from "./node.ts";

/** A place in a backend's memory that outlives programs. Its content is the backend's own business. */
export interface Storage {
  readonly type: TensorType;
  /** The name of the backend that it belongs to. */
  readonly backend: string;
}

/** The storage of a cell's value: an object of its own, so that a finalizer can free the storage when the cell is gone. */
export interface CellMemory {
  storage: Storage | null;
}

/** Assignments that are carried out together or not at all, as those of one step of an optimizer. */
export class Transaction {
  private failure: { readonly error: unknown; isReported: boolean } | null = null;

  /** Why it was undone, once: whoever touches one of its Variables first is told. */
  takeFailure(): { readonly error: unknown } | null {
    if (this.failure === null || this.failure.isReported) return null;
    this.failure.isReported = true;
    return this.failure;
  }

  fail(error: unknown, isReported: boolean): void {
    this.failure = { error, isReported };
  }
}

/** A first value that can be computed whenever it is needed, if ever. */
export interface FirstValue {
  readonly node: GraphNode;
  /** The name of the backend that was in use when it was promised, and computes it. */
  readonly backend: string;
}

interface Pending {
  readonly kind: "pending";
  readonly value: GraphNode;
  readonly transaction: Transaction;
  /**
   * The value that the cell goes back to if the new one cannot be computed: the one that was pending before, if nobody has
   * computed that.
   */
  before: Settled | Pending;
  /** Stands for the value, if it has been read. */
  reading: GraphNode | null;
  /** A later assignment that was undone. */
  readonly undone: Transaction | null;
}

type Settled =
  /** The value lies in memory; the last assignment may have been undone. */
  | { readonly kind: "held"; readonly undone: Transaction | null }
  /** The first value takes no memory until it is needed. */
  | { readonly kind: "promised"; readonly first: FirstValue; readonly undone: Transaction | null }
  /** There was no value yet, or the first could not be computed. */
  | { readonly kind: "empty"; readonly error: unknown };

type CellState = Pending | Settled | { readonly kind: "disposed" };

function settledBefore(state: Pending): Settled {
  const { before } = state;
  return before.kind === "pending" ? settledBefore(before) : before;
}

function withPromiseKept<State extends CellState>(state: State): State | Pending | Settled {
  if (state.kind === "promised") return { kind: "held", undone: state.undone };
  if (state.kind === "pending") state.before = withPromiseKept(state.before);
  return state;
}

const held: Settled = { kind: "held", undone: null };

/** The mutable state behind a Variable. Nobody else writes it; what can become of it are its methods. */
export class Cell {
  readonly type: TensorType;
  readonly name: string;
  readonly memory: CellMemory = { storage: null };
  private state: CellState = { kind: "empty", error: null };
  /**
   * The node that stands for what lies in memory, if somebody may hold it: before the memory is overwritten it gets a
   * copy.
   */
  private contents: GraphNode | null = null;
  /** The node that stands for what lies in memory, for an assignment alone. */
  private passing: GraphNode | null = null;
  private shapeHandedOut: Shape | null = null;

  constructor(name: string, { shape, dtype }: TensorType) {
    this.name = name;
    this.type = { shape: [...shape], dtype };
  }

  /** The shape, for those who might try to change it. The engine is slow with frozen arrays, so that nodes have another. */
  get frozenShape(): Shape {
    this.shapeHandedOut ??= Object.freeze([...this.type.shape]);
    return this.shapeHandedOut;
  }

  /** The value that it is to hold, if that is still to be computed. */
  get pending(): GraphNode | null {
    return this.state.kind === "pending" ? this.state.value : null;
  }

  /** Whether there is a value in memory, which a pending one replaces. */
  get hasValue(): boolean {
    return this.settled.kind === "held";
  }

  /** Its first value, if that has not been needed yet: reading it is enough to be needed, and replacing it is not. */
  get promised(): FirstValue | null {
    const { settled } = this;
    return settled.kind === "promised" ? settled.first : null;
  }

  private get settled(): Settled | { readonly kind: "disposed" } {
    return this.state.kind === "pending" ? settledBefore(this.state) : this.state;
  }

  /** From now on it holds `first`, which is computed when it is needed. */
  promise(first: FirstValue): void {
    this.state = { kind: "promised", first, undone: null };
  }

  /** The first value, which was promised, has been computed and lies in memory. */
  keepPromise(): void {
    this.state = withPromiseKept(this.state);
  }

  /** The step that the pending assignment belongs to. */
  get transaction(): Transaction | null {
    return this.state.kind === "pending" ? this.state.transaction : null;
  }

  /** Whether somebody may hold a node for the pending value. */
  get isPendingRead(): boolean {
    return this.state.kind === "pending" && this.state.reading !== null;
  }

  /** Whether nodes that are not computed yet may need what lies in memory. */
  get isContentsRead(): boolean {
    return this.contents?.value === null || this.passing !== null;
  }

  /** From now on it is to hold what `value` computes. */
  assign(value: GraphNode, transaction: Transaction): void {
    this.rejectDisposed("assigned");
    const { state } = this;
    const before = state.kind === "disposed" ? held : state;
    // One step back is enough, so that a loop that never reads does not hold its whole past.
    if (before.kind === "pending") before.before = settledBefore(before);
    this.state = { kind: "pending", value, transaction, before, reading: null, undone: null };
  }

  /** The node for what it holds now, which everyone shares; `alias` makes one that stands for a pending value. */
  read(alias: (value: GraphNode) => GraphNode): GraphNode {
    this.rejectUnreadable();
    if (this.state.kind === "pending") {
      this.state.reading ??= alias(this.state.value);
      return this.state.reading;
    }
    this.contents ??= this.passing ?? this.newReading();
    this.passing = null;
    return this.contents;
  }

  /**
   * A node for what lies in memory, for an assignment alone. Nothing that a user can hold may be made from it: then the
   * memory is overwritten without a copy.
   */
  readInPassing(alias: (value: GraphNode) => GraphNode): GraphNode {
    // What is pending moves to memory when the assignment is computed, and ends the graph.
    if (this.state.kind === "pending") return this.read(alias);
    this.rejectUnreadable();
    if (this.contents) return this.contents;
    this.passing ??= this.newReading();
    return this.passing;
  }

  /** The node that stands for what it holds now, if there is one. */
  get currentReading(): GraphNode | null {
    return this.state.kind === "pending" ? this.state.reading : (this.contents ?? this.passing);
  }

  /** Makes a node for what lies in memory, which nobody holds: nodes made later are younger than what it holds now. */
  dateContents(): void {
    if (this.contents === null) this.passing ??= this.newReading();
  }

  /** From now on everyone may hold the node that was made in passing. */
  keepPassing(): void {
    this.contents ??= this.passing;
    this.passing = null;
  }

  /** Before the memory is overwritten: gives the node that stands for what lies there a copy of it. */
  keepContents(read: () => TypedArray): void {
    if (this.contents !== null) this.contents.value ??= read();
  }

  /** The pending value has been computed and lies in memory. */
  settle(): void {
    if (this.state.kind !== "pending") return;
    const { reading } = this.state;
    reading?.settle(this);
    this.contents = reading;
    this.passing?.expire(this.name);
    this.passing = null;
    this.state = held;
  }

  /** The pending value cannot be computed: goes back to what was before, which may be pending, too. */
  undo(error: unknown): void {
    if (this.state.kind !== "pending") return;
    const { before, transaction } = this.state;
    this.state = before.kind === "empty" ? { kind: "empty", error } : { ...before, undone: transaction };
  }

  /** A program has written the memory, and {@link keepContents} was called before. */
  overwrite(): void {
    this.contents = null;
    this.passing?.expire(this.name);
    this.passing = null;
    this.state = held;
  }

  /** Lets go of the value for good. Who holds a node for it and has not computed it yet cannot any more. */
  dispose(): void {
    this.contents?.expire(this.name, "disposed");
    this.passing?.expire(this.name, "disposed");
    this.contents = null;
    this.passing = null;
    this.state = { kind: "disposed" };
  }

  /** Throws where there is nothing to read: after `dispose`, or where what was assigned could not be computed. */
  rejectUnreadable(): void {
    const { state } = this;
    this.rejectDisposed("used");
    if (state.kind === "empty" && state.error !== null) {
      throw new EvaluationError(
        `"${this.name}" holds nothing, since its first value could not be computed: ${messageOf(state.error)}; assign it another`,
        { cause: state.error },
      );
    }
    const failure = "undone" in state ? state.undone?.takeFailure() : null;
    if (!failure) return;
    throw new EvaluationError(
      `the last assignment to "${this.name}" could not be computed and was undone, with all others of the same step: ` +
        messageOf(failure.error),
      { cause: failure.error },
    );
  }

  private rejectDisposed(use: string): void {
    if (this.state.kind !== "disposed") return;
    throw new EvaluationError(`the Variable "${this.name}" is ${use} after its dispose(); make another`);
  }

  private newReading(): GraphNode {
    return new GraphNode({ kind: "cell", cell: this }, this.type, [], null);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
