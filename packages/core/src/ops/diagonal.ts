import type { GraphNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";

/** The diagonals of matrices [..., M, N] as vectors. */
export function diagonalOf(node: GraphNode, offset = 0): GraphNode {
  const batch = node.shape.slice(0, -2);
  const [rows, columns] = node.shape.slice(-2);
  const firstRow = Math.max(0, -offset);
  const firstColumn = Math.max(0, offset);
  const length = Math.max(0, Math.min(rows - firstRow, columns - firstColumn));
  const ones = batch.map(() => 1);
  const zeros = batch.map(() => 0);
  const flat = build.reshape(node, [...batch, rows * columns]);
  const begin = length === 0 ? 0 : firstRow * columns + firstColumn;
  return build.slice(flat, [...zeros, begin], [...batch, length], [...ones, columns + 1]);
}
