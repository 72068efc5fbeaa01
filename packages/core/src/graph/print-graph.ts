/** Graphs as text and as Mermaid diagrams. */
import { formatShape } from "../shape.ts";
import type { GraphNode } from "./node.ts";
import { topologicalOrder } from "./order.ts";

/** A line for each node that the roots depend on, inputs before users; a computed node hides what it came from. */
export function graphAsText(roots: readonly GraphNode[]): string {
  const { order, names } = nameNodes(roots);
  return order
    .flatMap((node) => [
      `${names.get(node)} = ${operationText(node, names)} : ${typeText(node)}`,
      ...regionLines(node),
    ])
    .join("\n");
}

/** The regions of a control node, indented. */
function regionLines({ source, value }: GraphNode): string[] {
  if (source.kind !== "operation" || value !== null) return [];
  return (source.regions ?? []).flatMap(({ results }, number) => {
    const { names } = nameNodes(results);
    const picked = results.map((result) => names.get(result)).join(", ");
    const lines = graphAsText(results).split("\n");
    return [`  region ${number}:`, ...lines.map((line) => `    ${line}`), `    results: ${picked}`];
  });
}

/** The same as a Mermaid flowchart. */
export function graphAsMermaid(roots: readonly GraphNode[]): string {
  const { order, names } = nameNodes(roots);
  const lines = ["flowchart TD"];
  for (const node of order) {
    const name = names.get(node)?.slice(1);
    lines.push(`  n${name}["${labelText(node)}<br/>${typeText(node)}"]`);
    for (const input of visibleInputs(node)) lines.push(`  n${names.get(input)?.slice(1)} --> n${name}`);
  }
  return lines.join("\n");
}

function nameNodes(roots: readonly GraphNode[]) {
  const order = topologicalOrder(roots, (node) => node.value !== null);
  const names = new Map(order.map((node, index) => [node, `%${index}`]));
  return { order, names };
}

function visibleInputs(node: GraphNode): readonly GraphNode[] {
  return node.value === null ? node.inputs : [];
}

function operationText(node: GraphNode, names: ReadonlyMap<GraphNode, string>): string {
  const inputs = visibleInputs(node).map((input) => names.get(input));
  return [labelText(node), ...inputs].join(" ");
}

function labelText({ source, value }: GraphNode): string {
  if (source.kind === "cell") return `Variable ${source.cell.name}`;
  if (source.kind === "parameter") return `argument ${source.index}`;
  if (source.kind === "expired") return `expired ${source.name}`;
  if (value !== null || source.kind === "data") return "values";
  const attributes = Object.entries(source.attributes).map(
    ([name, each]) => `${name}: ${JSON.stringify(each)}`,
  );
  return attributes.length === 0
    ? source.primitive.name
    : `${source.primitive.name}(${attributes.join(", ")})`;
}

function typeText({ dtype, shape }: GraphNode): string {
  return `${dtype} ${formatShape(shape)}`;
}
