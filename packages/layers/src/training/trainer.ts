import { evaluate, Tensor, type Variable } from "@strata/core";
import { outsideTraces } from "@strata/core/internal";
import type { Logs } from "../callbacks/callback.ts";
import type { AnyLayer } from "../layer/any-layer.ts";
import { membersOf } from "../layer/members.ts";
import { SymbolicType } from "../layer/output-types.ts";
import { isLeaf, isList, isRecord, leavesOf, mapStructure, type Structure } from "../layer/structure.ts";
import { Mean } from "../metrics/mean.ts";
import { Metric } from "../metrics/metric.ts";
import { isPlainObject } from "../schema/configurable.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";
import {
  type ClassWeight,
  countOf,
  type Dataset,
  Expected,
  readInputs,
  readTargets,
  weightsOfClasses,
} from "./array-batches.ts";
import type { ArrayData } from "./arrays.ts";
import type { Batch, StepLogs } from "./batch.ts";
import type { Compiled } from "./compile.ts";
import { type NamedMetric, Objectives } from "./objectives.ts";
import type { Runner } from "./runs.ts";
import { CompiledSteps, type StepFunctions } from "./steps.ts";

/** The parts of a dataset, as the user gave them. */
export interface DatasetParts {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
  readonly classWeight?: ClassWeight | undefined;
}

/** A model as its trainer knows it. */
export interface TrainerModel extends AnyLayer {
  readonly expectedInputs: Structure<Expected> | null;
  readonly outputNames: readonly string[] | null;
  readonly isCallable: boolean;
}

/** The parts of a model's steps: losses, metrics, optimizer, and compiled programs. */
export class Trainer {
  /** The arguments of `compile`; null before. */
  compiled: Compiled | null = null;
  private readonly model: TrainerModel;
  private readonly steps: CompiledSteps;
  private objectives: Objectives | null = null;
  private meanLoss: Mean | null = null;
  private added: readonly Metric[] = [];
  private reported: StepLogs | null = null;
  private isPrepared = false;
  /** The outputs expected for inputs of some types. */
  private readonly outputs = new Map<string, Structure<Expected>>();

  constructor(model: TrainerModel, functions: StepFunctions) {
    this.model = model;
    this.steps = new CompiledSteps(model, {
      train: (batch) => this.traced(() => functions.train(batch)),
      test: (batch) => this.traced(() => functions.test(batch)),
      predict: (batch) => this.traced(() => functions.predict(batch)),
    });
  }

  compile(compiled: Compiled): void {
    this.compiled = compiled;
    this.objectives = null;
    this.meanLoss = null;
    this.isPrepared = false;
    this.steps.forget();
  }

  add(metric: Metric): void {
    this.added = [...this.added, metric];
  }

  /** Forgets the programs: the model is another one. */
  forgetSteps(): void {
    this.steps.forget();
    this.outputs.clear();
  }

  /** The mean of the loss, what `compile` was given, and what the model and its layers hold. */
  get metrics(): readonly NamedMetric[] {
    const own = [...new Set([...this.added, ...metricsIn(this.model)])];
    const loss = this.meanLoss ?? (this.compiled?.options.loss ? this.lossMetric() : null);
    return [
      ...(loss === null ? [] : [{ name: "loss", metric: loss }]),
      ...(this.objectives?.metrics ?? []),
      ...own.map((metric) => ({ name: metric.name, metric })),
    ];
  }

  /** The optimizer's Variables, once they have been made. */
  get optimizerVariables(): readonly Variable[] {
    return this.isPrepared && this.compiled !== null ? this.compiled.optimizer.variables : [];
  }

  resetMetrics(): void {
    this.reported = null;
    for (const { metric } of this.metrics) metric.resetState();
  }

  /** Runs `body`, and gives the metrics what they had before, if they are to be kept. */
  async keepingMetrics<Result>(isKept: boolean, body: () => Promise<Result>): Promise<Result> {
    if (!isKept) return body();
    const variables = this.metrics.flatMap(({ metric }) => metric.variables);
    const values = variables.map((each) => each.value);
    evaluate(...values);
    try {
      return await body();
    } finally {
      variables.forEach((each, index) => {
        each.assign(values[index]);
      });
    }
  }

  /** Runs `body`; if it fails, layers that it built are as they were. */
  undoingFailures<Result>(body: () => Result): Result {
    const unbuilt = partsOf(this.model).filter((layer) => !layer.built);
    try {
      return body();
    } catch (error) {
      for (const layer of unbuilt) layer.forgetBuild();
      this.outputs.clear();
      throw error;
    }
  }

  /** Reads data, and checks that its parts belong together and fit the model. */
  readDataset(operation: string, { x, y, sampleWeight, classWeight }: DatasetParts): Dataset {
    const { model } = this;
    const samples = readInputs(x, model.expectedInputs, { operation, name: "x", dtype: model.dtype });
    const count = countOf(samples);
    const isPrediction = operation.startsWith("predict");
    const outputs =
      isPrediction || this.isSupervised ? this.expectedOutputs(mapStructure(samples, typeOf)) : null;
    if (y === undefined || y === null) {
      if (!isPrediction && this.compiled?.options.loss) {
        throw new RangeError(`${operation}: y is ${y}; it must be the targets of x`);
      }
      return { x: samples, y: null, sampleWeight: null, count };
    }
    // Labels and weights need not fit 16 bits.
    const reading = { operation, dtype: model.dtype === "float64" ? "float64" : "float32" } as const;
    const targets = readTargets(y, outputs, count, { ...reading, name: "y" });
    if (outputs !== null) this.checkTargets(operation, outputs, targets);
    const weights = { sampleWeight, classWeight };
    return {
      x: samples,
      y: targets,
      sampleWeight: readWeights(weights, targets, outputs, count, { ...reading, name: "sampleWeight" }),
      count,
    };
  }

  /** The steps as runs take them; with the first batch the model is made ready. */
  runner(operation: string): Omit<Runner, "model"> {
    let isReady = false;
    const ready = (batch: Batch, isTraining: boolean): void => {
      this.prepare(operation, batch, isTraining);
      isReady = true;
    };
    return {
      train: (batch) => {
        if (!isReady) ready(batch, true);
        this.reported = this.steps.train(batch) ?? null;
      },
      test: (batch) => {
        if (!isReady) ready(batch, false);
        this.reported = this.steps.test(batch) ?? null;
      },
      predict: (batch) => {
        if (!isReady) ready(batch, false);
        return this.steps.predict(batch);
      },
      resetMetrics: () => this.resetMetrics(),
      readLogs: () => this.readLogs(),
      finalize: () => this.compiled?.optimizer.finalizeVariableValues(),
    };
  }

  /** The loss of a batch, which is noted; with terms that layers added. */
  computeLoss(batch: Batch<unknown, unknown>, outputs: unknown, added: readonly Tensor[]): Tensor {
    const { targets, results, weights } = this.aligned(batch, outputs);
    const compiled = this.objectives?.computeLoss(targets, results, weights) ?? null;
    const terms = [...(compiled === null ? [] : [compiled]), ...added.map((term) => term.sum())];
    if (terms.length === 0) {
      throw new Error(
        `${this.model.name}: there is no loss; give compile one, as compile({ loss: "mse" }), and targets, or add one in a ` +
          "layer",
      );
    }
    const loss = terms.reduce((total, term) => total.add(term.cast(total.dtype)));
    this.lossMetric().updateState(loss, results[0].shape[0]);
    return loss;
  }

  /** Takes a batch into the metrics of `compile`. */
  updateMetrics(batch: Batch<unknown, unknown>, outputs: unknown): void {
    const { targets, results, weights } = this.aligned(batch, outputs);
    this.objectives?.updateMetrics(targets, results, weights);
  }

  /** Whether outputs are compared with targets. */
  private get isSupervised(): boolean {
    const { loss, metrics, weightedMetrics } = this.compiled?.options ?? {};
    return Boolean(loss ?? metrics ?? weightedMetrics);
  }

  private lossMetric(): Mean {
    this.meanLoss ??= outsideTraces(() => new Mean({ name: "loss" }));
    return this.meanLoss;
  }

  /** Results, targets and weights in the order of the outputs. */
  private aligned(batch: Batch<unknown, unknown>, outputs: unknown) {
    const names = this.model.outputNames;
    const results = leavesOf<unknown>(outputs).filter((each) => each instanceof Tensor);
    const targets = inOrderOf(outputs, batch.y, names);
    const weights = inOrderOf(outputs, batch.sampleWeight, names);
    const isForAll = weights.length === 1;
    return {
      results,
      targets,
      weights: results.map((_, index) => weights[isForAll ? 0 : index] ?? null),
    };
  }

  /** The outputs that targets are compared with, for inputs of these types. */
  private expectedOutputs(types: Structure<SymbolicType>): Structure<Expected> {
    const key = leavesOf(types)
      .map(({ shape, dtype }) => `${dtype}[${shape}]`)
      .join();
    const known = this.outputs.get(key);
    if (known !== undefined) return known;
    const outputs = this.model.computeOutputTypes(types);
    const names = isRecord(outputs) ? Object.keys(outputs) : this.model.outputNames;
    const expected = mapStructure(
      outputs,
      ({ shape, dtype }, index) => new Expected(names?.[index] ?? `output_${index + 1}`, shape, dtype),
    );
    this.outputs.set(key, expected);
    return expected;
  }

  private checkTargets(
    operation: string,
    outputs: Structure<Expected>,
    targets: Structure<ArrayData | null>,
  ): void {
    const data = leavesOf(targets);
    const shapes = data.map((each) => each?.shape ?? null);
    const objectives = this.objectives ?? this.makeObjectives(outputs, shapes);
    leavesOf(outputs).forEach(({ shape }, index) => {
      const target = data[index];
      if (target) objectives?.losses[index]?.checkTargets(operation, target, shape);
    });
  }

  private makeObjectives(
    outputs: Structure<Expected>,
    targetShapes: readonly (SymbolicShape | null)[],
  ): Objectives | null {
    if (this.compiled === null) return null;
    return new Objectives(this.compiled.options, leavesOf(outputs), targetShapes);
  }

  /** Makes weights, metrics and the optimizer's state, before anything is traced. */
  private prepare(operation: string, { x, y }: Batch, isTraining: boolean): void {
    const { model } = this;
    const types = mapStructure(x, typeOf);
    if (this.isSupervised && this.objectives === null && y !== null) {
      const outputs = this.expectedOutputs(types);
      const targets = inOrderOf(outputs, y, model.outputNames);
      this.objectives = this.makeObjectives(
        outputs,
        targets.map((target) => target?.shape ?? null),
      );
    }
    if (!model.built && model.isCallable) model.buildFor(mapStructure(types, ({ shape }) => shape));
    if (!isTraining || this.compiled === null) return;
    const { trainableWeights } = model;
    if (trainableWeights.length === 0) {
      console.warn(
        `${operation}: ${JSON.stringify(model.name)} has no trainable weights; training changes nothing`,
      );
    }
    if (this.steps.noteTrained() || !this.isPrepared) this.buildOptimizer(this.compiled);
  }

  /** Makes the optimizer's state for the weights that training changes. */
  buildOptimizer({ optimizer }: Compiled): void {
    optimizer.build(this.model.trainableWeights);
    this.isPrepared = true;
  }

  /** The numbers so far, computed in one program: what the last step returned, or the metrics. */
  private async readLogs(): Promise<Logs> {
    const results =
      this.reported === null
        ? this.metrics.map(({ name, metric }) => [name, metric.result()] as const)
        : Object.entries(this.reported);
    evaluate(...results.map(([, result]) => result));
    const values = await Promise.all(results.map(([, result]) => result.data()));
    const numbers = results.flatMap(([name, { shape }], index): [string, number][] =>
      shape.length === 0
        ? [[name, values[index][0]]]
        : [...values[index]].map((value, place) => [`${name}_${place}`, value]),
    );
    return Object.fromEntries(numbers);
  }

  /** Runs a step that is being traced. */
  private traced<Result>(step: () => Result): Result {
    const result = step();
    // They are of the trace.
    this.model.forgetLosses();
    return result;
  }
}

function typeOf({ shape, dtype }: ArrayData | Tensor): SymbolicType {
  return new SymbolicType([null, ...shape.slice(1)], dtype);
}

/** The weights of samples: those given, one for all outputs or one for each, or those of their classes. */
function readWeights(
  { sampleWeight, classWeight }: Pick<DatasetParts, "sampleWeight" | "classWeight">,
  targets: Structure<ArrayData | null>,
  outputs: Structure<Expected> | null,
  count: number,
  reading: Parameters<typeof readTargets>[3],
): Structure<ArrayData | null> | null {
  const { operation } = reading;
  if (sampleWeight !== undefined && classWeight !== undefined) {
    throw new RangeError(
      `${operation}: classWeight and sampleWeight were both given; only one of them is accepted`,
    );
  }
  if (classWeight !== undefined) {
    if (isLeaf(targets)) return weightsOfClasses(operation, classWeight, targets);
    throw new RangeError(`${operation}: classWeight is for models of one output; give sampleWeight`);
  }
  if (sampleWeight === undefined || sampleWeight === null) return null;
  const isPerOutput =
    outputs !== null &&
    !isLeaf(outputs) &&
    (isPlainObject(sampleWeight) ||
      (Array.isArray(sampleWeight) &&
        sampleWeight.length === leavesOf(outputs).length &&
        !isNumbers(sampleWeight)));
  return readTargets(sampleWeight, isPerOutput ? outputs : null, count, reading);
}

function isNumbers(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === "number");
}

/** The tensors of a structure in the order of the outputs; where one has names, by these. */
function inOrderOf(
  outputs: unknown,
  given: unknown,
  names: readonly string[] | null,
): readonly (Tensor | null)[] {
  if (isRecord<unknown>(given)) {
    if (isRecord<unknown>(outputs)) {
      return Object.entries(outputs).flatMap(([name, part]) => inOrderOf(part, given[name] ?? null, null));
    }
    if (names !== null && isList<unknown>(outputs)) {
      return names.map((name) => tensorOrNull(given[name]));
    }
  }
  return leavesOf<unknown>(given).map(tensorOrNull);
}

function tensorOrNull(value: unknown): Tensor | null {
  return value instanceof Tensor ? value : null;
}

/** The metrics that a layer and its parts hold in properties. */
function metricsIn(model: AnyLayer): readonly Metric[] {
  return partsOf(model).flatMap((layer) =>
    membersOf(layer, isMetric).flatMap(({ part }) => (isMetric(part) ? [part] : [])),
  );
}

function isMetric(value: unknown): value is Metric {
  return value instanceof Metric;
}

/** A layer and all of its parts, each once. */
export function partsOf(layer: AnyLayer): readonly AnyLayer[] {
  return [...new Set([layer, ...layer.sublayers.flatMap(({ part }) => partsOf(part))])];
}
