import { type FileSource, type FileTarget, gradients, type Optimizer, type Tensor } from "@strata/core";
import { readOptions } from "@strata/core/internal";
import type { Logs, TrainedModel, TrainingPosition } from "../callbacks/callback.ts";
import type { History } from "../callbacks/history.ts";
import type { LoadWeightsOptions, SaveOptions, SaveWeightsOptions } from "../formats/formats.ts";
import type { SaveHandler } from "../formats/tensorflowjs/artifacts.ts";
import type { AnyLayer } from "../layer/any-layer.ts";
import { Layer } from "../layer/layer.ts";
import type { Structure } from "../layer/structure.ts";
import type { Metric } from "../metrics/metric.ts";
import type { Json, Restore, Serialize } from "../schema/option.ts";
import type { DataStructure, Dataset, Expected } from "./array-batches.ts";
import type { Batch } from "./batch.ts";
import {
  type Compiled,
  type CompileOptions,
  resolveCompileOptions,
  restoreCompileOptions,
  writeCompiled,
} from "./compile.ts";
import type { DatasetParts } from "./model-data.ts";
import {
  checkEvaluateOptions,
  checkFitOptions,
  checkPredictOptions,
  type DataSource,
  type EvaluateOptions,
  type FitOptions,
  type PredictOptions,
  type TestOnBatchOptions,
  type TrainOnBatchOptions,
} from "./options.ts";
import { type Runner, runEvaluate, runFit, runPredict } from "./runs.ts";
import type { StepResult } from "./steps.ts";
import { Trainer } from "./trainer.ts";

type Numbers<
  Count extends number,
  List extends readonly number[] = readonly [],
> = List["length"] extends Count ? List : Numbers<Count, readonly [...List, number]>;

/**
 * The loss, then the metrics: as many as there are. The first sixteen have types of their own, so that they can be
 * destructured where an index may be out of bounds (`noUncheckedIndexedAccess`).
 */
export type EvaluateResults = [loss: number, ...metrics: Numbers<16>, ...others: number[]];

/** A layer that can be trained: what every model does with data. */
export abstract class Trainable<Inputs, Outputs> extends Layer<Inputs, Outputs> implements TrainedModel {
  /** Ends training after the batch when a callback sets it. */
  stopTraining = false;
  /**
   * The epoch and step at which `fit` goes on when a callback sets it in `onTrainBegin`; null for the first epoch of its
   * options.
   */
  resumeAt: TrainingPosition | null = null;
  readonly #trainer = new Trainer(this, {
    train: (batch) => this.trainStep(this.#typed(batch)),
    test: (batch) => this.testStep(this.#typed(batch)),
    predict: (batch) => this.#untyped(this.predictStep(this.#typed(batch))),
  });
  readonly #running = new Set<string>();

  /** The layers, from input to output. */
  abstract get layers(): readonly AnyLayer[];

  /** The expectations of data for the inputs, in their structure; null if the model takes any. */
  abstract get expectedInputs(): Structure<Expected> | null;

  /** Whether there is a computation from inputs to outputs. */
  abstract get isCallable(): boolean;

  /** The names of the outputs; null if they are not known. */
  get outputNames(): readonly string[] | null {
    return null;
  }

  /**
   * The optimizer.
   *
   * @throws Error before `compile`.
   */
  get optimizer(): Optimizer {
    return this.#compiled("optimizer").optimizer;
  }

  /** Whether `compile` was called. */
  get compiled(): boolean {
    return this.#trainer.compiled !== null;
  }

  /** The metrics that the model gathers: of losses, those of `compile`, and those in properties of its layers. */
  get metrics(): readonly Metric[] {
    return this.#trainer.metrics.map(({ metric }) => metric);
  }

  /** The results of `evaluate`, in order: `"loss"` and the metrics, which are known once there was data. */
  get metricsNames(): readonly string[] {
    return this.#trainer.metrics.map(({ name }) => name);
  }

  /**
   * Says how the model is to be trained.
   *
   * @param options Loss, optimizer (default: `"rmsprop"`) and metrics; for several outputs in arrays, or by their names.
   * @throws RangeError for an unknown name, with the accepted ones.
   */
  compile(options: CompileOptions): void;
  compile(...given: readonly unknown[]): void {
    const scalesLoss = this.computeDType === "float16" && this.variableDType !== "float16";
    this.#trainer.compile(resolveCompileOptions(given, scalesLoss));
  }

  /**
   * Gathers a metric with those of `compile`: it is reset with each epoch and reported under its name. The model's steps
   * or the `call` of its layers update it. Metrics in properties need not be added.
   *
   * @param metric The metric.
   */
  addMetric(metric: Metric): void {
    this.#trainer.add(metric);
  }

  /**
   * A step of training, which `fit` and `trainOnBatch` compile as a whole. Override it for a step of your own.
   *
   * @param batch Inputs, targets and weights.
   * @returns Numbers to report, by name; by default nothing, so that {@link Trainable.metrics} are reported.
   *
   * @example
   * ```ts
   * import { gradients } from "@strata/core";
   * import { type Batch, type CallContext, Dense, Model } from "@strata/layers";
   * import type { Tensor } from "@strata/core";
   *
   * class Autoencoder extends Model {
   *   readonly code = new Dense(2);
   *   readonly image = new Dense(4);
   *
   *   override call(inputs: Tensor, context: CallContext): Tensor {
   *     return this.image.apply(this.code.apply(inputs, context), context);
   *   }
   *
   *   override trainStep({ x }: Batch<Tensor>) {
   *     const loss = this.apply(x, { training: true }).sub(x).square().mean();
   *     this.optimizer.applyGradients(gradients(loss, this.trainableWeights), this.trainableWeights);
   *     return { loss };
   *   }
   * }
   *
   * const model = new Autoencoder();
   * model.compile({ optimizer: "adam" });
   * const { history } = await model.fit([[1, 2, 3, 4], [4, 3, 2, 1]], null, { epochs: 2, verbose: 0 });
   * console.log(history.loss?.length); // 2
   * ```
   */
  trainStep(batch: Batch<Inputs, Outputs>): StepResult {
    const outputs = this.#forward(batch.x, true);
    const loss = this.computeLoss(batch, outputs);
    const { optimizer, trainableWeights } = this;
    if (trainableWeights.length > 0) {
      optimizer.applyGradients(gradients(optimizer.scaleLoss(loss), trainableWeights), trainableWeights);
    }
    this.updateMetrics(batch, outputs);
  }

  /** A step of `evaluate`, of validation and of `testOnBatch`; as {@link Trainable.trainStep}. */
  testStep(batch: Batch<Inputs, Outputs>): StepResult {
    const outputs = this.#forward(batch.x, false);
    this.computeLoss(batch, outputs);
    this.updateMetrics(batch, outputs);
  }

  /**
   * A step of `predict` and `predictOnBatch`; as {@link Trainable.trainStep}.
   *
   * @returns The outputs.
   */
  predictStep({ x }: Batch<Inputs, Outputs>): Outputs {
    return this.#forward(x, false);
  }

  /**
   * The loss of a batch, for steps of your own: the compiled losses, weighted, and what layers added in the call that
   * gave the outputs. It is gathered in the metric `"loss"`.
   *
   * @param batch Inputs, targets and weights.
   * @param outputs What the model made of the inputs.
   * @throws Error if there is no loss.
   */
  computeLoss(batch: Batch<Inputs, Outputs>, outputs: Outputs): Tensor {
    return this.#trainer.computeLoss(batch, outputs, this.losses);
  }

  /**
   * Takes a batch into the metrics of `compile`, for steps of your own.
   *
   * @param batch Inputs, targets and weights.
   * @param outputs What the model made of the inputs.
   */
  updateMetrics(batch: Batch<Inputs, Outputs>, outputs: Outputs): void {
    this.#trainer.updateMetrics(batch, outputs);
  }

  /**
   * Trains the model. Each step is one compiled program: forward, loss, gradients, optimizer and metrics.
   *
   * @param x Samples, [samples, ...]: for several inputs an array of them, or an object with the inputs' names. Or batches
   * one by one, `[x, y]` or `[x, y, sampleWeight]`, from a {@link Dataset}, an iterable, or a function that gives one for
   * each pass.
   * @param y Targets, [samples, ...], as the samples; null for models that need none, and where batches have them.
   * @param options Batch size, epochs, validation and more.
   * @returns The numbers of each epoch.
   * @throws Before anything is changed: Error if the model is not compiled, RangeError or ShapeError for options or
   * data that are not accepted.
   */
  async fit(x: DataSource, y?: DataStructure | null, options: FitOptions = {}): Promise<History> {
    this.#compiled("fit");
    checkFitOptions(options);
    const [training, validation] = this.#trainer.data.forTraining(x, y, options);
    return this.#alone("fit", ["fit", "trainOnBatch"], () =>
      runFit(this.#runner("fit"), training, validation, options),
    );
  }

  /**
   * The loss and the metrics over data, without training.
   *
   * @param x Samples, as {@link Trainable.fit} takes them.
   * @param y Targets, as {@link Trainable.fit} takes them.
   * @param options Batch size and more.
   * @returns Loss and metrics in the order of {@link Trainable.metricsNames}; by name with `returnDict`.
   * @throws As {@link Trainable.fit}.
   */
  evaluate(
    x: DataSource,
    y: DataStructure | null | undefined,
    options: EvaluateOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  evaluate(
    x: DataSource,
    y?: DataStructure | null,
    options?: EvaluateOptions & { readonly returnDict?: false },
  ): Promise<EvaluateResults>;
  async evaluate(
    x: DataSource,
    y?: DataStructure | null,
    options: EvaluateOptions = {},
  ): Promise<number[] | Logs> {
    this.#compiled("evaluate");
    checkEvaluateOptions(options);
    const source = this.#trainer.data.forTesting("evaluate", x, y, options);
    const logs = await this.#alone("evaluate", ["evaluate"], () =>
      // Within a callback of fit, what fit has gathered stays.
      this.#trainer.keepingMetrics(this.#running.has("fit"), () =>
        runEvaluate(this.#runner("evaluate"), source, options),
      ),
    );
    return options.returnDict ? logs : Object.values(logs);
  }

  /**
   * The outputs for all samples.
   *
   * @param x Samples, as {@link Trainable.fit} takes them.
   * @param options Batch size and more.
   * @returns [samples, ...outputs], in the structure of the model's outputs.
   * @throws RangeError or ShapeError for options or data that are not accepted.
   */
  async predict(x: DataSource, options: PredictOptions = {}): Promise<Outputs> {
    checkPredictOptions(options);
    const source = this.#trainer.data.forTesting("predict", x, null, options);
    return this.#typedOutputs(await runPredict(this.#runner("predict"), source, options));
  }

  /**
   * Takes one step of training.
   *
   * @param x The samples of the batch, as {@link Trainable.fit} takes them.
   * @param y Their targets.
   * @param options Weights of the samples or classes; whether the result has names.
   * @returns The means of loss and metrics since {@link Trainable.resetMetrics}.
   * @throws As {@link Trainable.fit}.
   */
  trainOnBatch(
    x: DataStructure,
    y: DataStructure | null | undefined,
    options: TrainOnBatchOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  trainOnBatch(
    x: DataStructure,
    y?: DataStructure | null,
    options?: TrainOnBatchOptions & { readonly returnDict?: false },
  ): Promise<EvaluateResults>;
  async trainOnBatch(
    x: DataStructure,
    y?: DataStructure | null,
    options: TrainOnBatchOptions = {},
  ): Promise<number[] | Logs> {
    readOptions("trainOnBatch", options, ["sampleWeight", "classWeight", "returnDict"]);
    return this.#onBatch("trainOnBatch", { x, y, ...options }, options.returnDict);
  }

  /**
   * Gathers loss and metrics of one batch, without training.
   *
   * @param x The samples of the batch, as {@link Trainable.fit} takes them.
   * @param y Their targets.
   * @param options Weights of the samples; whether the result has names.
   * @returns The means of loss and metrics since {@link Trainable.resetMetrics}.
   * @throws As {@link Trainable.fit}.
   */
  testOnBatch(
    x: DataStructure,
    y: DataStructure | null | undefined,
    options: TestOnBatchOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  testOnBatch(
    x: DataStructure,
    y?: DataStructure | null,
    options?: TestOnBatchOptions & { readonly returnDict?: false },
  ): Promise<EvaluateResults>;
  async testOnBatch(
    x: DataStructure,
    y?: DataStructure | null,
    options: TestOnBatchOptions = {},
  ): Promise<number[] | Logs> {
    readOptions("testOnBatch", options, ["sampleWeight", "returnDict"]);
    return this.#onBatch("testOnBatch", { x, y, ...options }, options.returnDict);
  }

  /**
   * The outputs for one batch.
   *
   * @param x The samples, as {@link Trainable.fit} takes them.
   * @returns [samples, ...outputs], in the structure of the model's outputs.
   * @throws RangeError or ShapeError for data that are not accepted.
   */
  async predictOnBatch(x: DataStructure): Promise<Outputs> {
    const batch = this.#trainer.data.asBatch("predictOnBatch", { x });
    return this.#typedOutputs(this.#runner("predict").predict(batch));
  }

  /** Forgets what {@link Trainable.trainOnBatch} and {@link Trainable.testOnBatch} gathered. */
  resetMetrics(): void {
    this.#trainer.resetMetrics();
  }

  /**
   * Saves the model, whole or not at all: configuration, how it was compiled, weights, and the state of the optimizer, so
   * that training goes on where it stopped. Keras opens what is written as `.keras`.
   *
   * @param target A path, an address in the browser (`indexeddb:`, `opfs:`, `downloads:`), or an object with `write`; for
   * TensorFlow.js
   *   also a folder, whose name ends with a slash, or an object with `save`.
   * @param options The format, where the name's ending does not tell it.
   * @throws TypeError for classes and functions that are not registered; FileError if it cannot be written.
   */
  async save(target: FileTarget | SaveHandler, options: SaveOptions = {}): Promise<void> {
    const { saveModelFile } = await import("../formats/model-files.ts");
    await saveModelFile(this, target, options);
  }

  /**
   * Writes the weights: with the state of the optimizer, as Keras 3 does, to `.weights.h5` and `.weights.json` (several
   * files); the weights alone, by their paths, to `.safetensors`, `.safetensors.index.json` (several files) and `.npz`.
   *
   * @param target As {@link Trainable.save} takes it.
   * @param options The format, where the name's ending does not tell it, and how large each of several files may be.
   * @throws FileError if it cannot be written.
   */
  async saveWeights(target: FileTarget, options: SaveWeightsOptions = {}): Promise<void> {
    const { saveWeightsFile } = await import("../formats/model-files.ts");
    await saveWeightsFile(this, target, options);
  }

  /**
   * Takes over the weights of a file, which must be those of such a model.
   *
   * @param source As `loadModel` takes it: `.weights.h5`, or `.h5` of Keras 2, or a whole model; weights by path in
   *   `.safetensors` or `.npz`.
   * @param options What is done with weights that do not fit; whether layers are found by name.
   * @throws FileError, before anything is changed, if weights are missing or do not fit.
   */
  async loadWeights(source: FileSource, options: LoadWeightsOptions = {}): Promise<void> {
    const { loadWeightsFile } = await import("../formats/model-files.ts");
    await loadWeightsFile(this, source, options);
  }

  override writeBeside(serialize: Serialize): { readonly [name: string]: Json } {
    const { compiled } = this.#trainer;
    const compile_config = compiled === null ? {} : writeCompiled(compiled, serialize);
    return { ...super.writeBeside(serialize), compile_config };
  }

  override restoreBeside(beside: { readonly [name: string]: Json }, restore: Restore): void {
    super.restoreBeside(beside, restore);
    const options = restoreCompileOptions(beside.compile_config, restore);
    if (options !== null) this.compile(options);
  }

  /** To be called when layers are added or removed: compiled programs no longer hold. */
  protected structureChanged(): void {
    this.#trainer.forgetSteps();
  }

  /** Makes the optimizer's state for the weights that training changes, as the first step of training does. */
  buildOptimizer(): void {
    this.#trainer.buildOptimizer(this.#compiled("buildOptimizer"));
  }

  /** The optimizer's Variables, once they have been made. */
  protected get optimizerVariables(): Optimizer["variables"] {
    return this.#trainer.optimizerVariables;
  }

  #compiled(operation: string): Compiled {
    const { compiled } = this.#trainer;
    if (compiled !== null) return compiled;
    throw new Error(`${operation}: the model is not compiled; call model.compile({ loss: ... }) before`);
  }

  async #onBatch(
    operation: "trainOnBatch" | "testOnBatch",
    { x, y, sampleWeight, classWeight }: DatasetParts,
    returnDict = false,
  ): Promise<number[] | Logs> {
    this.#compiled(operation);
    const batch = this.#trainer.data.asBatch(operation, { x, y, sampleWeight, classWeight });
    const logs = await this.#alone(operation, ["fit", "trainOnBatch"], () => {
      const runner = this.#runner(operation);
      if (operation === "trainOnBatch") runner.train(batch);
      else runner.test(batch);
      return runner.readLogs();
    });
    return returnDict ? logs : Object.values(logs);
  }

  #runner(operation: string): Runner {
    return { model: this, ...this.#trainer.runner(operation) };
  }

  #forward(x: Inputs, training: boolean): Outputs;
  #forward(x: unknown, training: boolean): unknown {
    return applyAny(this, x, training);
  }

  /** A batch as the model's steps take it: data were read in the structure of its inputs and outputs. */
  #typed(batch: Batch): Batch<Inputs, Outputs>;
  #typed(batch: unknown): unknown {
    return batch;
  }

  /** Outputs as a structure of tensors. */
  #untyped(outputs: Outputs): Structure<Tensor>;
  #untyped(outputs: unknown): unknown {
    return outputs;
  }

  /** Outputs as the model's steps gave them. */
  #typedOutputs(outputs: Structure<Tensor>): Outputs;
  #typedOutputs(outputs: unknown): unknown {
    return outputs;
  }

  /** Runs `body` unless a run is going on that it would share its state with. */
  async #alone<Result>(
    operation: string,
    others: readonly string[],
    body: () => Promise<Result>,
  ): Promise<Result> {
    const other = others.find((each) => this.#running.has(each));
    if (other !== undefined) {
      throw new Error(`${operation}: ${other} of this model is still running; await it before`);
    }
    this.#running.add(operation);
    try {
      return await body();
    } finally {
      this.#running.delete(operation);
    }
  }
}

/** Applies a layer to inputs of whatever structure it takes. */
function applyAny(layer: AnyLayer, inputs: unknown, training: boolean): unknown {
  return layer.apply(inputs, { training });
}
