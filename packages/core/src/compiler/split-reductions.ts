/**
 * Cuts a reduction of much to little, such as the statistics of a batch normalization, in two: first along all of its
 * axes but one, then along that one. Threads share the rows of a kernel, and the first part has enough of them.
 */
import { reducedShape, type Shape, sizeOf } from "../shape.ts";
import type { Application, FlatGraph, Operation } from "./flat-graph.ts";

/** Smaller ones take less time than sharing them would save. */
const leastElements = 2 ** 16;

/** With more results than this there are enough rows already. */
const mostResults = 256;

/** The second part should have something to combine, and little of it. */
const axisSizes = { least: 8, most: 1024 };

export function splitReductions(graph: FlatGraph): FlatGraph {
  const operations: Operation[] = [];
  const positions: number[] = [];
  for (const operation of graph.operations) {
    const moved = withInputs(operation, positions);
    const parts = moved.kind === "apply" ? partsOf(moved, operations) : null;
    if (parts) operations.push(...parts);
    else operations.push(moved);
    positions.push(operations.length - 1);
  }
  if (operations.length === graph.operations.length) return graph;
  return {
    ...graph,
    operations,
    outputs: graph.outputs.map((output) => positions[output]),
    updates: graph.updates.map(({ cell, value }) => ({ cell, value: positions[value] })),
  };
}

function withInputs(operation: Operation, positions: readonly number[]): Operation {
  if (operation.kind !== "apply") return operation;
  return { ...operation, inputs: operation.inputs.map((input) => positions[input]) };
}

/** The two reductions, of which the second takes the first's result at position `operations.length`. */
function partsOf(
  reduction: Application,
  operations: readonly Operation[],
): readonly [Application, Application] | null {
  const { primitive, inputs } = reduction;
  if (primitive.kind !== "reduction") return null;
  const { shape } = operations[inputs[0]];
  const axes = Array.isArray(reduction.attributes.axes) ? reduction.attributes.axes.map(Number) : [];
  const last = lastAxis(shape, axes, sizeOf(reduction.shape));
  if (last === null) return null;
  const rest = axes.filter((axis) => axis !== last);
  const position = last - rest.filter((axis) => axis < last).length;
  return [
    { ...reduction, attributes: { axes: rest }, shape: reducedShape(shape, rest, false) },
    { ...reduction, attributes: { axes: [position] }, inputs: [operations.length] },
  ];
}

/** Which axis to leave for the second part; null where one part is better. */
function lastAxis(shape: Shape, axes: readonly number[], results: number): number | null {
  if (axes.length < 2 || sizeOf(shape) < leastElements || results > mostResults) return null;
  const { least, most } = axisSizes;
  return axes.find((axis) => shape[axis] >= least && shape[axis] <= most) ?? null;
}
