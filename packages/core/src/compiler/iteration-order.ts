/**
 * The order of a kernel's loops: which dimension shares vectors, which lies outside which, and which neighbours are
 * one dimension in memory. A draft's strides run over the group's axes; the finished kernel's over its loops.
 */
import type { DType } from "../dtype.ts";
import { mostPositions } from "../shape.ts";
import type {
  Instruction,
  Kernel,
  Stage,
  StageReduction,
  StageRegister,
  StageStore,
  View,
} from "./program.ts";

export interface DraftStage {
  readonly scope: "element" | "row";
  readonly instructions: Instruction[];
  readonly stores: StageStore[];
  readonly reductions: StageReduction[];
  readonly registers: StageRegister[];
}

export interface DraftKernel {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly reduced: ReadonlySet<number>;
  readonly stages: readonly DraftStage[];
  readonly registers: readonly DType[];
}

/** A store moves as many bytes as a load, and its cache line is read first. */
const storeWeight = 2;

/** Neighbouring axes that are walked as one, outermost first. */
type Loop = readonly number[];

export function finishKernel(draft: DraftKernel): Kernel {
  const { name, sizes, reduced, stages, registers } = draft;
  const accesses = findAccesses(draft);
  const vector = vectorAxis(draft, accesses);
  const order = (isInner: boolean): number[] => {
    const axes = sizes.map((_, axis) => axis).filter((axis) => reduced.has(axis) === isInner);
    const span = (axis: number): number =>
      accesses.reduce((sum, { strides, weight }) => sum + weight * Math.abs(strides[axis]), 0);
    axes.sort((a, b) => Number(a === vector) - Number(b === vector) || span(b) - span(a) || a - b);
    return axes;
  };
  const allStrides = findAllStrides(stages);
  const outer = collapse(order(false), sizes, allStrides);
  const inner = collapse(order(true), sizes, allStrides);
  const loops = [...outer, ...inner];
  const size = (loop: Loop): number => loop.reduce((product, axis) => product * sizes[axis], 1);
  return {
    kind: "kernel",
    name,
    outer: outer.map(size),
    inner: inner.map(size),
    vectorAxis: vector !== null && reduced.has(vector) ? "inner" : "outer",
    stages: stages.map((stage) => rewriteStage(stage, loops)),
    registers,
  };
}

interface Access {
  readonly strides: readonly number[];
  readonly weight: number;
}

/** The loads and stores that are made for every element, or for every row where there are no others. */
function findAccesses({ stages }: DraftKernel): Access[] {
  const elementStages = stages.filter(({ scope }) => scope === "element");
  return (elementStages.length > 0 ? elementStages : stages).flatMap(({ instructions, stores }) => [
    ...instructions.flatMap((each) =>
      each.kind === "load" ? [{ strides: each.view.strides, weight: 1 }] : [],
    ),
    ...stores.map(({ view }) => ({ strides: view.strides, weight: storeWeight })),
  ]);
}

/** The axis along which most accesses are to neighbours in memory. */
function vectorAxis({ sizes, reduced }: DraftKernel, accesses: readonly Access[]): number | null {
  let best: number | null = null;
  let bestScore = -1;
  sizes.forEach((_, axis) => {
    let score = 0;
    for (const { strides, weight } of accesses) if (strides[axis] === 1) score += 2 * weight;
    // Where nothing tells them apart, a reduction along the row keeps its sum in one vector.
    if (reduced.has(axis)) score += 1;
    if (score > bestScore) {
      best = axis;
      bestScore = score;
    }
  });
  return best;
}

function findAllStrides(stages: readonly DraftStage[]): (readonly number[])[] {
  return stages.flatMap(({ instructions, stores }) => [
    ...instructions.flatMap((each) => {
      if (each.kind === "load") return [each.view.strides];
      return each.kind === "affine" ? [each.steps] : [];
    }),
    ...stores.map(({ view }) => view.strides),
  ]);
}

function collapse(
  axes: readonly number[],
  sizes: readonly number[],
  allStrides: readonly (readonly number[])[],
): Loop[] {
  const loops: number[][] = [];
  let length = 1;
  for (const axis of axes) {
    const outerLoop = loops.at(-1);
    const last = outerLoop?.at(-1);
    const continues =
      last !== undefined &&
      length * sizes[axis] <= mostPositions &&
      allStrides.every((strides) => strides[last] === strides[axis] * sizes[axis]);
    if (outerLoop && continues) outerLoop.push(axis);
    else loops.push([axis]);
    length = continues ? length * sizes[axis] : sizes[axis];
  }
  return loops;
}

function rewriteStage(
  { scope, instructions, stores, reductions, registers }: DraftStage,
  loops: readonly Loop[],
): Stage {
  // A loop advances by its innermost axis's stride.
  const along = (strides: readonly number[]): number[] => loops.map((loop) => strides[loop[loop.length - 1]]);
  const moved = (view: View): View => ({ ...view, strides: along(view.strides) });
  return {
    scope,
    instructions: instructions.map((each) => {
      if (each.kind === "load") return { ...each, view: moved(each.view) };
      return each.kind === "affine" ? { ...each, steps: along(each.steps) } : each;
    }),
    stores: stores.map(({ value, view }) => ({ value, view: moved(view) })),
    reductions,
    registers,
  };
}
