/** Operations as text that is equal for equal ones, so that passes find those that compute the same. */
import { attributesText } from "../graph/attributes.ts";
import type { Application, FlatGraph, Operation } from "./flat-graph.ts";

export function applicationText({ primitive, inputs, attributes, regions = [] }: Application): string {
  const text = `${primitive.name}(${inputs.join()})${attributesText(attributes)}`;
  return regions.length === 0 ? text : `${text}{${regions.map(graphText).join("|")}}`;
}

function graphText({ operations, outputs, updates }: FlatGraph): string {
  const lines = operations.map(
    (operation) => `${operationText(operation)}:${operation.dtype}[${operation.shape}]`,
  );
  const targets = updates.map(({ cell, value }) => `${cell}=${value}`);
  return `${lines.join(";")}>${outputs};${targets}`;
}

function operationText(operation: Operation): string {
  return operation.kind === "apply" ? applicationText(operation) : `${operation.kind}${operation.slot}`;
}
