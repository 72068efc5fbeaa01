import type { GraphNode } from "./node.ts";
import { topologicalOrder } from "./order.ts";

/**
 * A graph of its own, which a control node runs: the body of a loop, a branch. It is closed: all that it depends on
 * are its parameters.
 */
export class Region {
  readonly parameters: readonly GraphNode[];
  private readonly numbers = new Map<GraphNode, number>();
  private readonly list: GraphNode[];

  constructor(parameters: readonly GraphNode[], results: readonly GraphNode[]) {
    this.parameters = parameters;
    this.list = [...results];
    results.forEach((result, number) => {
      this.numbers.set(result, number);
    });
  }

  /** More than any program needs, perhaps: a program has those that something picks. */
  get results(): readonly GraphNode[] {
    return this.list;
  }

  /** No node from outside has a number above it: all nodes inside are younger than what they were made of. */
  get lastOutside(): number {
    const inside = [...this.parameters, ...topologicalOrder(this.list, () => false)];
    return inside.reduce((least, { id }) => Math.min(least, id - 1), Number.POSITIVE_INFINITY);
  }

  /** The number of the result that is `node`, which becomes one if it is none. `first` leaves out earlier ones. */
  resultNumber(node: GraphNode, first: number): number {
    const known = this.numbers.get(node);
    if (known !== undefined && known >= first) return known;
    const number = this.list.push(node) - 1;
    this.numbers.set(node, number);
    return number;
  }
}
