import { gradients as gradientsOf } from "../autodiff/gradients.ts";
import { type DType, isFloat } from "../dtype.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import { add, cast, div, mul, notEqual, sub, where } from "../ops/arithmetic.ts";
import { formatShape, sameShape } from "../shape.ts";
import { nodeOf, Tensor, type TensorLike } from "../tensor.ts";
import { type Variable, variable } from "../variable.ts";
import { clipGradients } from "./clipping.ts";
import { CurrentLearningRate } from "./learning-rate.ts";
import { checkCommonOptions, type ResolvedOptimizerOptions } from "./options.ts";
import { createSlot, type NamedTensors, type SlotDescription } from "./slots.ts";
import { Step } from "./step.ts";
import { trainableVariablesOf } from "./trainable-variables.ts";

/** What the step of one Variable is computed from. All tensors have the Variable's dtype. */
export interface UpdateInputs {
  /** The gradient: unscaled, averaged and clipped. */
  readonly gradient: Tensor;
  /** What the Variable holds, after weight decay. */
  readonly value: Tensor;
  /** What its slots hold, by name. */
  readonly slots: NamedTensors;
  /** What {@link Optimizer.scalars} returned. */
  readonly scalars: NamedTensors;
}

/** What the step of one Variable leads to. */
export interface UpdateResult {
  /** What the Variable is to hold. */
  readonly value: Tensor;
  /** What its slots are to hold, by name: all of them. */
  readonly slots: NamedTensors;
}

/** What the scalars of a step are computed from. */
export interface ScalarInputs {
  /** The learning rate of this step. */
  readonly learningRate: Tensor;
  /** The number of this step, from 1 on. */
  readonly step: Tensor;
  /** What the shared slots hold, by name. */
  readonly shared: NamedTensors;
}

/** Which Variables weight decay leaves alone. */
export interface WeightDecayExclusion {
  /** These Variables. Default: none. */
  readonly variables?: readonly Variable[];
  /** Those that have one of these texts in their name. Default: none. */
  readonly names?: readonly string[];
}

/**
 * What all optimizers have in common. In each step, in this order: gradients are divided by the loss scale,
 * averaged, and clipped; weights decay; the optimizer's own step is taken; the moving average follows; constraints
 * are applied; the step is counted.
 *
 * To write one, extend it: say which slots each Variable needs, and how a step changes a value and its slots.
 * Everything is written with tensors that are read once and assigned once, so that the step of a Variable is one
 * loop over its elements when it is written with elementwise ops.
 *
 * @example
 * ```ts
 * import { jit, SGD, tensor, variable } from "@strata/core";
 *
 * const x = tensor([1, 2, 3]);
 * const slope = variable(0);
 * const optimizer = new SGD({ learningRate: 0.1 });
 * const step = jit(() => optimizer.minimize(() => slope.mul(x).sub(x.mul(2)).square().mean()));
 * for (let i = 0; i < 50; i++) step();
 * console.log(slope.item().toFixed(3)); // 2.000
 * ```
 */
export abstract class Optimizer<Options extends ResolvedOptimizerOptions = ResolvedOptimizerOptions> {
  /** The options that it was made with, and the defaults of the others. */
  readonly options: Options;
  /** Counts the calls of {@link Optimizer.applyGradients}: an int32 scalar. */
  readonly iterations: Variable;
  private readonly rate: CurrentLearningRate;
  /** All state but the iterations and the learning rate, in Keras's order. */
  private readonly state: Variable[] = [];
  private readonly slotsOf = new Map<Variable, Map<string, Variable>>();
  private readonly shared = new Map<string, Variable>();
  private readonly constraints = new WeakMap<Variable, (value: Tensor) => Tensor>();
  private exclusion: WeightDecayExclusion = {};

  /**
   * @param options All options, defaults filled in.
   * @throws RangeError if an option is out of its range.
   */
  constructor(options: Options) {
    checkCommonOptions(options);
    this.options = options;
    this.iterations = variable(0, { name: `${options.name}/iterations`, trainable: false }, "int32");
    this.rate = new CurrentLearningRate(options.name, options.learningRate);
  }

  /** Begins the names of the optimizer's Variables. */
  get name(): string {
    return this.options.name;
  }

  /**
   * The learning rate of the next step. Setting it recompiles nothing.
   *
   * @throws RangeError when it is set to a negative number, or while it follows a schedule.
   */
  get learningRate(): number {
    return this.rate.read(this.iterations.value);
  }

  set learningRate(rate: number) {
    this.rate.set(rate);
  }

  /** All of its state, in Keras's order: iterations, the learning rate if it is a number, and the slots. */
  get variables(): readonly Variable[] {
    return [this.iterations, ...this.rate.variables, ...this.state];
  }

  /**
   * Takes one step that lowers a loss.
   *
   * @param computeLoss Computes the loss, one number, from Variables.
   * @param variables What to change. Default: the trainable Variables that the loss depends on.
   * @returns The loss before the step.
   * @throws ShapeError if the loss is not one number.
   * @throws RangeError if it depends on no trainable Variable.
   */
  minimize(computeLoss: () => Tensor, variables?: readonly Variable[]): Tensor {
    const loss = computeLoss();
    if (loss.size !== 1) {
      throw new ShapeError(
        `${this.name}.minimize: the loss has the shape ${formatShape(loss.shape)}; it must be one number, as the mean ` +
          "over the batch is",
      );
    }
    const chosen = variables ?? trainableVariablesOf(loss);
    if (chosen.length === 0) {
      throw new RangeError(
        `${this.name}.minimize: the loss depends on no trainable Variable; it must be computed by the function, from ` +
          "Variables whose trainable is true",
      );
    }
    this.applyGradients(gradientsOf(this.scaleLoss(loss), chosen), chosen);
    return loss;
  }

  /**
   * Takes one step along given gradients.
   *
   * @param gradients One for each Variable, of its shape; of the loss multiplied by `lossScaleFactor`, if that is set.
   * @param variables What to change. Slots are made for those that have none yet.
   * @throws RangeError if there are more or fewer gradients than Variables, or a Variable comes twice.
   * @throws ShapeError or DTypeError if a gradient does not fit its Variable, or a Variable holds no floats.
   */
  applyGradients(gradients: readonly TensorLike[], variables: readonly Variable[]): void {
    const given = this.checkedGradients(gradients, variables);
    if (variables.length === 0) return;
    this.build(variables);
    const { lossScaleFactor, gradientAccumulationSteps } = this.options;
    const step = new Step(this.iterations.value, gradientAccumulationSteps);
    const slots = variables.map((each) => readAll(this.slotsOf.get(each)));
    const unscaled = lossScaleFactor === null ? given : given.map((gradient) => div(gradient, lossScaleFactor));
    const totals = unscaled.map((gradient, index) => step.accumulate(slots[index].gradientAccumulator, gradient));
    const clipped = clipGradients(totals.map(({ average }) => average), this.options);
    const scalars = this.scalarsByDType(step);
    variables.forEach((each, index) => {
      const value = each.value;
      const shared = scalars(each.dtype);
      const decayed = this.decay(each, value, shared.rate);
      const inputs = { gradient: clipped[index], value: decayed, slots: slots[index], scalars: shared.own };
      const updated = this.update(inputs);
      const stepped = step.choose(updated.value, value);
      const { average, value: following } = this.average(step, slots[index].average, stepped);
      const changed = new Map(Object.entries(updated.slots).map(([name, slot]) => [name, step.choose(slot, slots[index][name])]));
    });
  }
}
