/** From graph to graph: nodes made anew on other inputs, and with them what users' gradient rules are made of. */
import { sameShape } from "../shape.ts";
import { gradientRuleOf, setGradientRule } from "./gradient-rule.ts";
import { GraphNode } from "./node.ts";
import { topologicalOrder } from "./order.ts";
import { resultOf } from "./results.ts";
import type { Trace } from "./trace.ts";

export interface CopyOptions {
  /** Whether a node, and all that it is made of, stays as it is. */
  readonly isOutside: (node: GraphNode) => boolean;
  /** The node in the place of a node, from those in the places of its inputs. Default: {@link onInputs}. */
  readonly make?: (node: GraphNode, inputs: readonly GraphNode[]) => GraphNode;
  /** The node in the place of the one that the rule of `node` gave, for `copy`. Default: as for any node. */
  readonly given?: (given: GraphNode, node: GraphNode, copy: GraphNode) => GraphNode;
}

/** Says what stands for nodes, and makes it where it is asked for. */
export class GraphCopy {
  private readonly known: Map<GraphNode, GraphNode>;
  private readonly options: CopyOptions;

  /** @param known What stands for some nodes from the beginning. */
  constructor(known: Iterable<readonly [GraphNode, GraphNode]>, options: CopyOptions) {
    this.known = new Map(known);
    this.options = options;
  }

  /** The node in the place of the node. */
  of(node: GraphNode): GraphNode {
    const { isOutside, make = onInputs } = this.options;
    const isLeaf = (each: GraphNode): boolean => this.known.has(each) || isOutside(each);
    for (const each of topologicalOrder([node], isLeaf)) {
      if (isLeaf(each)) continue;
      const inputs = each.inputs.map((input) => this.known.get(input) ?? input);
      const copy = make(each, inputs);
      this.known.set(each, copy);
      if (copy !== each) this.keepRule(each, copy);
    }
    return this.known.get(node) ?? node;
  }

  /** A rule of the user's own is made of the nodes that were copied, and so is what it gives: that is copied in turn. */
  private keepRule(node: GraphNode, copy: GraphNode): void {
    const rule = gradientRuleOf(node);
    if (!rule) return;
    const { given: standsFor = (given) => this.of(given) } = this.options;
    setGradientRule(copy, (gradient) => {
      const { shape, dtype, trace } = node;
      const seed = sameShape(gradient.shape, shape)
        ? gradient
        : new GraphNode({ kind: "parameter", index: 0 }, { shape, dtype }, [], trace);
      if (!this.known.has(seed)) this.known.set(seed, gradient);
      return rule(seed).map((given) => given && standsFor(given, node, copy));
    });
  }
}

/**
 * The same operation on these inputs. The node itself where they are its own, unless it has a rule of the user's own,
 * which may use more than the inputs.
 */
export function onInputs(node: GraphNode, inputs: readonly GraphNode[], id?: number): GraphNode {
  const isSame = inputs.every((input, position) => input === node.inputs[position]);
  if (isSame && (node.historyDropped || !gradientRuleOf(node))) return node;
  return copyNode(node, inputs, null, id);
}

/** A new node with the same operation on these inputs. */
export function copyNode(
  { source, shape, dtype }: GraphNode,
  inputs: readonly GraphNode[],
  trace: Trace | null,
  id?: number,
): GraphNode {
  const make = () => new GraphNode(source, { shape, dtype }, inputs, trace, id);
  if (source.kind !== "operation" || source.primitive.kind !== "result") return make();
  return resultOf(inputs[0], source.primitive.resultIndex(source.attributes), make);
}
