import type { GraphNode, TensorType } from "./node.ts";

/** A place in a backend's memory that outlives programs. Its content is the backend's own business. */
export interface Storage {
  readonly type: TensorType;
  /** The name of the backend that it belongs to. */
  readonly backend: string;
}

/**
 * The mutable state behind a Variable. What it holds is either computed, and lies in `memory`, or still to be
 * computed, and then `pending` is the node that says how.
 */
export interface Cell {
  readonly type: TensorType;
  readonly name: string;
  /** An object of its own, so that a finalizer can free the storage when the cell is gone. */
  readonly memory: { storage: Storage | null };
  pending: GraphNode | null;
  /** The node that stands for what the Variable holds now, if it has been read since it was assigned. */
  reading: GraphNode | null;
  /**
   * The node that stands for what lies in `memory`, if there is one. Before the storage is overwritten the values
   * are copied to the node, so that tensors made from it keep them.
   */
  stored: GraphNode | null;
}
