import type { AnyLayer } from "../../layer/any-layer.ts";
import { graphOfModel, type ModelNode } from "../../plots/model-graph.ts";
import { isShape, type SymbolicShape } from "../../utilities/shapes.ts";
import type { GraphNode } from "./events.ts";

/**
 * The layers of a model as the nodes of a graph. A model within the model is a group: what leads to it leads to its inputs,
 * and its outputs lead to the node that has its name.
 */
export function graphNodes(model: AnyLayer): readonly GraphNode[] {
  return nodesOf(model, "", [], new Set());
}

function nodesOf(
  model: AnyLayer,
  prefix: string,
  intoModel: readonly string[],
  taken: Set<string>,
): readonly GraphNode[] {
  const { nodes, edges } = graphOfModel(model);
  const names = nodes.map(({ name }) => freeName(prefix + name, taken));
  return nodes.flatMap((node, index): readonly GraphNode[] => {
    const before = edges.flatMap(([from, to]) => (to === index ? [names[from]] : []));
    const inputs = before.length > 0 ? before : intoModel;
    const { layer, nested } = node.entry;
    if (layer === null || nested.length === 0) return [graphNode(names[index], node, inputs)];
    const inner = nodesOf(layer, `${names[index]}/`, inputs, taken);
    const used = new Set(inner.flatMap((each) => each.inputs));
    const outputs = inner.flatMap(({ name }) => (used.has(name) ? [] : [name]));
    return [...inner, graphNode(names[index], node, outputs)];
  });
}

function graphNode(name: string, { type, entry }: ModelNode, inputs: readonly string[]): GraphNode {
  return {
    name,
    operation: type,
    inputs,
    shapes: shapesIn(entry.shapes),
    parameters: entry.layer?.built ? entry.layer.countParams() : 0,
  };
}

function shapesIn(shapes: unknown): readonly SymbolicShape[] {
  if (isShape(shapes)) return [shapes];
  return typeof shapes === "object" && shapes !== null ? Object.values(shapes).flatMap(shapesIn) : [];
}

/** The name in the letters that graphs accept; with a number where another node has it. */
function freeName(name: string, taken: Set<string>): string {
  const accepted = name.replace(/[^\w./-]/g, "_").replace(/^[^A-Za-z0-9.]/, ".$&");
  let free = accepted;
  for (let count = 1; taken.has(free); count++) free = `${accepted}_${count}`;
  taken.add(free);
  return free;
}
