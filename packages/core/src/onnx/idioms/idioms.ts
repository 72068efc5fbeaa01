/**
 * Functions that are made of several primitives here, and of one operator in ONNX. They are recognized by what they compute,
 * whoever wrote it; what is not recognized is written primitive by primitive, and computes the same.
 */
import type { PrimitiveName } from "../../primitives/table.ts";
import { batchNormalization, layerNormalization } from "./normalization.ts";
import { type Idiom, inputsOf, meanOf, numberOf, plain, reductionOf, spreadOver } from "./pattern.ts";
import { averagePool, maxPool } from "./pooling.ts";

/** 0 where x ≤ 0, else x. */
const relu: Idiom = ({ node, writer, valueOf }) => {
  const [condition, whenTrue, whenFalse] = inputsOf(node, "where") ?? [];
  if (condition === undefined || numberOf(whenTrue) !== 0) return null;
  const [left, right] = inputsOf(condition, "lessEqual") ?? [];
  if (left !== whenFalse || numberOf(right) !== 0) return null;
  const x = valueOf(whenFalse);
  return x.dtype === "int32" ? null : writer.elementwise("Relu", [x], x);
};

/** eˣ⁻ᵐ / Σ eˣ⁻ᵐ along an axis, where m is the largest x. */
const softmax: Idiom = ({ node, writer, valueOf }) => {
  const [powers, spreadTotal] = inputsOf(node, "div") ?? [];
  const [shifted] = powers === undefined ? [] : (inputsOf(powers, "exp") ?? []);
  const [x, spreadHighest] = shifted === undefined ? [] : (inputsOf(shifted, "sub") ?? []);
  if (x === undefined) return null;
  for (const axis of x.shape.keys()) {
    const total = spreadOver(spreadTotal, x.shape, [axis]);
    const highest = spreadOver(spreadHighest, x.shape, [axis]);
    if (total === null || highest === null) continue;
    const [sum, maximum] = [reductionOf(total, "sum"), reductionOf(plain(highest), "max")];
    if (sum?.operand !== powers || maximum?.operand !== x) continue;
    if (sum.axes.join() !== String(axis) || maximum.axes.join() !== String(axis)) continue;
    const value = valueOf(x);
    return writer.value("Softmax", [value], value, { axis: { kind: "int", value: axis } });
  }
  return null;
};

/** Σ x / n. */
const mean: Idiom = ({ node, writer, valueOf }) => {
  const found = meanOf(node);
  return found === null
    ? null
    : writer.reduce("ReduceMean", valueOf(found.operand), found.axes, found.keepDims);
};

/** The idioms, by the primitive that is their last; the first that fits is written. */
export const idioms: Readonly<Partial<Record<PrimitiveName, readonly Idiom[]>>> = {
  where: [relu, maxPool],
  div: [softmax, mean, averagePool],
  mul: [layerNormalization],
  add: [batchNormalization],
};
