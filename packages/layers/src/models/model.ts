import type { Optimizer, Tensor, Variable } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import type { Logs } from "../callbacks/callback.ts";
import { CallbackList } from "../callbacks/callback-list.ts";
import type { History } from "../callbacks/history.ts";
import { ProgressLogger } from "../callbacks/progress-logger.ts";
import type { AnyLayer, CallArguments, CallContext, LayerOptions } from "../layer/any-layer.ts";
import { Layer } from "../layer/layer.ts";
import type { Member } from "../layer/members.ts";
import { leavesOf, mapStructure, type Structure, type TensorStructure } from "../layer/structure.ts";
import { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { type Configurable, isPlainObject } from "../schema/configurable.ts";
import type { Json, Restore, Serialize } from "../schema/option.ts";
import type { DataLike } from "../training/arrays.ts";
import { type CompileOptions, resolveCompileOptions } from "../training/compile.ts";
import { Batches, type Dataset, type DatasetParts, makeDataset } from "../training/dataset.ts";
import { runFit, splitForValidation } from "../training/fit.ts";
import { buildFor, outputShapeOf } from "../training/one-tensor.ts";
import {
  checkEvaluateOptions,
  checkFitOptions,
  checkPredictOptions,
  type EvaluateOptions,
  type FitOptions,
  type PredictOptions,
  type TestOnBatchOptions,
  type TrainOnBatchOptions,
  verbosity,
} from "../training/options.ts";
import { makePredictStep, type PredictStep, runPredictions } from "../training/predict.ts";
import { runTests } from "../training/test-loop.ts";
import { Trainer } from "../training/trainer.ts";
import { listNames, nameOfClass } from "../utilities/names.ts";
import { checkOptionNames } from "../utilities/options.ts";
import { output } from "../utilities/output.ts";
import { isShape, type SymbolicShape } from "../utilities/shapes.ts";
import { restoreGraph, writeGraph } from "./functional-config.ts";
import { FunctionalGraph, type GraphTensor } from "./functional-graph.ts";
import { formatSummary, type SummaryOptions, summaryLength } from "./summary.ts";

/** Options of a functional {@link Model}. */
export interface FunctionalOptions<Inputs, Outputs> extends LayerOptions {
  /** Symbolic tensors, as `Input` gives them: one, or arrays and objects of them. */
  readonly inputs: Inputs;
  /** Symbolic tensors that depend on the inputs, in any structure. */
  readonly outputs: Outputs;
}

/** The structure `S` of tensors or symbolic tensors, with tensors in their places. */
export type TensorsFor<S> = [Structure<SymbolicTensor>] extends [S]
  ? TensorStructure
  : S extends SymbolicTensor<infer _Of>
    ? Tensor
    : S extends Tensor | null | undefined
      ? S
      : { readonly [Name in keyof S]: TensorsFor<S[Name]> };

/**
 * Layers that can be trained as one. Made of symbolic inputs and outputs it is a graph of the layers between them; a
 * subclass implements `call`; {@link Sequential} is a list of layers.
 *
 * @typeParam Inputs A tensor, or arrays and objects of tensors; inferred from symbolic inputs.
 * @typeParam Outputs As the inputs.
 *
 * @example
 * ```ts
 * import { Dense, Input, Model } from "@strata/layers";
 *
 * const inputs = Input({ shape: [4] });
 * const hidden = new Dense(8, { activation: "relu" }).apply(inputs);
 * const model = new Model({ inputs, outputs: [new Dense(1).apply(hidden), new Dense(3).apply(hidden)] });
 * const [value, scores] = model.apply([[1, 2, 3, 4]]);
 * console.log(value.shape, scores.shape); // [1, 1] [1, 3]
 * ```
 */
export class Model<const Inputs = Tensor, const Outputs = Tensor> extends Layer<
  TensorsFor<Inputs>,
  TensorsFor<Outputs>
> {
  static override readonly className: string = "Model";
  /** Ends training after the batch when a callback sets it. */
  stopTraining = false;
  #trainer: Trainer | null = null;
  #predictStep: PredictStep | null = null;
  #running: string | null = null;

  readonly #graph: FunctionalGraph | null;

  /** @param options Symbolic inputs and outputs, unless a subclass implements `call`; name and more. */
  constructor(given: FunctionalOptions<Inputs, Outputs> | LayerOptions = {}) {
    const { inputs, outputs, ...options } = { inputs: undefined, outputs: undefined, ...given };
    super(options);
    this.#graph =
      inputs === undefined ? null : new FunctionalGraph(graphTensors(inputs), graphTensors(outputs));
    if (this.#graph !== null) this.built = true;
  }

  /** The layers: those of the graph, from input to output, or those that the model holds. */
  get layers(): readonly AnyLayer[] {
    return this.#graph?.layers ?? super.sublayers.map(({ part }) => part);
  }

  override get sublayers(): readonly Member<AnyLayer>[] {
    return this.#graph?.layers.map((part) => ({ name: part.name, part })) ?? super.sublayers;
  }

  protected override get autocasts(): boolean {
    return false;
  }

  /**
   * A layer of the model.
   *
   * @param which Its name, or its index among {@link Model.layers}.
   * @throws RangeError if there is none.
   */
  getLayer(which: string | number): AnyLayer {
    const { layers } = this;
    const found = typeof which === "number" ? layers.at(which) : layers.find(({ name }) => name === which);
    if (found !== undefined) return found;
    throw new RangeError(
      `getLayer: ${describeValue(which)} is none of the ${layers.length} layers: ${listNames(layers.map(({ name }) => name))}`,
    );
  }

  override writeConfig(serialize: Serialize): Json {
    if (this.#graph === null) return super.writeConfig(serialize);
    return { name: this.name, trainable: this.trainable, ...writeGraph(this.#graph, serialize) };
  }

  static override restoreConfig(config: Json, restore: Restore): Configurable {
    if (!isPlainObject(config) || config.layers === undefined) return super.restoreConfig(config, restore);
    const { name, trainable } = config;
    return Reflect.construct(this, [
      { ...restoreGraph(nameOfClass(this), config, restore), name, trainable },
    ]);
  }

  override get kerasModule(): string | null {
    return this.#graph === null ? super.kerasModule : "keras.src.models.functional";
  }

  override get registeredName(): string | null {
    return this.#graph === null ? super.registeredName : "Functional";
  }

  /** How it was compiled stands beside a model's configuration. */
  override writeBeside(serialize: Serialize): { readonly [name: string]: Json } {
    return { ...super.writeBeside(serialize), compile_config: {} };
  }

  /** Keras keeps no shape of functional models, since their inputs have theirs. */
  override buildConfig(): Json | null {
    return this.#graph === null ? super.buildConfig() : { input_shape: null };
  }

  /** The symbolic inputs, in order. */
  override get inputs(): readonly SymbolicTensor[] {
    return this.#graph === null ? super.inputs : leavesOf(this.#graph.inputs);
  }

  /** The symbolic outputs, in order. */
  override get outputs(): readonly SymbolicTensor[] {
    return this.#graph === null ? super.outputs : leavesOf(this.#graph.outputs);
  }

  override call(inputs: TensorsFor<Inputs>, context: CallContext, given: CallArguments): TensorsFor<Outputs>;
  override call(inputs: unknown, context: CallContext): unknown {
    if (this.#graph !== null) return this.#graph.run(inputs, context);
    throw new Error(`${this.name}: a model without inputs and outputs must have a call method of its own`);
  }

  /** The shape of a batch of inputs, [null, ...], or of each of several; null if it is not known yet. */
  get inputShape(): SymbolicShape | readonly SymbolicShape[] | null {
    return shapesOf(this.#graph?.inputs);
  }

  /** The shape of a batch of outputs, or of each of several; null if it is not known yet. */
  get outputShape(): SymbolicShape | readonly SymbolicShape[] | null {
    return shapesOf(this.#graph?.outputs);
  }

  /** The names of the outputs; null if they are not known. */
  get outputNames(): readonly string[] | null {
    return this.#graph?.outputNames ?? null;
  }

  /** The optimizer; null before `compile`. */
  get optimizer(): Optimizer | null {
    return this.#trainer?.optimizer ?? null;
  }

  /** Whether `compile` was called. */
  get compiled(): boolean {
    return this.#trainer !== null;
  }

  /** What `evaluate` gives, in order: `"loss"` and the metrics, which are known once there was data. */
  get metricsNames(): readonly string[] {
    return this.#trainer?.names ?? [];
  }

  /**
   * Says how the model is to be trained.
   *
   * @param options Loss, optimizer (default: `"rmsprop"`) and metrics.
   * @throws RangeError for an unknown name, with the accepted ones.
   */
  compile(options: CompileOptions): void {
    this.#trainer = new Trainer(this, resolveCompileOptions(options));
  }

  /**
   * Trains the model. Each step is one compiled program: forward, loss, gradients, optimizer and metrics.
   *
   * @param x Samples, [samples, ...].
   * @param y Targets, [samples, ...].
   * @param options Batch size, epochs, validation and more.
   * @returns The numbers of each epoch.
   * @throws Before anything is changed: Error if the model is not compiled, RangeError or ShapeError for options or
   * data that are not accepted.
   */
  async fit(x: DataLike, y: DataLike, options: FitOptions = {}): Promise<History> {
    const trainer = this.#compiledTrainer("fit");
    checkFitOptions(options);
    const { sampleWeight, classWeight, validationData, validationSplit = 0 } = options;
    const all = this.#dataset("fit", { x, y, sampleWeight, classWeight }, trainer);
    const given =
      validationData === undefined
        ? null
        : this.#dataset(
            "fit: validationData",
            { x: validationData[0], y: validationData[1], sampleWeight: validationData[2] },
            trainer,
          );
    const data = splitForValidation(all, given, validationSplit);
    return this.#alone("fit", () => {
      trainer.prepare(data.training);
      trainer.prepareTraining();
      return runFit(this, trainer, data, options);
    });
  }

  /**
   * The loss and the metrics over data, without training.
   *
   * @param x Samples, [samples, ...].
   * @param y Targets, [samples, ...].
   * @param options Batch size and more.
   * @returns Loss and metrics in the order of {@link Model.metricsNames}; by name with `returnDict`.
   * @throws As {@link Model.fit}.
   */
  evaluate(x: DataLike, y: DataLike, options: EvaluateOptions & { readonly returnDict: true }): Promise<Logs>;
  evaluate(
    x: DataLike,
    y: DataLike,
    options?: EvaluateOptions & { readonly returnDict?: false },
  ): Promise<number[]>;
  async evaluate(x: DataLike, y: DataLike, options: EvaluateOptions = {}): Promise<number[] | Logs> {
    const trainer = this.#compiledTrainer("evaluate");
    checkEvaluateOptions(options);
    const { sampleWeight, batchSize = 32 } = options;
    const dataset = this.#dataset("evaluate", { x, y, sampleWeight }, trainer);
    const logs = await this.#alone("evaluate", () => {
      trainer.prepare(dataset);
      const batches = new Batches(dataset, batchSize);
      const steps = Math.min(batches.count, options.steps ?? batches.count);
      const verbose = verbosity(options.verbose);
      const progress = verbose === 0 ? [] : [new ProgressLogger()];
      const callbacks = new CallbackList([...(options.callbacks ?? []), ...progress]);
      callbacks.begin(this, { epochs: 1, steps, verbose });
      return runTests(trainer, batches, callbacks, steps);
    });
    return options.returnDict ? logs : Object.values(logs);
  }

  /**
   * The outputs for all samples.
   *
   * @param x Samples, [samples, ...].
   * @param options Batch size and more.
   * @returns [samples, ...outputs].
   * @throws RangeError or ShapeError for options or data that are not accepted.
   */
  async predict(x: DataLike, options: PredictOptions = {}): Promise<Tensor> {
    checkPredictOptions(options);
    const dataset = this.#dataset("predict", { x }, null);
    return this.#alone("predict", () =>
      runPredictions(this, this.#builtPredictStep(dataset), dataset, options),
    );
  }

  /**
   * Takes one step of training.
   *
   * @param x The samples of the batch, [samples, ...].
   * @param y Their targets, [samples, ...].
   * @param options Weights of the samples or classes; whether the result has names.
   * @returns The means of loss and metrics since {@link Model.resetMetrics}.
   * @throws As {@link Model.fit}.
   */
  trainOnBatch(
    x: DataLike,
    y: DataLike,
    options: TrainOnBatchOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  trainOnBatch(
    x: DataLike,
    y: DataLike,
    options?: TrainOnBatchOptions & { readonly returnDict?: false },
  ): Promise<number[]>;
  async trainOnBatch(x: DataLike, y: DataLike, options: TrainOnBatchOptions = {}): Promise<number[] | Logs> {
    const trainer = this.#compiledTrainer("trainOnBatch");
    checkOptionNames("trainOnBatch", options, ["sampleWeight", "classWeight", "returnDict"]);
    const { sampleWeight, classWeight, returnDict } = options;
    const dataset = this.#dataset("trainOnBatch", { x, y, sampleWeight, classWeight }, trainer);
    const logs = await this.#alone("trainOnBatch", async () => {
      trainer.prepare(dataset);
      trainer.prepareTraining();
      trainer.train(new Batches(dataset, dataset.count).at(0));
      return trainer.readLogs();
    });
    return returnDict ? logs : Object.values(logs);
  }

  /**
   * Gathers loss and metrics of one batch, without training.
   *
   * @param x The samples of the batch, [samples, ...].
   * @param y Their targets, [samples, ...].
   * @param options Weights of the samples; whether the result has names.
   * @returns The means of loss and metrics since {@link Model.resetMetrics}.
   * @throws As {@link Model.fit}.
   */
  testOnBatch(
    x: DataLike,
    y: DataLike,
    options: TestOnBatchOptions & { readonly returnDict: true },
  ): Promise<Logs>;
  testOnBatch(
    x: DataLike,
    y: DataLike,
    options?: TestOnBatchOptions & { readonly returnDict?: false },
  ): Promise<number[]>;
  async testOnBatch(x: DataLike, y: DataLike, options: TestOnBatchOptions = {}): Promise<number[] | Logs> {
    const trainer = this.#compiledTrainer("testOnBatch");
    checkOptionNames("testOnBatch", options, ["sampleWeight", "returnDict"]);
    const { sampleWeight, returnDict } = options;
    const dataset = this.#dataset("testOnBatch", { x, y, sampleWeight }, trainer);
    const logs = await this.#alone("testOnBatch", async () => {
      trainer.prepare(dataset);
      trainer.test(new Batches(dataset, dataset.count).at(0));
      return trainer.readLogs();
    });
    return returnDict ? logs : Object.values(logs);
  }

  /**
   * The outputs for one batch.
   *
   * @param x The samples, [samples, ...].
   * @returns [samples, ...outputs].
   * @throws RangeError or ShapeError for data that are not accepted.
   */
  async predictOnBatch(x: DataLike): Promise<Tensor> {
    const dataset = this.#dataset("predictOnBatch", { x }, null);
    return this.#builtPredictStep(dataset)(new Batches(dataset, dataset.count).at(0).x);
  }

  /** Forgets what {@link Model.trainOnBatch} and {@link Model.testOnBatch} gathered. */
  resetMetrics(): void {
    this.#trainer?.resetMetrics();
  }

  /**
   * Prints layers, output shapes and numbers of parameters.
   *
   * @param options Width, and where it is printed.
   */
  summary(options: SummaryOptions = {}): void {
    checkOptionNames("summary", options, ["lineLength", "printFn"]);
    const stream = output();
    const { lineLength, printFn = (text: string) => stream.write(text) } = options;
    printFn(
      formatSummary(
        this,
        isShape(this.inputShape) ? this.inputShape : null,
        this.#builtOptimizerVariables(),
        summaryLength(lineLength, stream),
      ),
    );
  }

  /** To be called when layers are added or removed: compiled programs no longer hold. */
  protected structureChanged(): void {
    this.#trainer?.forgetSteps();
    this.#predictStep = null;
  }

  #builtOptimizerVariables(): readonly Variable[] {
    return this.#trainer?.isPrepared ? this.#trainer.optimizer.variables : [];
  }

  #compiledTrainer(operation: string): Trainer {
    if (this.#trainer !== null) return this.#trainer;
    throw new Error(`${operation}: the model is not compiled; call model.compile({ loss: ... }) before`);
  }

  #dataset(operation: string, parts: DatasetParts, trainer: Trainer | null): Dataset {
    const { dtype } = this;
    const inputShape = isShape(this.inputShape) ? this.inputShape : null;
    const outputShape = (shape: SymbolicShape): SymbolicShape => outputShapeOf(this, shape);
    const dataset = makeDataset(parts, { operation, dtype, inputShape, outputShape });
    if (trainer === null) return dataset;
    if (dataset.y === null) throw new RangeError(`${operation}: y is undefined; it must be the targets of x`);
    trainer.checkTargets(operation, dataset.y, outputShape([null, ...dataset.x.shape.slice(1)]));
    return dataset;
  }

  #builtPredictStep({ x }: Dataset): PredictStep {
    buildFor(this, [null, ...x.shape.slice(1)]);
    this.#predictStep ??= makePredictStep(this);
    return this.#predictStep;
  }

  /** Runs `body` unless another run of this model is going on, which would share its state. */
  async #alone<Result>(operation: string, body: () => Promise<Result>): Promise<Result> {
    if (this.#running !== null) {
      throw new Error(
        `${operation}: ${this.#running} of this model is still running; await it before (or call it from no callback)`,
      );
    }
    this.#running = operation;
    try {
      return await body();
    } finally {
      this.#running = null;
    }
  }
}

function graphTensors(given: unknown): Structure<GraphTensor> {
  return mapStructure(given, (leaf) => {
    if (isGraphTensor(leaf)) return leaf;
    throw new RangeError(
      `Model: inputs or outputs hold ${describeValue(leaf)}; accepted are symbolic tensors, as Input({ shape }) gives them`,
    );
  });
}

function isGraphTensor(leaf: unknown): leaf is GraphTensor {
  return leaf instanceof SymbolicTensor;
}

/** The shapes of a functional model's inputs or outputs: one shape, or one for each in order. */
function shapesOf(
  tensors: Structure<GraphTensor> | undefined,
): SymbolicShape | readonly SymbolicShape[] | null {
  if (tensors === undefined) return null;
  const shapes = leavesOf(tensors).map(({ shape }) => shape);
  return shapes.length === 1 ? shapes[0] : shapes;
}
