import { describeValue } from "../arguments.ts";
import { ShapeError } from "../errors.ts";
import type { GraphNode } from "../graph/node.ts";
import { build } from "../primitives/apply.ts";
import { formatShape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { diagonalOf } from "./diagonal.ts";
import { labelsOf, type ParsedEquation, parseEquation } from "./einsum-equation.ts";
import { contractionOrder } from "./einsum-order.ts";
import { operandNodes } from "./operands.ts";

/** An operand with one distinct label for each axis. */
interface Labelled {
  readonly node: GraphNode;
  readonly labels: readonly string[];
}

/**
 * Sums of products by Einstein's convention, as `numpy.einsum`: each operand's axes are named by letters; letters that
 * the result does not name are summed over. Operands are contracted two at a time, in the order that costs the fewest
 * multiplications.
 *
 * @param operands A tensor for each term of the equation.
 * @param equation For example `"ij,jk->ik"`. A letter twice in one operand is its diagonal; `...` stands for any axes,
 * which broadcast; without `->` the result has the letters that occur once, in alphabetical order.
 * @throws ShapeError if the equation does not fit the operands, or axes of one letter differ in size.
 *
 * @example
 * ```ts
 * import { einsum } from "@strata/core";
 *
 * const x = [[1, 2], [3, 4]];
 * console.log(einsum("ij,jk->ik", x, x).arraySync()); // [[7, 10], [15, 22]]
 * console.log(einsum("ii", x).item()); // 5
 * ```
 */
export function einsum(equation: string, ...operands: readonly TensorLike[]): Tensor {
  if (typeof equation !== "string") {
    throw new TypeError(`einsum: the equation is ${describeValue(equation)}; it must be a string`);
  }
  const nodes = operandNodes("einsum", operands).map((node) =>
    node.dtype === "bool" ? build.cast(node, "int32") : node,
  );
  const parsed = parseEquation(
    equation,
    nodes.map(({ shape }) => shape),
  );
  const sizes = sizesOf(equation, parsed, nodes);
  let terms = nodes.map((node, index) => prepare(node, parsed.inputs[index], sizes));
  const order = contractionOrder(
    terms.map(({ labels }) => labels),
    parsed.output,
    sizes,
  );
  for (const [first, second] of order) {
    const rest = terms.filter((_, index) => index !== first && index !== second);
    const kept = new Set([...parsed.output, ...rest.flatMap(({ labels }) => labels)]);
    const [left, right] = inOutputOrder(terms[first], terms[second], parsed.output);
    const joined = contract(sumOut(left, right, kept), sumOut(right, left, kept), kept);
    terms = [...rest, joined];
  }
  const [last] = terms;
  const summed = reduceTo(last, new Set(parsed.output));
  const missing = parsed.output.filter((label) => !summed.labels.includes(label));
  const ordered = parsed.output.filter((label) => summed.labels.includes(label));
  const transposed = build.transpose(
    summed.node,
    ordered.map((label) => summed.labels.indexOf(label)),
  );
  const shape = parsed.output.map((label) => (missing.includes(label) ? 1 : sizeOfLabel(sizes, label)));
  return new Tensor(build.reshape(transposed, shape));
}

function sizeOfLabel(sizes: ReadonlyMap<string, number>, label: string): number {
  return sizes.get(label) ?? 1;
}

/** The size of every label; axes of an ellipsis may also be 1, and broadcast. */
function sizesOf(
  equation: string,
  { inputs }: ParsedEquation,
  nodes: readonly GraphNode[],
): Map<string, number> {
  const sizes = new Map<string, number>();
  nodes.forEach(({ shape }, index) => {
    inputs[index].forEach((label, axis) => {
      const known = sizes.get(label);
      const size = shape[axis];
      if (known === undefined || known === size) sizes.set(label, size);
      else if (!labelsOf.isEllipsis(label) || (known !== 1 && size !== 1)) {
        throw new ShapeError(
          `einsum: in "${equation}" the axes named "${labelsOf.display(label)}" have the sizes ${known} and ${size}; ` +
            `the operands are ${nodes.map((node) => formatShape(node.shape)).join(" and ")}`,
        );
      } else sizes.set(label, Math.max(known, size) === 1 ? 1 : known === 1 ? size : known);
    });
  });
  return sizes;
}

/** Takes diagonals of repeated labels, and drops axes of size 1 that are to be broadcast. */
function prepare(
  given: GraphNode,
  givenLabels: readonly string[],
  sizes: ReadonlyMap<string, number>,
): Labelled {
  let node = given;
  let labels = [...givenLabels];
  for (let repeated = findRepeated(labels); repeated; repeated = findRepeated(labels)) {
    const [first, second] = repeated;
    const others = labels.map((_, axis) => axis).filter((axis) => axis !== first && axis !== second);
    node = diagonalOf(build.transpose(node, [...others, first, second]));
    labels = [...others.map((axis) => labels[axis]), labels[first]];
  }
  const keeps = labels.map((label, axis) => node.shape[axis] === sizes.get(label));
  const shape = node.shape.filter((_, axis) => keeps[axis]);
  return { node: build.reshape(node, shape), labels: labels.filter((_, axis) => keeps[axis]) };
}

function findRepeated(labels: readonly string[]): [number, number] | null {
  for (const [axis, label] of labels.entries()) {
    const again = labels.indexOf(label, axis + 1);
    if (again !== -1) return [axis, again];
  }
  return null;
}

/** Two operands, the one first whose own labels come first in the result, so that their product need not be transposed. */
function inOutputOrder(one: Labelled, other: Labelled, output: readonly string[]): [Labelled, Labelled] {
  const first = output.find((label) => one.labels.includes(label) !== other.labels.includes(label));
  return first !== undefined && other.labels.includes(first) ? [other, one] : [one, other];
}

function reduceTo({ node, labels }: Labelled, kept: ReadonlySet<string>): Labelled {
  const axes = labels.map((_, axis) => axis).filter((axis) => !kept.has(labels[axis]));
  return { node: build.sum(node, axes), labels: labels.filter((label) => kept.has(label)) };
}

/** Sums over what neither the other operand nor anything later needs. */
function sumOut(term: Labelled, other: Labelled, kept: ReadonlySet<string>): Labelled {
  return reduceTo(term, new Set([...kept, ...other.labels]));
}

/** The product of two operands, summed over the labels that nothing later needs, as a batch of matrix products. */
function contract(left: Labelled, right: Labelled, kept: ReadonlySet<string>): Labelled {
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => kept.has(label));
  const inner = shared.filter((label) => !kept.has(label));
  const rows = left.labels.filter((label) => !shared.includes(label));
  const columns = right.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  const size = ({ node, labels: own }: Labelled, names: readonly string[]): number[] =>
    names.map((label) => node.shape[own.indexOf(label)]);
  const ordered = (term: Labelled, names: readonly string[], shape: readonly number[]): GraphNode =>
    build.reshape(
      build.transpose(
        term.node,
        names.map((label) => term.labels.indexOf(label)),
      ),
      shape,
    );
  const [batchShape, rowShape, columnShape] = [size(left, batch), size(left, rows), size(right, columns)];
  const [m, k, n] = [sizeOf(rowShape), sizeOf(size(left, inner)), sizeOf(columnShape)];
  const shape = [...batchShape, ...rowShape, ...columnShape];
  if (inner.length === 0) {
    const a = ordered(left, [...batch, ...rows], [...batchShape, ...rowShape, ...columnShape.map(() => 1)]);
    const b = ordered(
      right,
      [...batch, ...columns],
      [...batchShape, ...rowShape.map(() => 1), ...columnShape],
    );
    return { node: build.mul(a, b), labels };
  }
  const a = ordered(left, [...batch, ...rows, ...inner], [...batchShape, m, k]);
  const b = ordered(right, [...batch, ...inner, ...columns], [...batchShape, k, n]);
  return { node: build.reshape(build.matmul(a, b), shape), labels };
}
