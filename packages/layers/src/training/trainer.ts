import { evaluate, gradients, jit, type Optimizer, type Tensor, type Variable } from "@strata/core";
import type { Logs } from "../callbacks/callback.ts";
import type { Loss } from "../losses/loss.ts";
import { Mean } from "../metrics/mean.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";
import type { ArrayData } from "./arrays.ts";
import { type Compiled, type NamedMetric, taskKind } from "./compile.ts";
import type { Batch, Dataset } from "./dataset.ts";
import { oneTensor, outputShapeOf } from "./one-tensor.ts";
import type { TrainedModel } from "./trained-model.ts";

type Step = (x: Tensor, y: Tensor, sampleWeight: Tensor | null) => void;

/** The compiled steps of a model, and the means that they gather. */
export class Trainer {
  readonly optimizer: Optimizer;
  private readonly model: TrainedModel;
  private readonly compiled: Compiled;
  private readonly meanLoss = new Mean({ name: "loss" });
  private loss: Loss | null = null;
  private metrics: readonly NamedMetric[] | null = null;
  private trained: readonly Variable[] = [];
  private trainStep: Step | null = null;
  private testStep: Step | null = null;

  constructor(model: TrainedModel, compiled: Compiled) {
    this.model = model;
    this.compiled = compiled;
    this.optimizer = compiled.optimizer;
  }

  /** The names of what the steps gather, in the order of `evaluate`. Metrics are known once there was data. */
  get names(): readonly string[] {
    return ["loss", ...(this.metrics ?? []).map(({ name }) => name)];
  }

  /** Whether the state of the optimizer has been made. */
  get isPrepared(): boolean {
    return this.trained.length > 0;
  }

  /** Throws if the loss cannot be computed of the targets. Changes nothing. */
  checkTargets(operation: string, y: ArrayData, outputShape: SymbolicShape): void {
    const loss = this.loss ?? this.compiled.decideLoss(taskKind(y.shape, outputShape));
    loss.checkTargets(operation, y, outputShape);
  }

  /** Makes ready for a dataset: decides what depends on its shapes, and makes weights and metrics. */
  prepare({ x, y }: Dataset): void {
    const { model } = this;
    const inputShape = [null, ...x.shape.slice(1)];
    if (y !== null && (this.loss === null || this.metrics === null)) {
      const kind = taskKind(y.shape, outputShapeOf(model, inputShape));
      this.loss ??= this.compiled.decideLoss(kind);
      this.metrics ??= this.compiled.makeMetrics(kind);
    }
    model.buildFor(inputShape);
  }

  /** Makes the state of the optimizer, and a new program if other weights are to be trained than before. */
  prepareTraining(): void {
    const { trainableWeights } = this.model;
    const isSame =
      trainableWeights.length === this.trained.length &&
      trainableWeights.every((weight, index) => weight === this.trained[index]);
    if (isSame && this.trainStep !== null) return;
    this.trained = [...trainableWeights];
    this.optimizer.build(this.trained);
    this.trainStep = null;
  }

  /** Forgets the programs: the model is another one. */
  forgetSteps(): void {
    this.trainStep = null;
    this.testStep = null;
  }

  /** Forward, loss, gradients, update and metrics, in one program. */
  train({ x, y, sampleWeight }: Batch): void {
    this.trainStep ??= jit((...inputs: Parameters<Step>) => this.traceTraining(...inputs));
    if (y !== null) this.trainStep(x, y, sampleWeight);
  }

  /** Forward, loss and metrics, in one program. */
  test({ x, y, sampleWeight }: Batch): void {
    this.testStep ??= jit((...inputs: Parameters<Step>) => {
      this.traceLoss(inputs, false);
    });
    if (y !== null) this.testStep(x, y, sampleWeight);
  }

  /** Forgets what was gathered. */
  resetMetrics(): void {
    this.meanLoss.resetState();
    for (const { metric } of this.metrics ?? []) metric.resetState();
  }

  /** The means so far: read in one program. */
  readLogs(): Logs {
    const results: (readonly [string, Tensor])[] = [
      ["loss", this.meanLoss.result()],
      ...(this.metrics ?? []).map(({ name, metric }) => [name, metric.result()] as const),
    ];
    evaluate(...results.map(([, result]) => result));
    return Object.fromEntries(results.map(([name, result]) => [name, result.item()]));
  }

  private traceTraining(...inputs: Parameters<Step>): void {
    const { optimizer, trained } = this;
    const loss = this.traceLoss(inputs, true);
    optimizer.applyGradients(gradients(optimizer.scaleLoss(loss), trained), trained);
  }

  private traceLoss([x, y, sampleWeight]: Parameters<Step>, training: boolean): Tensor {
    const prediction = oneTensor(this.model.apply(x, { training }));
    if (this.loss === null) throw new Error("the loss is not decided");
    const weight = sampleWeight ?? undefined;
    const loss = this.loss.apply(y, prediction, weight);
    this.meanLoss.updateState(loss, x.shape[0]);
    for (const { metric, isWeighted } of this.metrics ?? []) {
      metric.updateState(y, prediction, isWeighted ? weight : undefined);
    }
    return loss;
  }
}
