import { sameSizes } from "../sizes.ts";
import type { TracedNode } from "../traced-graph.ts";
import { type Idiom, inputsOf, meanOf, numberOf, spreadOver } from "./pattern.ts";

/** 1 / √(variance + ε). */
function inverseRoot(node: TracedNode): { readonly variance: TracedNode; readonly epsilon: number } | null {
  const [one, root] = inputsOf(node, "div") ?? [];
  if (one === undefined || numberOf(one) !== 1) return null;
  const [sum] = inputsOf(root, "sqrt") ?? [];
  const [variance, added] = sum === undefined ? [] : (inputsOf(sum, "add") ?? []);
  const epsilon = added === undefined ? null : numberOf(added);
  return variance === undefined || epsilon === null ? null : { variance, epsilon };
}

/** (x − mean) / √(variance + ε) over the last axes. */
export const layerNormalization: Idiom = ({ node, writer, valueOf }) => {
  const [centred, scale] = inputsOf(node, "mul") ?? [];
  const [x, spreadMean] = centred === undefined ? [] : (inputsOf(centred, "sub") ?? []);
  if (x === undefined) return null;
  for (const first of x.shape.keys()) {
    const axes = [...x.shape.keys()].slice(first);
    const [average, inverse] = [spreadMean, scale].map((each) => spreadOver(each, x.shape, axes));
    if (!average || !inverse) continue;
    const root = inverseRoot(inverse);
    const [overX, overSquares] = [meanOf(average), root && meanOf(root.variance)];
    if (!root || overX?.operand !== x || !overSquares) continue;
    const squares = inputsOf(overSquares.operand, "mul") ?? [];
    const isSquare = squares.length === 2 && squares.every((each) => each === centred);
    if (!isSquare || overX.axes.join() !== axes.join() || overSquares.axes.join() !== axes.join()) continue;
    const sizes = x.shape.slice(first);
    const value = valueOf(x);
    const ones = writer.expand(writer.parts.scalar(1, value.dtype), sizes);
    return writer.value("LayerNormalization", [value, ones], value, {
      axis: { kind: "int", value: first },
      epsilon: { kind: "float", value: Math.fround(root.epsilon) },
    });
  }
  return null;
};

/** A vector that was aligned with one of several axes: the vector, and the axis. */
function alongAxis(node: TracedNode): { readonly vector: TracedNode; readonly axis: number } | null {
  const axis = node.shape.findIndex((size) => size !== 1);
  const vector = inputsOf(node, "reshape")?.[0] ?? node;
  return axis !== -1 && sameSizes(vector.shape, [node.shape[axis]]) ? { vector, axis } : null;
}

/** (x − mean) · (1 / √(variance + ε)) · gamma + beta, with a number for each of the last axis. */
export const batchNormalization: Idiom = ({ node, writer, valueOf }) => {
  const [multiplied, beta] = inputsOf(node, "add") ?? [];
  const [normalized, gamma] = multiplied === undefined ? [] : (inputsOf(multiplied, "mul") ?? []);
  const [centred, inverse] = normalized === undefined ? [] : (inputsOf(normalized, "mul") ?? []);
  const [x, average] = centred === undefined ? [] : (inputsOf(centred, "sub") ?? []);
  const root = inverse === undefined ? null : inverseRoot(inverse);
  if (x === undefined || root === null || !sameSizes(x.shape, node.shape)) return null;
  const vectors = [gamma, beta, average, root.variance].map(alongAxis);
  const last = x.shape.length - 1;
  if (last < 1 || vectors.some((each) => each === null || (each.axis !== last && x.shape.length > 1)))
    return null;
  const value = valueOf(x);
  const order = [0, last, ...x.shape.keys()].filter((axis, place) => place < 2 || (axis > 0 && axis < last));
  const first = writer.transpose(value, order);
  const parameters = vectors.flatMap((each) => (each === null ? [] : [valueOf(each.vector)]));
  const result = writer.value("BatchNormalization", [first, ...parameters], first, {
    epsilon: { kind: "float", value: Math.fround(root.epsilon) },
  });
  return writer.transpose(
    result,
    order.map((_, axis) => order.indexOf(axis)),
  );
};
