/** Derivatives of rows by finite differences, on the oracle in float64. */
import { backpropagate } from "../../autodiff/backpropagate.ts";
import { type DType, isFloat, type TypedArray } from "../../dtype.ts";
import { compute, valuesOf } from "../../evaluate.ts";
import { dataNode, type GraphNode, type TensorType } from "../../graph/node.ts";
import { sizeOf } from "../../shape.ts";
import { anyValues, type Draw } from "../../testing/draw.ts";
import { applyPrimitive, build } from "../apply.ts";
import type { Primitive } from "../primitive.ts";
import type { PrimitiveName } from "../table.ts";
import { evaluateRow, resultType, type TypedCall, typesOf } from "./evaluate-row.ts";
import type { Interval, RowCase } from "./row-case.ts";

/** Near the optimum for differences of the fourth order: rounding and truncation both stay below 10⁻¹¹. */
const stepSize = 1e-3;

/** The points at which a function is evaluated to find its slope at 0. */
export const slopePoints = [-2 * stepSize, -stepSize, stepSize, 2 * stepSize] as const;

/** f′(0) from the values at the `slopePoints`, with an error of the order of the step's fourth power. */
export function slopeOf([farBelow, below, above, farAbove]: readonly number[]): number {
  return (8 * (above - below) - (farAbove - farBelow)) / (12 * stepSize);
}

export function differentiate(f: (t: number) => number): number {
  return slopeOf(slopePoints.map(f));
}

/** A call at a point where the row is smooth. */
export interface SmoothPoint extends TypedCall {
  readonly values: readonly TypedArray[];
}

/** The floats of a call as float64, everything else as it is. */
export function inFloat64(dtypes: readonly DType[]): DType[] {
  return dtypes.map((dtype) => (isFloat(dtype) ? "float64" : dtype));
}

/** Draws values at which the row is smooth: no two floats are as near to each other as finite differences reach. */
export function drawSmoothPoint({ smooth, values: fill }: RowCase, call: TypedCall, draw: Draw): SmoothPoint {
  const intervals = draw.of(smooth);
  const types = typesOf(call);
  const floats = types.filter(({ dtype }) => isFloat(dtype));
  const total = floats.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  // An even count, so that none lies in the middle of an interval, where kinks are.
  const count = 2 * Math.ceil((total + 1) / 2);
  const places = draw.shuffled(Array.from({ length: count }, (_, index) => (index + 0.5) / count));
  let float = 0;
  const values = types.map(({ dtype, shape }, index) => {
    if (!isFloat(dtype)) return (fill[index] ?? anyValues)(draw, dtype, shape);
    const [lowest, highest] = lastOr(intervals, float++);
    return Float64Array.from(places.splice(0, sizeOf(shape)), (place) => lowest + place * (highest - lowest));
  });
  return { ...call, values };
}

function lastOr(intervals: readonly Interval[], index: number): Interval {
  return intervals[Math.min(index, intervals.length - 1)];
}

/** Weights that a float32 holds exactly. */
export function drawWeights(draw: Draw, { shape }: TensorType): Float64Array {
  return Float64Array.from({ length: sizeOf(shape) }, () => draw.between(-64, 64) / 64);
}

/** Σ weights · f, at the point with one element of one input moved by t. */
export function weightedSum(row: Primitive, point: SmoothPoint, weights: Float64Array, at: Moved): number {
  const moved = point.values.map((values, index) => (index === at.input ? movedValues(values, at) : values));
  // NaN stands for an element that is missing, and depends on nothing.
  return dot(
    evaluateRow(row, point, moved).map((value) => (Number.isNaN(value) ? 0 : value)),
    weights,
  );
}

export interface Moved {
  readonly input: number;
  readonly element: number;
  readonly by: number;
}

function movedValues(values: TypedArray, { element, by }: Moved): TypedArray {
  const result = values.slice();
  result[element] += by;
  return result;
}

export function dot(left: TypedArray, right: TypedArray): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += left[index] * right[index];
  return sum;
}

/** The inputs and the seed of a row's gradient, as leaves of a graph; floats only are differentiated. */
export interface GradientGraph {
  /** The float inputs, and the seed. */
  readonly variables: readonly GraphNode[];
  /** The gradient with respect to each float input. */
  readonly gradients: readonly GraphNode[];
}

/** The graph of the row's gradient at a point; `variables` are its float inputs and the seed, in this order. */
export function gradientGraph(name: PrimitiveName, point: SmoothPoint, seed: Float64Array): GradientGraph {
  const inputs = typesOf(point).map((type, index) => dataNode(point.values[index], type));
  const output = applyPrimitive(name, inputs, point.attributes);
  const seedNode = build.cast(dataNode(seed, { shape: output.shape, dtype: "float64" }), output.dtype);
  const floats = inputs.filter(({ dtype }) => isFloat(dtype));
  const found = backpropagate(output, floats, seedNode);
  const gradients = found.map((gradient, index) => gradient ?? zeros(floats[index]));
  return { variables: [...floats, seedNode], gradients };
}

function zeros({ dtype, shape }: TensorType): GraphNode {
  return build.broadcastTo(build.literal(0, dtype), shape);
}

export function computed(nodes: readonly GraphNode[]): TypedArray[] {
  compute(nodes);
  return nodes.map(valuesOf);
}

/** Σ weights · gradient over all gradients, as a node. */
export function weightedGradient({ gradients }: GradientGraph, weights: readonly Float64Array[]): GraphNode {
  const terms = gradients.map((gradient, index) => {
    const { shape } = gradient;
    const weight = dataNode(weights[index], { shape, dtype: "float64" });
    return build.sum(
      build.mul(build.cast(gradient, "float64"), weight),
      shape.map((_, axis) => axis),
    );
  });
  return terms.reduce((sum, term) => build.add(sum, term), build.literal(0, "float64"));
}

/** The point moved by t along a direction, whose entries are those of the float inputs. */
export function movedPoint(point: SmoothPoint, direction: readonly Float64Array[], t: number): SmoothPoint {
  let float = 0;
  const values = point.values.map((array, index) => {
    if (!isFloat(point.dtypes[index])) return array;
    const along = direction[float++];
    return Float64Array.from(array, (value, element) => value + t * along[element]);
  });
  return { ...point, values };
}

/** Whether a row with these input dtypes gives floats that may depend on floats. */
export function isDifferentiable(row: Primitive, call: TypedCall): boolean {
  return call.dtypes.some(isFloat) && isFloat(resultType(row, call).dtype);
}
