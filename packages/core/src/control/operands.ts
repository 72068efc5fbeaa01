/** How control flow takes its operands apart, and checks what traced functions return. */
import { ShapeError } from "../errors.ts";
import type { Cell } from "../graph/cell.ts";
import { GraphNode, type TensorType } from "../graph/node.ts";
import type { Trace } from "../graph/trace.ts";
import { build } from "../primitives/apply.ts";
import { formatShape, sameShape } from "../shape.ts";
import { describe, mapTensors, type TensorStructure, type TensorsOf } from "../structure.ts";
import { Tensor } from "../tensor.ts";
import { readingNow, variableReadBy } from "../variable.ts";

/**
 * The nodes of the tensors in a structure, in order, and of what its Variables hold in the active trace; a TypeError where
 * there is anything else in it.
 */
export function nodesOf(operation: string, what: string, structure: TensorStructure): GraphNode[] {
  const tensors: Tensor[] = [];
  describe(structure, tensors, { operation, what, holds: "tensors" });
  return tensors.map(({ node }) => node);
}

/** The structure with tensors of these nodes. */
export function rebuild<S extends TensorStructure>(structure: S, nodes: readonly GraphNode[]): TensorsOf<S> {
  let next = 0;
  return mapTensors(structure, () => new Tensor(nodes[next++]));
}

/** Checks that a traced function returned the types, in the structure, that it has to. */
export function checkSameTypes(
  operation: string,
  what: string,
  [expected, expectedNodes]: readonly [TensorStructure, readonly TensorType[]],
  [received, receivedNodes]: readonly [TensorStructure, readonly TensorType[]],
): void {
  expectedNodes.forEach((type, index) => {
    const other = receivedNodes[index];
    if (other === undefined || (other.dtype === type.dtype && sameShape(other.shape, type.shape))) return;
    const position = expectedNodes.length > 1 ? ` at position ${index}` : "";
    throw new ShapeError(
      `${operation}: ${what}${position} is ${typeText(other)}; it must be ${typeText(type)}, as before`,
    );
  });
  const role = { operation, what, holds: "tensors" } as const;
  const [wanted, given] = [describe(expected, [], role), describe(received, [], role)];
  if (wanted !== given) {
    throw new ShapeError(`${operation}: ${what} has the structure ${given}; it must be ${wanted}, as before`);
  }
}

export function typeText({ dtype, shape }: TensorType): string {
  return `${dtype} ${formatShape(shape)}`;
}

/** Nodes that stand for values of these types within a trace. */
export function parametersLike(types: readonly TensorType[], trace: Trace): GraphNode[] {
  return types.map(
    ({ shape, dtype }, index) => new GraphNode({ kind: "parameter", index }, { shape, dtype }, [], trace),
  );
}

/** For each Variable that the traced function only read the node that stands for its value outside. */
export function readingsOutside(trace: Trace, assigned: ReadonlySet<Cell>): Map<GraphNode, GraphNode> {
  const aliases = new Map<GraphNode, GraphNode>();
  for (const [cell, node] of trace.reads) {
    if (!assigned.has(cell)) aliases.set(node, variableReadBy(node)?.node ?? readingNow(cell));
  }
  return aliases;
}

/** The value that the traced function leaves in the Variable; as everywhere, no gradient passes through an assignment. */
export function assignedValue(trace: Trace, cell: Cell): GraphNode | null {
  const assigned = trace.assignments.get(cell);
  return assigned ? build.stopGradient(assigned) : null;
}

/** The node that a Variable's value has within the trace, made if the function did not read it. */
export function cellParameter(trace: Trace, cell: Cell): GraphNode {
  return trace.reads.get(cell) ?? parametersLike([cell.type], trace)[0];
}
