import { evaluate, type Tensor, type Variable } from "@strata/core";
import { outsideTraces } from "@strata/core/internal";
import type { Logs } from "../callbacks/callback.ts";
import type { AnyLayer } from "../layer/any-layer.ts";
import { membersOf } from "../layer/members.ts";
import { leavesOf, mapStructure, type Structure } from "../layer/structure.ts";
import { Metric } from "../metrics/metric.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";
import type { Expected } from "./array-batches.ts";
import type { ArrayData } from "./arrays.ts";
import type { Batch, StepLogs } from "./batch.ts";
import type { Compiled } from "./compile.ts";
import { LossMean } from "./loss-mean.ts";
import { ModelData, type TargetUse } from "./model-data.ts";
import { ModelOutputs, typeOf } from "./model-outputs.ts";
import { type NamedMetric, Objectives } from "./objectives.ts";
import type { Runner } from "./runs.ts";
import { CompiledSteps, type StepFunctions } from "./steps.ts";
import { partsOf, type TrainerModel } from "./trainer-model.ts";

/** The parts of a model's steps: losses, metrics, optimizer, and compiled programs. */
export class Trainer implements TargetUse {
  /** The arguments of `compile`; null before. */
  compiled: Compiled | null = null;
  private readonly model: TrainerModel;
  private readonly steps: CompiledSteps;
  private readonly outputs: ModelOutputs;
  /** The data of runs. */
  readonly data: ModelData;
  private objectives: Objectives | null = null;
  private meanLoss: LossMean | null = null;
  private added: readonly Metric[] = [];
  private reported: StepLogs | null = null;
  private isPrepared = false;

  constructor(model: TrainerModel, functions: StepFunctions) {
    this.model = model;
    this.outputs = new ModelOutputs(model);
    this.data = new ModelData(model, this.outputs, this);
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
    this.outputs.forget();
  }

  /** The mean of the loss, what `compile` was given, and what the model and its layers hold. */
  get metrics(): readonly NamedMetric[] {
    const own = [...new Set([...this.added, ...metricsIn(this.model)])];
    const loss = this.meanLoss ?? (this.hasLoss ? this.lossMetric() : null);
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
      readStepsBeforeNaN: async () => (await this.meanLoss?.readStepsBeforeNaN()) ?? null,
      finalize: () => this.compiled?.optimizer.finalizeVariableValues(),
    };
  }

  /** The loss of a batch, which is noted; with terms that layers added. */
  computeLoss(batch: Batch<unknown, unknown>, outputs: unknown, added: readonly Tensor[]): Tensor {
    const { targets, results, weights } = this.outputs.aligned(batch, outputs);
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
    const { targets, results, weights } = this.outputs.aligned(batch, outputs);
    this.objectives?.updateMetrics(targets, results, weights);
  }

  /** Whether outputs are compared with targets. */
  get isSupervised(): boolean {
    const { loss, metrics, weightedMetrics } = this.compiled?.options ?? {};
    return Boolean(loss ?? metrics ?? weightedMetrics);
  }

  /** Whether there is a loss of `compile`. */
  get hasLoss(): boolean {
    return Boolean(this.compiled?.options.loss);
  }

  private lossMetric(): LossMean {
    this.meanLoss ??= outsideTraces(() => new LossMean());
    return this.meanLoss;
  }

  /** Throws for targets that the losses do not take. */
  checkTargets(operation: string, outputs: Structure<Expected>, targets: Structure<ArrayData | null>): void {
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
      const outputs = this.outputs.expectedFor(types);
      const targets = this.outputs.targetsInOrder(outputs, y);
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

/** The metrics that a layer and its parts hold in properties. */
function metricsIn(model: AnyLayer): readonly Metric[] {
  return partsOf(model).flatMap((layer) =>
    membersOf(layer, isMetric).flatMap(({ part }) => (isMetric(part) ? [part] : [])),
  );
}

function isMetric(value: unknown): value is Metric {
  return value instanceof Metric;
}
