import { bytesPerElement } from "./dtype.ts";
import type { GraphNode } from "./graph/node.ts";
import { sizeOf } from "./shape.ts";

/** How much of the past stays differentiable: this many computed tensors, and this many bytes of them. */
const mostNodes = 64;
const mostBytes = 64 * 2 ** 20;

/**
 * The tensors computed last. They keep the graph that they came from, so that `gradients` still works after a loss
 * was printed; older ones let go of it, so that a long chain of computed tensors does not hold its whole past.
 */
export class History {
  private readonly nodes: GraphNode[] = [];
  private bytes = 0;

  add(node: GraphNode): void {
    this.nodes.push(node);
    this.bytes += bytesOf(node);
    while (this.nodes.length > 1 && (this.nodes.length > mostNodes || this.bytes > mostBytes))
      this.dropOldest();
  }

  /** Forgets everything, as when the Variables that it was computed from have changed. */
  dropAll(): void {
    while (this.nodes.length > 0) this.dropOldest();
  }

  private dropOldest(): void {
    const oldest = this.nodes.shift();
    if (!oldest) return;
    this.bytes -= bytesOf(oldest);
    oldest.dropHistory();
  }
}

function bytesOf({ shape, dtype }: GraphNode): number {
  return sizeOf(shape) * bytesPerElement(dtype);
}
