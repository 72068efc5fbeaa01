/** Makes nodes: every operation in a graph comes from `applyPrimitive`. */
import type { DType } from "../dtype.ts";
import type { Attributes } from "../graph/attributes.ts";
import { GraphNode } from "../graph/node.ts";
import { checkSize, reducedShape, type Shape, sameShape } from "../shape.ts";
import type { Build, BuildOperand } from "./build.ts";
import type { Primitive } from "./primitive.ts";
import { type PrimitiveName, primitives } from "./table.ts";

const noAttributes: Attributes = {};

/** A new node that applies the primitive `name`; throws where the row's rule rejects the inputs. */
export function applyPrimitive(
  name: PrimitiveName,
  inputs: readonly GraphNode[],
  attributes: Attributes = noAttributes,
): GraphNode {
  const primitive: Primitive = primitives[name];
  const type = primitive.infer(inputs, attributes);
  checkSize(name, type.shape);
  return new GraphNode({ kind: "operation", primitive, attributes }, type, inputs, null);
}

/** A scalar that is part of the program. */
export function literal(value: number, dtype: DType): GraphNode {
  return applyPrimitive("literal", [], { value, dtype });
}

function unary(name: PrimitiveName) {
  return (x: GraphNode): GraphNode => applyPrimitive(name, [x]);
}

function binary(name: PrimitiveName) {
  return (x: BuildOperand, y: BuildOperand): GraphNode => applyPrimitive(name, sameDType(x, y));
}

function sameDType(x: BuildOperand, y: BuildOperand): [GraphNode, GraphNode] {
  if (typeof x !== "number") return [x, typeof y === "number" ? literal(y, x.dtype) : y];
  if (typeof y !== "number") return [literal(x, y.dtype), y];
  return [literal(x, "float32"), literal(y, "float32")];
}

/** The operations that gradient rules, and the public ops, are written with. */
export const build: Build = {
  literal,
  neg: unary("neg"),
  abs: unary("abs"),
  sign: unary("sign"),
  floor: unary("floor"),
  sqrt: unary("sqrt"),
  exp: unary("exp"),
  log: unary("log"),
  sin: unary("sin"),
  cos: unary("cos"),
  sinh: unary("sinh"),
  cosh: unary("cosh"),
  digamma: unary("digamma"),
  polygamma: (order, x) => applyPrimitive("polygamma", [x], { order }),
  randomGammaGradient: binary("randomGammaGradient"),
  add: binary("add"),
  sub: binary("sub"),
  mul: binary("mul"),
  div: binary("div"),
  pow: binary("pow"),
  equal: binary("equal"),
  less: binary("less"),
  lessEqual: binary("lessEqual"),
  where: (condition, whenTrue, whenFalse) =>
    applyPrimitive("where", [condition, ...sameDType(whenTrue, whenFalse)]),
  stopGradient: unary("stopGradient"),
  cast: (x, dtype) => (x.dtype === dtype ? x : applyPrimitive("cast", [x], { dtype })),
  sum: (x, axes) => (axes.length === 0 ? x : applyPrimitive("sum", [x], { axes })),
  max: (x, axes) => (axes.length === 0 ? x : applyPrimitive("max", [x], { axes })),
  product: (x, axes) => (axes.length === 0 ? x : applyPrimitive("prod", [x], { axes })),
  reshape: (x, shape) => (sameShape(x.shape, shape) ? x : applyPrimitive("reshape", [x], { shape })),
  transpose: (x, permutation) =>
    permutation.every((axis, position) => axis === position)
      ? x
      : applyPrimitive("transpose", [x], { permutation }),
  swapLastAxes(x) {
    const permutation = x.shape.map((_, axis) => axis);
    const last = permutation.length - 1;
    [permutation[last - 1], permutation[last]] = [last, last - 1];
    return applyPrimitive("transpose", [x], { permutation });
  },
  broadcastTo: (x, shape) => (sameShape(x.shape, shape) ? x : applyPrimitive("broadcastTo", [x], { shape })),
  spread: (x, axes, shape) => build.broadcastTo(build.reshape(x, reducedShape(shape, axes, true)), shape),
  slice: (x, begin, size, step) =>
    sameShape(x.shape, size) && step.every((each) => each > 0)
      ? x
      : applyPrimitive("slice", [x], { begin, size, step }),
  pad: (x, before, after, interior) =>
    [...before, ...after, ...interior].every((count) => count === 0)
      ? x
      : applyPrimitive("pad", [x], { before, after, interior, value: 0 }),
  matmul: (x, y) => applyPrimitive("matmul", [x, y]),
  range: (length) => applyPrimitive("range", [], { start: 0, step: 1, length, dtype: "int32" }),
  gather: (x, indices, missing) => applyPrimitive("gather", [x, indices], { missing }),
  scatter: (target, indices, updates, mode) =>
    applyPrimitive("scatter", [target, indices, updates], { mode }),
  cumulate: (x, accumulation) => applyPrimitive("cumulate", [x], { accumulation }),
  linearRecurrence: (a, b) => applyPrimitive("linearRecurrence", [a, b]),
  solve: (matrix, right) => applyPrimitive("solve", [matrix, right]),
  triangularSolve: (matrix, right, attributes) =>
    applyPrimitive("triangularSolve", [matrix, right], attributes),
  convolution: (image, kernel, attributes) => applyPrimitive("convolution", [image, kernel], attributes),
  convolutionImageGradient: (gradient, kernel, attributes) =>
    applyPrimitive("convolutionImageGradient", [gradient, kernel], attributes),
  convolutionKernelGradient: (image, gradient, attributes) =>
    applyPrimitive("convolutionKernelGradient", [image, gradient], attributes),
};

/** Sums `x` over what was broadcast to reach its shape from `shape`. */
export function sumToShape(x: GraphNode, shape: Shape): GraphNode {
  if (sameShape(x.shape, shape)) return x;
  const added = x.shape.length - shape.length;
  const axes = x.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < added || (shape[axis - added] === 1 && x.shape[axis] !== 1));
  return build.reshape(build.sum(x, axes), shape);
}
