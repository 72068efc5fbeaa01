import type { Cell } from "./cell.ts";
import type { GraphNode } from "./node.ts";
import { onTurnEnd, resetAfterTurn } from "./turn-end.ts";

/** The effects of a function while it was traced: the Variables that it read and assigned. */
export interface Trace {
  /** The name of the traced function, for messages. */
  readonly name: string;
  /** The transformation that traces it, for messages: `"jit"`, `"scan"`. */
  readonly operation: string;
  /** How many traces it is within, itself included. */
  readonly depth: number;
  /** The node that stands for a Variable's value at the time of the call, for each Variable read. */
  readonly reads: Map<Cell, GraphNode>;
  /** The value of each assigned Variable when the call ends. */
  readonly assignments: Map<Cell, GraphNode>;
  /** The node that stands for what an assigned Variable holds now. */
  readonly readings: Map<Cell, GraphNode>;
}

let active: Trace | null = null;
let inlining = false;

onTurnEnd(() => {
  active = null;
  inlining = false;
});

/** A trace within the active one, if there is one. */
export function newTrace(operation: string, name: string): Trace {
  return {
    name,
    operation,
    depth: (active?.depth ?? 0) + 1,
    reads: new Map(),
    assignments: new Map(),
    readings: new Map(),
  };
}

/** The trace that operations and Variables take part in at the moment. */
export function activeTrace(): Trace | null {
  return active;
}

/** Runs `body` within `trace`, or outside of any with null. */
export function withTrace<T>(trace: Trace | null, body: () => T): T {
  const before = active;
  if (trace !== null) resetAfterTurn();
  active = trace;
  try {
    return body();
  } finally {
    active = before;
  }
}

/**
 * Runs `body` as a part of what calls it: functions that it calls are not compiled by themselves, so that a
 * transformation sees what they do.
 */
export function inlined<T>(body: () => T): T {
  const before = inlining;
  resetAfterTurn();
  inlining = true;
  try {
    return body();
  } finally {
    inlining = before;
  }
}

/** Whether a function that is called is a part of what calls it: within a trace, or a transformation. */
export function isInlined(): boolean {
  return active !== null || inlining;
}
