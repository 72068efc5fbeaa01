import { checkedValue, gradients as gradientsOf } from "../autodiff/gradients.ts";
import { arithmeticDType, type DType } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { inlined } from "../graph/trace.ts";
import { add, cast, div, mul, sub } from "../ops/arithmetic.ts";
import { zerosLike } from "../ops/creation.ts";
import { formatShape } from "../shape.ts";
import { type Tensor, type TensorLike, tensor } from "../tensor.ts";
import { type Variable, variable } from "../variable.ts";
import { checkedGradients } from "./check-gradients.ts";
import { clipGradients } from "./clipping.ts";
import { CurrentLearningRate } from "./learning-rate.ts";
import { checkCommonOptions, type ResolvedOptimizerOptions } from "./options.ts";
import { createSlot, type NamedTensors, type SlotDescription } from "./slots.ts";
import { Step } from "./step.ts";
import { trainableVariablesOf } from "./trainable-variables.ts";
import type { ScalarInputs, UpdateInputs, UpdateResult } from "./update.ts";

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
 * To write one, extend it: say which slots each Variable needs, and how a step changes a value and its slots. Values
 * are read and assigned once, by this class, so that a step that is written with elementwise ops is one loop over the
 * elements of a Variable.
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
 *
 * @example
 * An optimizer of one's own:
 * ```ts
 * import { Optimizer, optimizerDefaults, type UpdateInputs, variable } from "@strata/core";
 *
 * class SignDescent extends Optimizer {
 *   constructor(learningRate: number) {
 *     super({ ...optimizerDefaults, learningRate, name: "signDescent" });
 *   }
 *   protected override slotGroups() {
 *     return [];
 *   }
 *   protected override update({ gradient, value, scalars: { learningRate } }: UpdateInputs) {
 *     const sign = gradient.div(gradient.abs());
 *     return { value: value.sub(sign.mul(learningRate)), slots: {} };
 *   }
 * }
 * const x = variable([3, -3]);
 * new SignDescent(0.5).minimize(() => x.square().sum());
 * console.log(x.arraySync()); // [2.5, -2.5]
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
    this.iterations = variable(tensor(0, [], "int32"), {
      name: `${options.name}/iterations`,
      trainable: false,
    });
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
    const loss = checkedValue(`${this.name}.minimize`, "the loss function", inlined(computeLoss));
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
    const given = checkedGradients(`${this.name}.applyGradients`, gradients, variables);
    if (variables.length === 0) return;
    this.build(variables);
    const { lossScaleFactor, gradientAccumulationSteps: accumulated } = this.options;
    const step = new Step(this.iterations.value, accumulated);
    const slots = variables.map((each) => readAll(this.slotsOf.get(each)));
    const unscaled =
      lossScaleFactor === null ? given : given.map((gradient) => div(gradient, lossScaleFactor));
    const totals = unscaled.map((gradient, index) =>
      this.accumulate(gradient, variables[index], slots[index], step),
    );
    const averaged = accumulated === null ? totals : totals.map((total) => div(total, accumulated));
    const clipped = clipGradients(averaged, this.options);
    const scalarsOf = this.scalarsOf(step);
    variables.forEach((each, index) => {
      this.updateVariable(each, clipped[index], slots[index], scalarsOf(arithmeticDType(each.dtype)), step);
    });
    for (const [name, slot] of this.shared) {
      slot.assign(step.choose(scalarsOf(slot.dtype).own[name], slot.value));
    }
    this.iterations.assign(add(step.count, 1));
  }

  /**
   * Makes the slots of Variables that have none yet. `applyGradients` does so by itself.
   *
   * @param variables What the optimizer will change.
   */
  build(variables: readonly Variable[]): void {
    const added = variables.filter((each) => !this.slotsOf.has(each));
    if (added.length === 0) return;
    for (const each of added) this.slotsOf.set(each, new Map());
    const { useEma, gradientAccumulationSteps } = this.options;
    const groups = [...this.slotGroups()];
    if (gradientAccumulationSteps !== null) groups.unshift([accumulatorSlot]);
    if (useEma) groups.unshift([averageSlot]);
    for (const group of groups) {
      for (const owner of added) for (const slot of group) this.addSlot(slot, owner);
    }
    for (const slot of this.sharedSlots()) {
      if (this.shared.has(slot.name)) continue;
      const made = createSlot(this.name, slot, null, arithmeticDType(added[0].dtype));
      this.shared.set(slot.name, made);
      this.state.push(made);
    }
  }

  /**
   * The loss multiplied by `lossScaleFactor`, for steps that call `gradients` themselves: `applyGradients` divides
   * by it.
   *
   * @param loss The loss.
   */
  scaleLoss(loss: Tensor): Tensor {
    const { lossScaleFactor } = this.options;
    return lossScaleFactor === null ? loss : mul(loss, lossScaleFactor);
  }

  /**
   * Leaves Variables out of weight decay, as one does with biases and the gains of normalizations.
   *
   * @param exclusion Which Variables.
   * @throws RangeError once there are slots, since compiled steps would not notice.
   */
  excludeFromWeightDecay(exclusion: WeightDecayExclusion): void {
    if (this.slotsOf.size > 0) {
      throw new RangeError(
        `${this.name}.excludeFromWeightDecay: the optimizer has taken a step or was built; call it before`,
      );
    }
    this.exclusion = exclusion;
  }

  /**
   * Keeps a Variable where it belongs: what it is to hold after each step goes through `constraint`.
   *
   * @param constrained The Variable.
   * @param constraint What to do to its value, written with ops; null for nothing.
   */
  setConstraint(constrained: Variable, constraint: ((value: Tensor) => Tensor) | null): void {
    if (constraint) this.constraints.set(constrained, constraint);
    else this.constraints.delete(constrained);
  }

  /**
   * Puts the moving averages in place of the weights, as at the end of training. Without `useEma` it does nothing.
   *
   * @param variables Which ones. Default: all that the optimizer has changed.
   */
  finalizeVariableValues(variables: readonly Variable[] = [...this.slotsOf.keys()]): void {
    for (const each of variables) {
      const average = this.slotsOf.get(each)?.get(averageSlot.name);
      if (average) each.assign(cast(average, each.dtype));
    }
  }

  /**
   * The slots that each Variable needs. Those in one group lie next to each other for each Variable, and the groups
   * one after the other, in {@link Optimizer.variables}.
   */
  protected abstract slotGroups(): readonly (readonly SlotDescription[])[];

  /**
   * The step of one Variable.
   *
   * @param inputs The gradient, the value, and what else it needs.
   */
  protected abstract update(inputs: UpdateInputs): UpdateResult;

  /** Scalars of state that all Variables share. A step gives them the scalars of their names. Default: none. */
  protected sharedSlots(): readonly SlotDescription[] {
    return [];
  }

  /**
   * What is the same for all Variables of a dtype in a step, and so computed once. Default: the learning rate.
   *
   * @param inputs The learning rate and the number of the step.
   */
  protected scalars({ learningRate }: ScalarInputs): NamedTensors {
    return { learningRate };
  }

  private addSlot(slot: SlotDescription, owner: Variable): void {
    const made = createSlot(this.name, slot, owner, arithmeticDType(owner.dtype));
    this.slotsOf.get(owner)?.set(slot.name, made);
    this.state.push(made);
  }

  private assignSlot(owner: Variable, name: string, value: Tensor): void {
    const slot = this.slotsOf.get(owner)?.get(name);
    if (!slot) {
      throw new RangeError(
        `${this.name}: the update returned "${name}", which is no slot of "${owner.name}"`,
      );
    }
    slot.assign(value);
  }

  /** The sum of the gradients since the last update, this one included. */
  private accumulate(gradient: Tensor, owner: Variable, slots: NamedTensors, step: Step): Tensor {
    if (this.options.gradientAccumulationSteps === null) return gradient;
    const total = add(slots[accumulatorSlot.name], gradient);
    this.assignSlot(owner, accumulatorSlot.name, step.choose(zerosLike(total), total));
    return total;
  }

  /** The scalars of a step by dtype, each computed once. */
  private scalarsOf(step: Step): (dtype: DType) => StepScalars {
    const current = this.rate.at(step.count);
    const held = readAll(this.shared);
    const known = new Map<DType, StepScalars>();
    return (dtype) => {
      let scalars = known.get(dtype);
      if (!scalars) {
        const learningRate = cast(current, dtype);
        const shared = Object.fromEntries(
          Object.entries(held).map(([name, each]) => [name, cast(each, dtype)]),
        );
        scalars = { learningRate, own: this.scalars({ learningRate, step: step.number(dtype), shared }) };
        known.set(dtype, scalars);
      }
      return scalars;
    };
  }

  private updateVariable(
    changed: Variable,
    gradient: Tensor,
    slots: NamedTensors,
    { learningRate, own }: StepScalars,
    step: Step,
  ): void {
    const { weightDecay, useEma, emaMomentum, emaOverwriteFrequency } = this.options;
    const before = cast(changed.value, arithmeticDType(changed.dtype));
    const decays = weightDecay !== null && !this.isExcluded(changed);
    const value = decays ? sub(before, mul(mul(before, weightDecay), learningRate)) : before;
    const updated = this.update({ gradient, value, slots, scalars: own });
    const newSlots = new Map<string, Tensor>();
    for (const [name, slot] of Object.entries(updated.slots)) {
      newSlots.set(name, step.choose(slot, slots[name]));
    }
    let after = step.choose(updated.value, before);
    if (useEma) {
      const average = step.average(slots[averageSlot.name], after, emaMomentum);
      newSlots.set(averageSlot.name, average);
      after = step.overwrite(after, average, emaOverwriteFrequency);
    }
    // Assigned together: a user's update or constraint may read values, which computes what has been assigned.
    const held = cast(after, changed.dtype);
    const constrained = this.constraints.get(changed)?.(held) ?? held;
    for (const [name, slot] of newSlots) this.assignSlot(changed, name, slot);
    changed.assign(constrained);
  }

  private isExcluded(decaying: Variable): boolean {
    const { variables = [], names = [] } = this.exclusion;
    return variables.includes(decaying) || names.some((text) => decaying.name.includes(text));
  }
}

/** What is the same for all Variables of a dtype: the learning rate, and what the optimizer made of it. */
interface StepScalars {
  readonly learningRate: Tensor;
  readonly own: NamedTensors;
}

const averageSlot: SlotDescription = { name: "average", initial: "value" };
const accumulatorSlot: SlotDescription = { name: "gradientAccumulator" };

function readAll(slots: ReadonlyMap<string, Variable> = new Map()): NamedTensors {
  // The accumulator is assigned before the others are computed from it.
  const read = (name: string, slot: Variable): Tensor =>
    name === accumulatorSlot.name ? slot.value : slot.valueForAssignment();
  return Object.fromEntries([...slots].map(([name, slot]) => [name, read(name, slot)]));
}
