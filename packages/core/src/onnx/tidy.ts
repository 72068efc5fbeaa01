/** The last step: what nothing needs is left out, and outputs get their names. */
import type { OnnxAttributes, OnnxGraph, OnnxNode, OnnxSize, OnnxValue } from "./model.ts";
import type { Value } from "./value.ts";
import type { GraphWriter } from "./writer.ts";

interface Untidy {
  readonly name: string;
  readonly writer: GraphWriter;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly {
    readonly value: Value;
    readonly name: string;
    readonly shape: readonly OnnxSize[];
  }[];
}

/** The whole graph of a model, with what its results need. */
export function tidied({ name, writer, inputs, outputs }: Untidy): OnnxGraph {
  const { parts } = writer;
  const made = new Set(writer.nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: OnnxNode[] = [];
  for (const { value, name: wanted } of outputs) {
    if (made.has(value.name) && !renamed.has(value.name)) renamed.set(value.name, wanted);
    else {
      const attributes: OnnxAttributes = {};
      copies.push({
        operator: "Identity",
        name: wanted,
        inputs: [value.name],
        outputs: [wanted],
        attributes,
      });
    }
  }
  const rename = (value: string): string => renamed.get(value) ?? value;
  const all = [...parts.sizeNodes, ...writer.nodes, ...copies].map((node) => renameIn(node, rename));
  const needed = new Set(outputs.map((output) => output.name));
  const nodes = neededNodes(all, needed);
  return {
    name,
    nodes,
    initializers: parts.initializers.filter((tensor) => needed.has(tensor.name)),
    inputs,
    outputs: outputs.map(({ value, name: wanted, shape }) => ({
      name: wanted,
      dtype: value.dtype,
      shape,
    })),
  };
}

function renameIn(node: OnnxNode, rename: (name: string) => string): OnnxNode {
  const attributes = Object.entries(node.attributes).map(([name, attribute]) => [
    name,
    attribute.kind === "graph"
      ? {
          kind: "graph",
          value: {
            ...attribute.value,
            nodes: attribute.value.nodes.map((inner) => renameIn(inner, rename)),
          },
        }
      : attribute,
  ]);
  return {
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    attributes: Object.fromEntries(attributes),
  };
}

/** The nodes that `needed` values are made by; adds what those need. In graphs within nodes the same. */
function neededNodes(nodes: readonly OnnxNode[], needed: Set<string>): OnnxNode[] {
  const kept: OnnxNode[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    const attributes = Object.entries(node.attributes).map(([name, attribute]) => {
      if (attribute.kind !== "graph") return [name, attribute];
      const { value } = attribute;
      for (const output of value.outputs) needed.add(output.name);
      return [name, { kind: "graph", value: { ...value, nodes: neededNodes(value.nodes, needed) } }];
    });
    for (const input of node.inputs) needed.add(input);
    kept.push({ ...node, attributes: Object.fromEntries(attributes) });
  }
  return kept.reverse();
}
