import { isLeaf, leavesOf, mapStructure, type Structure } from "../layer/structure.ts";
import { isPlainObject } from "../schema/configurable.ts";
import {
  ArrayBatches,
  type ClassWeight,
  countOf,
  type Dataset,
  type Expected,
  readInputs,
  readTargets,
  splitDataset,
  weightsOfClasses,
} from "./array-batches.ts";
import type { ArrayData } from "./arrays.ts";
import type { Batch, BatchSource } from "./batch.ts";
import { ElementBatches, isElementsLike } from "./element-batches.ts";
import { type ModelOutputs, typeOf } from "./model-outputs.ts";
import {
  checkElementOptions,
  type EvaluateOptions,
  type FitOptions,
  isBatchSource,
  isValidationArrays,
} from "./options.ts";
import { partsOf, type TrainerModel } from "./trainer-model.ts";

/** The parts of a dataset, as the user gave them. */
export interface DatasetParts {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
  readonly classWeight?: ClassWeight | undefined;
}

/** The losses and metrics that targets are for. */
export interface TargetUse {
  /** Whether outputs are compared with targets. */
  readonly isSupervised: boolean;
  /** Whether there is a loss, which needs targets. */
  readonly hasLoss: boolean;
  /** Throws for targets that the losses do not take. */
  checkTargets(operation: string, outputs: Structure<Expected>, targets: Structure<ArrayData | null>): void;
}

/** The data of a model's runs: read, checked against the model, and cut into batches. */
export class ModelData {
  private readonly model: TrainerModel;
  private readonly outputs: ModelOutputs;
  private readonly use: TargetUse;

  constructor(model: TrainerModel, outputs: ModelOutputs, use: TargetUse) {
    this.model = model;
    this.outputs = outputs;
    this.use = use;
  }

  /** The batches of `fit`, and those of its validation; null if there is none. */
  forTraining(x: unknown, y: unknown, options: FitOptions): [BatchSource, BatchSource | null] {
    const { batchSize = 32, shuffle = true, validationBatchSize = batchSize } = options;
    const { sampleWeight, classWeight, validationData, validationSplit = 0 } = options;
    return this.undoingFailures((): [BatchSource, BatchSource | null] => {
      const given = this.sourceOf("fit: validationData", validationData);
      const source = this.sourceOf("fit", x, classWeight);
      if (source !== null) {
        checkElementOptions("fit", y, options);
        return [source, given ?? this.validationBatches(validationData, validationBatchSize)];
      }
      const all = this.read("fit", { x, y, sampleWeight, classWeight });
      if (validationData !== undefined || validationSplit === 0) {
        const batches = given ?? this.validationBatches(validationData, validationBatchSize);
        return [new ArrayBatches(all, batchSize, shuffle), batches];
      }
      const [first, last] = splitDataset(all, validationSplit);
      return [new ArrayBatches(first, batchSize, shuffle), new ArrayBatches(last, validationBatchSize)];
    });
  }

  /** The batches of `evaluate` and `predict`, which has no targets. */
  forTesting(
    operation: "evaluate" | "predict",
    x: unknown,
    y: unknown,
    options: EvaluateOptions,
  ): BatchSource {
    const { sampleWeight, batchSize = 32 } = options;
    const given = this.sourceOf(operation, x);
    if (given === null) {
      return new ArrayBatches(
        this.undoingFailures(() => this.read(operation, { x, y, sampleWeight })),
        batchSize,
      );
    }
    checkElementOptions(operation, y, options);
    return given;
  }

  /** All of the data as one batch. */
  asBatch(operation: string, parts: DatasetParts): Batch {
    return this.undoingFailures(() => this.wholeBatch(operation, parts));
  }

  /** Reads data, and checks that its parts belong together and fit the model. */
  private read(operation: string, { x, y, sampleWeight, classWeight }: DatasetParts): Dataset {
    const { model } = this;
    const samples = readInputs(x, model.expectedInputs, { operation, name: "x", dtype: model.dtype });
    const count = countOf(samples);
    const isPrediction = operation.startsWith("predict");
    const outputs =
      isPrediction || this.use.isSupervised ? this.outputs.expectedFor(mapStructure(samples, typeOf)) : null;
    if (y === undefined || y === null) {
      if (!isPrediction && this.use.hasLoss) {
        throw new RangeError(`${operation}: y is ${y}; it must be the targets of x`);
      }
      return { x: samples, y: null, sampleWeight: null, count };
    }
    // Labels and weights need not fit 16 bits.
    const reading = { operation, dtype: model.dtype === "float64" ? "float64" : "float32" } as const;
    const targets = readTargets(y, outputs, count, { ...reading, name: "y" });
    if (outputs !== null) this.use.checkTargets(operation, outputs, targets);
    const weights = { sampleWeight, classWeight };
    return {
      x: samples,
      y: targets,
      sampleWeight: readWeights(weights, targets, outputs, count, { ...reading, name: "sampleWeight" }),
      count,
    };
  }

  /** Runs `body`; if it fails, layers that it built are as they were. */
  private undoingFailures<Result>(body: () => Result): Result {
    const unbuilt = partsOf(this.model).filter((layer) => !layer.built);
    try {
      return body();
    } catch (error) {
      for (const layer of unbuilt) layer.forgetBuild();
      this.outputs.forget();
      throw error;
    }
  }

  private wholeBatch(operation: string, parts: DatasetParts): Batch {
    const dataset = this.read(operation, parts);
    return new ArrayBatches(dataset, dataset.count).at(0);
  }

  /** Batches that come one by one; null for data at hand. */
  private sourceOf(operation: string, data: unknown, classWeight?: ClassWeight): BatchSource | null {
    if (isBatchSource(data)) return data;
    if (!isElementsLike(data)) return null;
    return new ElementBatches(operation, data, (parts) =>
      this.wholeBatch(operation, { ...parts, classWeight }),
    );
  }

  private validationBatches(given: FitOptions["validationData"], batchSize: number): BatchSource | null {
    if (!isValidationArrays(given)) return null;
    const [x, y, sampleWeight] = given;
    return new ArrayBatches(this.read("fit: validationData", { x, y, sampleWeight }), batchSize);
  }
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
