import { type JitResult, jit, type Tensor, type Variable } from "@strata/core";
import type { AnyLayer } from "../layer/any-layer.ts";
import type { Structure } from "../layer/structure.ts";
import type { Batch, StepLogs } from "./batch.ts";

/** The result of a step: numbers by name, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without a return statement returns void to TypeScript
export type StepResult = StepLogs | void;

/** The steps of a model as they are traced. */
export interface StepFunctions {
  readonly train: (batch: Batch) => StepResult;
  readonly test: (batch: Batch) => StepResult;
  readonly predict: (batch: Batch) => Structure<Tensor>;
}

type Compiled<Result> = (batch: Batch) => Result;

/** The steps of a model, each compiled as a whole, and compiled anew when the model is another one. */
export class CompiledSteps {
  private readonly model: AnyLayer;
  private readonly functions: StepFunctions;
  private trained: readonly Variable[] | null = null;
  private trainStep: Compiled<StepResult> | null = null;
  private testStep: Compiled<StepResult> | null = null;
  private predictStep: Compiled<Structure<Tensor>> | null = null;

  constructor(model: AnyLayer, functions: StepFunctions) {
    this.model = model;
    this.functions = functions;
  }

  /** A step of training. */
  get train(): Compiled<StepResult> {
    this.trainStep ??= compiled(this.functions.train);
    return this.trainStep;
  }

  /** A step of evaluation. */
  get test(): Compiled<StepResult> {
    this.testStep ??= compiled(this.functions.test);
    return this.testStep;
  }

  /** A step of prediction. */
  get predict(): Compiled<Structure<Tensor>> {
    this.predictStep ??= compiled(this.functions.predict);
    return this.predictStep;
  }

  /** Forgets the step of training if other weights are to be trained than before; whether that is so. */
  noteTrained(): boolean {
    const { trainableWeights } = this.model;
    const { trained } = this;
    const isSame =
      trained !== null &&
      trainableWeights.length === trained.length &&
      trainableWeights.every((weight, index) => weight === trained[index]);
    if (isSame) return false;
    this.trained = [...trainableWeights];
    this.forget();
    return true;
  }

  /** Forgets all programs. */
  forget(): void {
    this.trainStep = null;
    this.testStep = null;
    this.predictStep = null;
  }
}

/** A step as one program. What it takes and returns are structures of tensors, whatever their types say. */
function compiled<Result extends JitResult>(step: (batch: Batch) => Result): (batch: Batch) => Result;
function compiled(step: (batch: never) => JitResult): (batch: never) => JitResult {
  return jit(step);
}
