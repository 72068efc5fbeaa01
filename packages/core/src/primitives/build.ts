import type { DType } from "../dtype.ts";
import type { GraphNode } from "../graph/node.ts";
import type { Shape } from "../shape.ts";
import type {
  ConvolutionAttributes,
  ImageGradientAttributes,
  KernelGradientAttributes,
} from "./convolution.ts";
import type { CumulateAttributes } from "./cumulation.ts";
import type { GatherAttributes, ScatterMode } from "./indexing.ts";
import type { TriangularAttributes } from "./linear-algebra.ts";

/** An operand of a gradient rule; a number stands for itself in the other operand's dtype. */
export type BuildOperand = GraphNode | number;

type Unary = (x: GraphNode) => GraphNode;
type Binary = (x: BuildOperand, y: BuildOperand) => GraphNode;

/**
 * The differentiable operations that gradient rules are written with. Rules take it as an argument, since a row
 * that imported other rows would make a cycle.
 */
export interface Build {
  literal(value: number, dtype: DType): GraphNode;
  readonly neg: Unary;
  readonly abs: Unary;
  readonly sign: Unary;
  readonly floor: Unary;
  readonly sqrt: Unary;
  readonly exp: Unary;
  readonly log: Unary;
  readonly sin: Unary;
  readonly cos: Unary;
  readonly sinh: Unary;
  readonly cosh: Unary;
  readonly digamma: Unary;
  /** The derivative number `order` of digamma, from 1 on. */
  polygamma(order: number, x: GraphNode): GraphNode;
  /** As the row of that name, of α and a draw. */
  readonly randomGammaGradient: Binary;
  readonly add: Binary;
  readonly sub: Binary;
  readonly mul: Binary;
  readonly div: Binary;
  readonly pow: Binary;
  readonly equal: Binary;
  readonly less: Binary;
  readonly lessEqual: Binary;
  where(condition: GraphNode, whenTrue: BuildOperand, whenFalse: BuildOperand): GraphNode;
  stopGradient(x: GraphNode): GraphNode;
  cast(x: GraphNode, dtype: DType): GraphNode;
  /** Sums over `axes`, which are dropped. */
  sum(x: GraphNode, axes: readonly number[]): GraphNode;
  /** The largest over `axes`, which are dropped. */
  max(x: GraphNode, axes: readonly number[]): GraphNode;
  /** Multiplies over `axes`, which are dropped. */
  product(x: GraphNode, axes: readonly number[]): GraphNode;
  reshape(x: GraphNode, shape: Shape): GraphNode;
  transpose(x: GraphNode, permutation: readonly number[]): GraphNode;
  /** Swaps the last two axes. */
  swapLastAxes(x: GraphNode): GraphNode;
  broadcastTo(x: GraphNode, shape: Shape): GraphNode;
  /** Puts back, by broadcasting, the axes that a reduction dropped. */
  spread(x: GraphNode, axes: readonly number[], shape: Shape): GraphNode;
  slice(x: GraphNode, begin: readonly number[], size: readonly number[], step: readonly number[]): GraphNode;
  /** Surrounds with zeros, and puts `interior` zeros between neighbours. */
  pad(
    x: GraphNode,
    before: readonly number[],
    after: readonly number[],
    interior: readonly number[],
  ): GraphNode;
  matmul(x: GraphNode, y: GraphNode): GraphNode;
  /** The int32 vector 0 … length − 1. */
  range(length: number): GraphNode;
  /** As the row of that name: x [B, N, I], indices [B or 1, K]. */
  gather(x: GraphNode, indices: GraphNode, missing: GatherAttributes["missing"]): GraphNode;
  /** As the row of that name: target [B, N, I], indices [B or 1, K], updates [B, K, I]. */
  scatter(target: GraphNode, indices: GraphNode, updates: GraphNode, mode: ScatterMode): GraphNode;
  /** As the row of that name: along the middle axis of [B, N, I]. */
  cumulate(x: GraphNode, accumulation: CumulateAttributes["accumulation"]): GraphNode;
  /** As the row of that name: along the middle axis of [B, N, I]. */
  linearRecurrence(a: GraphNode, b: GraphNode): GraphNode;
  /** As the row of that name: matrices [B, N, N] and [B, N, K]. */
  solve(matrix: GraphNode, right: GraphNode): GraphNode;
  /** As the row of that name: matrices [B, N, N] and [B, N, K]. */
  triangularSolve(matrix: GraphNode, right: GraphNode, attributes: TriangularAttributes): GraphNode;
  /** As the row of that name: images [B, S1, S2, S3, C], kernels [K1, K2, K3, C / groups, D]. */
  convolution(image: GraphNode, kernel: GraphNode, attributes: ConvolutionAttributes): GraphNode;
  /** As the row of that name. */
  convolutionImageGradient(
    gradient: GraphNode,
    kernel: GraphNode,
    attributes: ImageGradientAttributes,
  ): GraphNode;
  /** As the row of that name. */
  convolutionKernelGradient(
    image: GraphNode,
    gradient: GraphNode,
    attributes: KernelGradientAttributes,
  ): GraphNode;
}
