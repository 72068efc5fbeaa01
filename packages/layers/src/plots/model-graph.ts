import { describeValue } from "@strata/core/internal";
import type { AnyLayer } from "../layer/any-layer.ts";
import type { SummaryEntry } from "../models/summary.ts";
import { formatShape, isShape } from "../utilities/shapes.ts";
import type { Edge } from "./layout.ts";

/** A layer or an operation of a model, as pictures tell of it. */
export interface ModelNode {
  readonly name: string;
  /** The name of its class. */
  readonly type: string;
  /** The shapes of its results; empty if they are not known. */
  readonly shapes: string;
  /** What the summary of the model tells of it. */
  readonly entry: SummaryEntry;
}

/** The parts of a model that are drawn. */
export interface ModelGraph {
  readonly nodes: readonly ModelNode[];
  readonly edges: readonly Edge[];
}

/**
 * The layers and operations of a model, and what leads to what. Layers that a `call` applies, which nobody can see before it
 * runs, stand side by side.
 *
 * @throws TypeError if it is no model.
 */
export function graphOfModel(model: AnyLayer): ModelGraph {
  const entries = "summaryEntries" in model ? model.summaryEntries : null;
  if (!isEntries(entries)) {
    throw new TypeError(`plotModel: ${describeValue(model)} is no model; layers have nothing to draw`);
  }
  const nodes = entries.map((entry): ModelNode => {
    const { name, type, shapes } = entry;
    return { name, type, shapes: formatShapes(shapes), entry };
  });
  const places = new Map(nodes.map(({ name }, index) => [name, index]));
  const connected = entries.flatMap(({ connections }, to) =>
    connections.flatMap((connection): Edge[] => {
      // As in summaries: the name, the index of the call, and that of its result.
      const from = places.get(connection.replace(/\[\d+\]\[\d+\]$/, ""));
      return from === undefined ? [] : [[from, to]];
    }),
  );
  const isList = "add" in model;
  const edges = isList ? nodes.slice(1).map((_, index): Edge => [index, index + 1]) : connected;
  const seen = new Set<string>();
  return { nodes, edges: edges.filter((edge) => seen.size < seen.add(edge.join()).size) };
}

function isEntries(value: unknown): value is readonly SummaryEntry[] {
  return Array.isArray(value);
}

/** `[null, 10]`, or several of them. */
function formatShapes(shapes: unknown): string {
  if (isShape(shapes)) return formatShape(shapes);
  if (Array.isArray(shapes)) return shapes.map(formatShapes).join(", ");
  return typeof shapes === "object" && shapes !== null
    ? Object.entries(shapes)
        .map(([name, each]) => `${name}: ${formatShapes(each)}`)
        .join(", ")
    : "";
}
