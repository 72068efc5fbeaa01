import { bytesPerElement } from "../dtype.ts";
import type { Cell } from "../graph/cell.ts";
import type { GraphNode, TensorType } from "../graph/node.ts";
import { sizeOf } from "../shape.ts";

/** How much of the past stays differentiable: so many reads, and so many bytes of what they hold. */
const mostReads = 64;
const mostBytes = 256 * 2 ** 20;

/** The values that a read computed, and those that it was computed from. */
export interface Read {
  readonly results: readonly GraphNode[];
  /** The values, and the cells of Variables, that the graph of the results begins with. */
  readonly origins: readonly (GraphNode | Cell)[];
}

/**
 * The tensors read last. They keep the graph that they came from, so that `gradients` still works after a loss was
 * printed; older ones let go of it, so that a long chain of computed tensors does not hold its whole past.
 */
export class History {
  private readonly reads: { readonly read: Read; readonly bytes: number }[] = [];
  /** The bytes that all reads hold; a value that several hold counts several times. */
  private bytes = 0;

  add(read: Read): void {
    const bytes = bytesOf(read.results) + bytesOf(read.origins);
    this.reads.push({ read, bytes });
    this.bytes += bytes;
    if (this.reads.length > mostReads) this.dropOldest();
    while (this.reads.length > 1 && this.bytes > mostBytes && this.distinctBytes() > mostBytes)
      this.dropOldest();
  }

  /** Forgets everything, as when the Variables that it was computed from have changed. */
  dropAll(): void {
    while (this.reads.length > 0) this.dropOldest();
  }

  private distinctBytes(): number {
    return bytesOf(new Set(this.reads.flatMap(({ read: { results, origins } }) => [...results, ...origins])));
  }

  private dropOldest(): void {
    const oldest = this.reads.shift();
    if (!oldest) return;
    this.bytes -= oldest.bytes;
    for (const node of oldest.read.results) node.dropHistory();
  }
}

function bytesOf(held: Iterable<GraphNode | Cell>): number {
  let bytes = 0;
  for (const each of held) {
    const { shape, dtype }: TensorType = "type" in each ? each.type : each;
    bytes += sizeOf(shape) * bytesPerElement(dtype);
  }
  return bytes;
}
