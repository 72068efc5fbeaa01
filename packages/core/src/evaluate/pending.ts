import { bytesPerElement } from "../dtype.ts";
import type { Cell, CellMemory, Transaction } from "../graph/cell.ts";
import { type GraphNode, nodesCreated } from "../graph/node.ts";
import { sizeOf } from "../shape.ts";

/** A loop that only assigns, and never reads, computes what is pending after this many nodes. */
const mostNodes = 1_000;

/** So many bytes of Variables that have no value yet wait for it: nobody may want them any more. */
const mostNewBytes = 256 * 2 ** 20;

/** The assignments that are still to be computed, and when it is time to. */
export class PendingAssignments {
  private readonly cells = new Set<Cell>();
  /** Cells that have been read for an assignment alone. */
  private readonly passing = new Set<Cell>();
  /** Whether a program is being run for them, which must not begin twice. */
  isBeingComputed = false;
  private nodesAtLastFlush = 0;
  private newBytes = 0;
  /** Of the cell whose turn it was when a loop last computed what was pending without being asked. */
  private pacemaker: CellMemory | null = null;

  get isEmpty(): boolean {
    return this.cells.size === 0;
  }

  /** In the order in which they were first assigned. */
  get all(): readonly Cell[] {
    return [...this.cells];
  }

  /** Notes that `cell` is to hold what `value` computes. */
  add(cell: Cell, value: GraphNode, transaction: Transaction): void {
    // Someone holds the value that is replaced, and may compute it when the memory has changed.
    if (cell.isPendingRead) this.keepPassing();
    if (!cell.hasValue && !this.cells.has(cell))
      this.newBytes += sizeOf(cell.type.shape) * bytesPerElement(cell.type.dtype);
    cell.assign(value, transaction);
    this.cells.add(cell);
  }

  /** `cell` is pending no longer. */
  remove(cell: Cell): void {
    this.cells.delete(cell);
    this.passing.delete(cell);
    if (this.cells.size === 0) this.newBytes = 0;
  }

  /** `cell` has been read for an assignment alone. */
  notePassing(cell: Cell): void {
    this.passing.add(cell);
  }

  /** `cell` has been read for everyone. */
  noteReading(cell: Cell): void {
    if (this.passing.size > 0) this.passing.delete(cell);
  }

  /** Values that were read for assignments alone may be needed after them. */
  keepPassing(): void {
    for (const cell of this.passing) cell.keepPassing();
    this.passing.clear();
  }

  /** The pending values have been computed. */
  noteFlush(): void {
    this.nodesAtLastFlush = nodesCreated();
  }

  /** Whether Variables wait for their first values that are so large that they are to be computed. */
  get hasMuchNew(): boolean {
    return this.newBytes > mostNewBytes;
  }

  /**
   * Whether so much is pending that it is to be computed now, where `cell` is read for the first time since it was
   * assigned: other values of the same step that were read before move to memory then, so that no graph reaches past
   * this point. And it is computed where it was the last time, so that a loop compiles one such program and not one for
   * each place in its body; a loop that does not come back there waits twice as long.
   */
  isMuchAt(cell: Cell): boolean {
    const nodes = nodesCreated() - this.nodesAtLastFlush;
    if (nodes <= mostNodes) return false;
    if (this.pacemaker !== null && this.pacemaker !== cell.memory && nodes <= 2 * mostNodes) return false;
    this.pacemaker = cell.memory;
    return true;
  }
}
