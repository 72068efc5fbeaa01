/** The loops of a kernel, decided before any code is emitted. */
import type { Kernel, Stage } from "../../../compiler/program.ts";
import { bytesPerElement, type DType } from "../../../dtype.ts";
import type { ElementwisePrimitive } from "../../../primitives/primitive.ts";
import { sizeOf } from "../../../shape.ts";
import { lanes } from "./quad.ts";

/** How the vectorized dimension is cut: units of `unroll` quads, and what is left over. */
export interface VectorLoop {
  /** The position of the vectorized dimension. */
  readonly dimension: number;
  /** The most quads that one round works on. */
  readonly unroll: number;
  /** How many rounds work on `unroll` whole quads. */
  readonly fullUnits: number;
  /** The quads of the last round: whole but for the last. 0 where nothing is left over. */
  readonly tailQuads: number;
  /** How many lanes of the very last quad exist. */
  readonly tailLanes: number;
  /** The quads of the largest round, at least 1. */
  readonly mostQuads: number;
}

/** A kernel's dimensions, outer then inner, without those of size 1 that serve no purpose. */
export interface LoopPlan {
  readonly extents: readonly number[];
  /** How many of them are outer ones. Code at this level runs once a row, or once for each quad of rows. */
  readonly rowLevel: number;
  readonly vector: VectorLoop;
  /** The outer dimension that threads share, counted in units if it is the vectorized one. */
  readonly parallelDimension: number;
  readonly parallelUnits: number;
  /** A view's strides, or an affine's steps, over `extents`. */
  project(strides: readonly number[]): number[];
}

/**
 * Enough units to keep every thread busy. Where the first dimension has so many, each thread has the same examples of a
 * batch in every step.
 */
const wantedParallelUnits = 16;

export function planLoops(kernel: Kernel): LoopPlan {
  const original = [...kernel.outer, ...kernel.inner];
  const vectorizesOuter = kernel.vectorAxis === "outer";
  const vectorOriginal = vectorizesOuter ? kernel.outer.length - 1 : original.length - 1;
  const hasVector = vectorizesOuter ? kernel.outer.length > 0 : kernel.inner.length > 0;
  const kept = (from: number, to: number): number[] => {
    const positions: number[] = [];
    for (let position = from; position < to; position++) {
      if (original[position] !== 1 || (hasVector && position === vectorOriginal)) positions.push(position);
    }
    return positions;
  };
  const outer = kept(0, kernel.outer.length);
  const inner = kept(kernel.outer.length, original.length);
  // A dimension of size 1 stands in where there is none to vectorize, or to share among threads.
  if (outer.length === 0) outer.push(standIn);
  if (!vectorizesOuter && inner.length === 0) inner.push(standIn);
  const positions = [...outer, ...inner];
  const extents = positions.map((position) => (position === standIn ? 1 : original[position]));
  const vectorDimension = vectorizesOuter ? outer.length - 1 : positions.length - 1;
  const vector = cut(vectorDimension, extents[vectorDimension], unrollOf(kernel));
  const units = outer.map((_, dimension) =>
    dimension === vectorDimension ? vector.fullUnits + Number(vector.tailQuads > 0) : extents[dimension],
  );
  const enough = units.findIndex((count) => count >= wantedParallelUnits);
  const parallelDimension = enough >= 0 ? enough : units.indexOf(Math.max(...units));
  return {
    extents,
    rowLevel: outer.length,
    vector,
    parallelDimension,
    parallelUnits: units.includes(0) ? 0 : units[parallelDimension],
    project: (strides) => positions.map((position) => (position === standIn ? 0 : strides[position])),
  };
}

const standIn = -1;

function cut(dimension: number, extent: number, wantedUnroll: number): VectorLoop {
  const quads = Math.ceil(extent / lanes);
  const unroll = Math.max(1, Math.min(wantedUnroll, quads));
  const fullUnits = Math.floor(extent / (unroll * lanes));
  const left = extent - fullUnits * unroll * lanes;
  const tailQuads = Math.ceil(left / lanes);
  const tailLanes = left - (tailQuads - 1) * lanes;
  return {
    dimension,
    unroll,
    fullUnits,
    tailQuads,
    tailLanes,
    mostQuads: fullUnits > 0 ? unroll : Math.max(1, tailQuads),
  };
}

/** Weights of a stage's instructions, as rough counts of machine instructions for a quad. */
const expensiveWeight = 24;
const gatherWeight = 5;

/** Up to this weight a round works on four quads, a cache line of float32, then on two; beyond, on one. */
const lightWeight = 14;
const middleWeight = 32;

/**
 * Up to this weight, the sums of columns are taken of two cache lines at once: rows lie far from each other, and
 * processors fetch cache lines in pairs.
 */
const sumWeight = 8;

function unrollOf(kernel: Kernel): number {
  // What runs once a row counts where nothing runs more often.
  const repeated = kernel.stages.filter(({ scope }) => scope === "element");
  const counted = repeated.length > 0 ? repeated : kernel.stages;
  const heaviest = Math.max(1, ...counted.map((stage) => weightOf(stage, kernel)));
  if (kernel.vectorAxis === "outer" && repeated.length > 0 && heaviest <= sumWeight) return 8;
  if (heaviest <= lightWeight) return 4;
  return heaviest <= middleWeight ? 2 : 1;
}

function weightOf(stage: Stage, kernel: Kernel): number {
  const vectorPosition =
    kernel.vectorAxis === "outer" ? kernel.outer.length - 1 : kernel.outer.length + kernel.inner.length - 1;
  const isGathered = (strides: readonly number[]): boolean =>
    vectorPosition >= 0 && strides[vectorPosition] !== 0 && strides[vectorPosition] !== 1;
  let weight = 0;
  for (const step of stage.instructions) {
    const width = vectorWeight(step.dtype);
    if (step.kind === "load") weight += isGathered(step.view.strides) ? gatherWeight : width;
    if (step.kind === "apply") weight += weightOfPrimitive(step.primitive) * width;
  }
  for (const store of stage.stores) if (isGathered(store.view.strides)) weight += gatherWeight;
  return weight + stage.stores.length + stage.reductions.length;
}

/** A rough count of the machine instructions that a kernel executes. */
export function instructionsOf(kernel: Kernel): number {
  const rows = sizeOf(kernel.outer) / (kernel.vectorAxis === "outer" ? lanes : 1);
  const elements = (sizeOf(kernel.outer) * sizeOf(kernel.inner)) / lanes;
  const counts = kernel.stages.map(
    (stage) => weightOf(stage, kernel) * (stage.scope === "row" ? rows : elements),
  );
  return counts.reduce((total, count) => total + count, 0);
}

function weightOfPrimitive(primitive: ElementwisePrimitive): number {
  return primitive.expensive ? expensiveWeight : 1;
}

function vectorWeight(dtype: DType): number {
  return bytesPerElement(dtype) === 8 ? 2 : 1;
}
