import type { Instruction, Kernel, Stage, StageReduction, View } from "../../../compiler/program.ts";
import { arithmeticDType, type DType } from "../../../dtype.ts";
import type { F64, ValueType } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { affineQuad } from "./affine.ts";
import { applyToQuads, type EmitterLookup } from "./apply.ts";
import { keepCostlyValues } from "./keep-values.ts";
import { loadQuad, loadSplat, storeQuad } from "./load-store.ts";
import { firstBuffer, keyOf, LoopNest } from "./loop-nest.ts";
import { type LoopPlan, planLoops } from "./loops.ts";
import { constantQuad, lanes, letQuad, type Quad, splatNumber } from "./quad.ts";
import { longestRun, planFolds, RowReduction } from "./row-reduction.ts";

/** The features that the generated code may use. */
export interface CodeOptions {
  readonly relaxedSimd: boolean;
  readonly emitterOf: EmitterLookup;
}

/** The operands of a kernel: its buffers and scalars are numbered from 0 on. */
export interface KernelOperands {
  /** Of each buffer. */
  readonly dtypes: readonly DType[];
  readonly scalarCount: number;
  /** Whether writing to one buffer may change what the other holds. */
  overlap(left: number, right: number): boolean;
}

/**
 * The function of a kernel. Its parameters are a range (begin, end) in units of one outer dimension, which threads
 * may share; the addresses of the buffers; and the scalars.
 */
export interface KernelCode {
  readonly f: FunctionBuilder;
  readonly units: number;
}

/** Adds a kernel's function to the module. */
export function addKernel(
  module: ModuleBuilder,
  name: string,
  kernel: Kernel,
  operands: KernelOperands,
  options: CodeOptions,
): KernelCode {
  const { dtypes, scalarCount } = operands;
  const scalars = new Array<ValueType>(scalarCount).fill("f64");
  const parameters: ValueType[] = ["i32", "i32", ...dtypes.map((): ValueType => "i32"), ...scalars];
  const f = module.function(name, { parameters }, false);
  const kept = keepCostlyValues(kernel, operands.overlap);
  const plan = planLoops(kept);
  if (plan.parallelUnits > 0) new KernelEmitter(f, kept, plan, operands, options).emit();
  return { f, units: plan.parallelUnits };
}

/** An instruction's value: one quad, or one for each quad of the round. */
type Value = readonly Quad[];

class KernelEmitter {
  private readonly f: FunctionBuilder;
  private readonly kernel: Kernel;
  private readonly plan: LoopPlan;
  private readonly operands: KernelOperands;
  private readonly options: CodeOptions;
  private readonly nest: LoopNest;
  /** From this level on values differ from quad to quad of a round. */
  private readonly vectorLevel: number;
  /**
   * For each stage and instruction the number of loops around its code, counted from the outside: it is computed
   * in the outermost one in which it is known.
   */
  private readonly levels: readonly (readonly number[])[];
  private readonly values: Quad[][][];
  private readonly registers: Value[] = [];

  constructor(
    f: FunctionBuilder,
    kernel: Kernel,
    plan: LoopPlan,
    operands: KernelOperands,
    options: CodeOptions,
  ) {
    this.f = f;
    this.kernel = kernel;
    this.plan = plan;
    this.operands = operands;
    this.options = options;
    this.nest = new LoopNest(f, plan, operands.dtypes);
    this.vectorLevel = plan.vector.dimension + 1;
    this.levels = this.findLevels();
    this.values = kernel.stages.map((stage) => stage.instructions.map(() => []));
  }

  emit(): void {
    this.nest.unlessEmpty(() => {
      for (const stage of this.kernel.stages) for (const view of viewsOf(stage)) this.nest.openCursor(view);
      this.emitOuter(0);
    });
  }

  // Where each instruction is computed

  private findLevels(): number[][] {
    const written = this.kernel.stages.flatMap((stage) => stage.stores.map(({ view }) => view.buffer));
    const isWritten = (buffer: number) => written.some((other) => this.operands.overlap(other, buffer));
    return this.kernel.stages.map((stage) => {
      const own = stage.scope === "row" ? this.plan.rowLevel : this.plan.extents.length;
      const levels: number[] = [];
      for (const step of stage.instructions) levels.push(this.levelOf(step, levels, own, isWritten));
      return levels;
    });
  }

  private levelOf(
    step: Instruction,
    earlier: readonly number[],
    own: number,
    isWritten: (buffer: number) => boolean,
  ): number {
    switch (step.kind) {
      case "literal":
      case "scalar":
        return 0;
      case "load":
        // What the kernel itself writes is read where the program says, not before.
        return isWritten(step.view.buffer) ? own : lastNonZero(this.plan.project(step.view.strides)) + 1;
      case "affine":
        return lastNonZero(this.plan.project(step.steps)) + 1;
      case "apply":
        return Math.max(...step.operands.map((operand) => earlier[operand]));
      case "register":
        return this.plan.rowLevel;
    }
  }

  // Loops

  private emitOuter(level: number): void {
    if (level === this.plan.rowLevel) {
      this.kernel.stages.forEach((stage, index) => {
        if (stage.scope === "row") this.emitRowStage(index);
        else this.emitElementStage(index);
      });
      return;
    }
    for (const stage of this.kernel.stages.keys()) this.emitQuads(stage, level);
    this.nest.forEach(level, () => this.emitOuter(level + 1));
  }

  private emitRowStage(index: number): void {
    this.emitQuads(index, this.plan.rowLevel, (quad) => this.emitStores(index, quad));
    for (const { value, register } of this.kernel.stages[index].registers) {
      this.registers[register] = [...this.values[index][value]];
    }
  }

  private emitElementStage(index: number): void {
    const stage = this.kernel.stages[index];
    const { rowLevel, extents } = this.plan;
    const folds = planFolds(this.plan);
    const isRow = this.kernel.vectorAxis === "inner";
    const reductions = stage.reductions.map((reduction) => {
      const dtype = arithmeticDType(stage.instructions[reduction.value].dtype);
      return new RowReduction(this.f, reduction.accumulation, dtype, {
        accumulators: isRow ? this.plan.vector.mostQuads : this.nest.round.quads,
        long: folds !== null,
      });
    });
    const foldAll = (): void => {
      for (const reduction of reductions) reduction.fold();
    };
    const views = new Set(viewsOf(stage).map(keyOf));
    const combine = (quad: number): void => {
      this.emitStores(index, quad);
      stage.reductions.forEach(({ value }, position) => {
        const operand = pick(this.values[index][value], quad);
        // Lanes that do not exist must not reach the result of a row.
        reductions[position].add(quad, operand, isRow ? this.nest.lanesOf(quad) : lanes);
      });
    };
    const emitInner = (level: number): void => {
      this.emitQuads(index, level, level === extents.length ? combine : undefined);
      if (level === extents.length) return;
      const cut = folds?.kind === "strip" && level === extents.length - 1;
      const strip = cut ? { rounds: longestRun, after: foldAll } : null;
      this.nest.forEach(level, () => emitInner(level + 1), { views, strip });
      if (folds?.kind === "loop" && folds.dimension === level) foldAll();
    };
    if (extents.slice(rowLevel).includes(0)) this.emitQuads(index, rowLevel);
    else emitInner(rowLevel);
    stage.reductions.forEach(({ register }: StageReduction, position) => {
      this.registers[register] = isRow ? [reductions[position].overLanes()] : reductions[position].results();
    });
  }

  // Straight-line code

  /** The instructions of a stage at one level, quad after quad, each followed by `then`. */
  private emitQuads(index: number, level: number, then?: (quad: number) => void): void {
    const { instructions } = this.kernel.stages[index];
    const quads = level >= this.vectorLevel ? this.nest.round.quads : 1;
    const values = this.values[index];
    for (let quad = 0; quad < quads; quad++) {
      instructions.forEach((step, position) => {
        if (this.levels[index][position] !== level) return;
        if (quad === 0) values[position] = [];
        values[position].push(this.emitInstruction(index, step, level, quad));
      });
      then?.(quad);
    }
  }

  private emitInstruction(index: number, step: Instruction, level: number, quad: number): Quad {
    const { f } = this;
    switch (step.kind) {
      case "literal":
        return letQuad(f, constantQuad(step.dtype, step.value));
      case "scalar":
        return letQuad(f, splatNumber(f, step.dtype, this.scalar(step.slot)));
      case "load": {
        const place = this.nest.placeOf(step.view, quad);
        return letQuad(
          f,
          level < this.vectorLevel ? loadSplat(f, step.dtype, place) : loadQuad(f, step.dtype, place),
        );
      }
      case "affine":
        return letQuad(f, this.emitAffine(step, level, quad));
      case "apply":
        return letQuad(f, this.emitApply(index, step, quad));
      case "register":
        return pick(this.registers[step.register], quad);
    }
  }

  private scalar(slot: number): F64 {
    return this.f.parameter(firstBuffer + this.operands.dtypes.length + slot, "f64");
  }

  private emitApply(index: number, step: Extract<Instruction, { kind: "apply" }>, quad: number): Quad {
    const { instructions } = this.kernel.stages[index];
    const operands = step.operands.map((operand) => ({
      quad: pick(this.values[index][operand], quad),
      dtype: instructions[operand].dtype,
    }));
    const { relaxedSimd, emitterOf } = this.options;
    return applyToQuads({ f: this.f, relaxedSimd }, emitterOf, step, operands);
  }

  private emitAffine(step: Extract<Instruction, { kind: "affine" }>, level: number, quad: number): Quad {
    const { extents, vector } = this.plan;
    const steps = this.plan.project(step.steps);
    return affineQuad(this.f, step.dtype, {
      start: step.start,
      terms: steps.flatMap((size, dimension) =>
        size === 0 ? [] : [{ index: this.nest.indices[dimension], step: size }],
      ),
      laneStep: level >= this.vectorLevel ? steps[vector.dimension] : 0,
      firstLane: quad * lanes,
      magnitude: steps.reduce(
        (total, size, dimension) => total + Math.abs(size) * extents[dimension],
        Math.abs(step.start),
      ),
    });
  }

  private emitStores(index: number, quad: number): void {
    const { instructions, stores, scope } = this.kernel.stages[index];
    // A row's value is the same in all lanes; it is written once.
    const splatted = scope === "row" && this.kernel.vectorAxis === "inner";
    for (const { value, view } of stores) {
      const dtype: DType = instructions[value].dtype;
      const place = this.nest.placeOf(view, quad);
      const target = splatted ? { ...place, count: 1 } : place;
      storeQuad(this.f, dtype, pick(this.values[index][value], quad), target);
    }
  }
}

function viewsOf(stage: Stage): View[] {
  const loads = stage.instructions.flatMap((step) => (step.kind === "load" ? [step.view] : []));
  return [...loads, ...stage.stores.map(({ view }) => view)];
}

function pick(value: Value, quad: number): Quad {
  return value.length === 1 ? value[0] : value[quad];
}

function lastNonZero(strides: readonly number[]): number {
  return strides.findLastIndex((stride) => stride !== 0);
}
