/** The lines of summaries about the layers of models. */
import { AnyLayer } from "../layer/any-layer.ts";
import { leavesOf, mapStructure } from "../layer/structure.ts";
import { kerasOperationOf } from "../operations/keras-operations.ts";
import { classNameOf } from "../utilities/names.ts";
import { type FunctionalGraph, type GraphCall, tensorsInto } from "./functional-graph.ts";
import type { SummaryEntry } from "./summary.ts";

/** A layer whose results have these shapes. */
export function entryOf(layer: AnyLayer, shapes: unknown, connections: readonly string[] = []): SummaryEntry {
  return {
    name: layer.name,
    type: layer.registeredName ?? classNameOf(layer),
    shapes,
    connections,
    layer,
    nested: "summaryEntries" in layer && isEntries(layer.summaryEntries) ? layer.summaryEntries : [],
  };
}

/** Layers that a model holds, with the shapes that they were built for. */
export function entriesOfLayers(layers: readonly AnyLayer[]): readonly SummaryEntry[] {
  return layers.map((layer) => {
    const { buildShape } = layer;
    return entryOf(layer, buildShape === null ? null : layer.computeOutputShape(buildShape));
  });
}

/** Layers and operations of a graph, with what they are connected to. */
export function entriesOfGraph(graph: FunctionalGraph): readonly SummaryEntry[] {
  return graph.parts.map((part) => {
    const calls = graph.callsOf(part);
    const connections = calls.flatMap((call) =>
      tensorsInto(call).map(
        ({ origin }) => `${origin.call.layer.name}[${graph.indexOf(origin.call)}][${origin.index}]`,
      ),
    );
    const last = calls[calls.length - 1] ?? inputCall(graph, part.name);
    const shapes = last === undefined ? null : mapStructure(last.outputs, ({ shape }) => shape);
    if (part instanceof AnyLayer) return entryOf(part, shapes, connections);
    const type = kerasOperationOf(part.f)?.className ?? part.f.name;
    return { name: part.name, type, shapes, connections, layer: null, nested: [] };
  });
}

/** Whether each part takes the one result of the part before, and none is applied twice. */
export function isChain(graph: FunctionalGraph): boolean {
  return (
    leavesOf(graph.inputs).length === 1 &&
    graph.calls.length === graph.parts.length - 1 &&
    graph.calls.every((call, index) => {
      const inputs = tensorsInto(call);
      return inputs.length === 1 && (index === 0 || inputs[0].origin.call === graph.calls[index - 1]);
    })
  );
}

function inputCall(graph: FunctionalGraph, name: string): GraphCall | undefined {
  return leavesOf(graph.inputs).find((input) => input.name === name)?.origin.call;
}

function isEntries(value: unknown): value is readonly SummaryEntry[] {
  return Array.isArray(value);
}
