import { arithmeticDType, type DType } from "../dtype.ts";
import { add, cast, div, mul, sub } from "../ops/arithmetic.ts";
import { zerosLike } from "../ops/creation.ts";
import { type Tensor, type TensorLike, tensor } from "../tensor.ts";
import { type Variable, variable } from "../variable.ts";
import { checkedGradients } from "./check-gradients.ts";
import { clipGradients } from "./clipping.ts";
import { CurrentLearningRate, type LearningRate } from "./learning-rate.ts";
import { type Assignment, Optimizer, type WeightDecayExclusion } from "./optimizer.ts";
import { checkTogether, optimizerOptions, type ResolvedOptimizerOptions } from "./optimizer-options.ts";
import type { OptionTable } from "./option.ts";
import { createSlot, type NamedTensors, type Slot, type SlotDescription, SlotValues } from "./slots.ts";
import { Step } from "./step.ts";
import type { ScalarInputs, UpdateInputs, UpdateResult } from "./update.ts";

/** The arguments of an optimizer: the learning rate and other options, or all options in one object. */
export type OptimizerArguments<Options> =
  | [options?: Partial<Options>]
  | [learningRate?: LearningRate, options?: Partial<Omit<Options, "learningRate">>];

/**
 * An optimizer that changes each Variable by its gradient, and keeps slots for each. In each step, in this order:
 * gradients are divided by the loss scale, averaged, and clipped; weights decay; the optimizer's own step is taken; the
 * moving average follows; the Variables' constraints are applied; the step is counted.
 *
 * To write one, extend it: say which slots each Variable needs, and how a step changes a value and its slots. Values
 * are read and assigned once, by this class, so that a step that is written with elementwise ops is one loop over the
 * elements of a Variable.
 *
 * @example
 * ```ts
 * import { PerVariableOptimizer, type UpdateInputs, variable } from "@strata/core";
 *
 * class SignDescent extends PerVariableOptimizer {
 *   protected override slotGroups() {
 *     return [];
 *   }
 *   protected override update({ gradient, value, scalars: { learningRate } }: UpdateInputs<never, "learningRate">) {
 *     const sign = gradient.div(gradient.abs());
 *     return { value: value.sub(sign.mul(learningRate)), slots: {} };
 *   }
 * }
 * const x = variable([3, -3]);
 * new SignDescent(0.5).minimize(() => x.square().sum());
 * console.log(x.arraySync()); // [2.5, -2.5]
 * ```
 */
export abstract class PerVariableOptimizer<
  Options extends ResolvedOptimizerOptions = ResolvedOptimizerOptions,
> extends Optimizer<Options> {
  static override readonly options: OptionTable = optimizerOptions("optimizer", 0.01);

  readonly iterations: Variable;
  private readonly rate: CurrentLearningRate;
  /** The Variables that it changes, in the order of its state. */
  protected changed = new Set<Variable>();
  /** The slots of all Variables that it ever changed. */
  private readonly slots = new Map<Variable, readonly Slot[]>();
  private shared: readonly Slot[] = [];
  private exclusion: WeightDecayExclusion = {};

  /**
   * @param given The learning rate and other options, or all options in one object.
   * @throws RangeError if an option is unknown or not accepted.
   */
  constructor(...given: OptimizerArguments<Options>) {
    super(["learningRate"], given);
    const { name, learningRate } = this.options;
    checkTogether(new.target.name, this.options);
    this.iterations = variable(tensor(0, [], "int32"), { name: `${name}/iteration`, trainable: false });
    this.rate = new CurrentLearningRate(name, learningRate);
  }

  override get learningRate(): number {
    return this.rate.read(this.iterations.value);
  }

  override set learningRate(rate: number) {
    this.rate.set(rate);
  }

  override get variables(): readonly Variable[] {
    const owned = [...this.changed].flatMap((each) => this.slots.get(each) ?? []);
    const slots = [...owned.sort((one, other) => one.group - other.group), ...this.shared];
    return [this.iterations, ...this.rate.variables, ...slots.map((slot) => slot.variable)];
  }

  override getConfig(): Options {
    const { options, rate } = this;
    return rate.isNumber ? { ...options, learningRate: this.learningRate } : { ...options };
  }

  override build(variables: readonly Variable[]): void {
    this.makeSlots(variables);
    this.changed = new Set(variables);
  }

  override computeStep(
    gradients: readonly TensorLike[],
    variables: readonly Variable[],
  ): readonly Assignment[] {
    const given = checkedGradients(`${this.name}.applyGradients`, gradients, variables);
    if (variables.length === 0) return [];
    this.makeSlots(variables);
    for (const each of variables) this.changed.add(each);
    const { lossScaleFactor, gradientAccumulationSteps: accumulated } = this.options;
    const count = this.iterations.value;
    const step = new Step(count, accumulated);
    const slots = variables.map((each) => new SlotValues(this.name, this.slots.get(each) ?? [], each));
    const unscaled =
      lossScaleFactor === null ? given : given.map((gradient) => div(gradient, lossScaleFactor));
    const totals =
      accumulated === null ? unscaled : unscaled.map((each, index) => accumulate(each, slots[index], step));
    const averaged = accumulated === null ? totals : totals.map((total) => div(total, accumulated));
    const clipped = clipGradients(averaged, this.options);
    const shared = new SlotValues(this.name, this.shared, null);
    const scalarsOf = this.scalarsOf(step, shared.held);
    const weights = variables.map((each, index) =>
      this.stepOf(each, clipped[index], slots[index], scalarsOf(arithmeticDType(each.dtype)), step),
    );
    for (const { name, variable } of this.shared) {
      shared.set(name, step.choose(scalarsOf(variable.dtype).own[name], shared.heldBy(name)));
    }
    return [
      ...slots.flatMap((each) => each.assignments()),
      ...weights,
      ...shared.assignments(),
      { variable: this.iterations, before: count, after: add(count, 1) },
    ];
  }

  override scaleLoss(loss: Tensor): Tensor {
    const { lossScaleFactor } = this.options;
    return lossScaleFactor === null ? loss : mul(loss, lossScaleFactor);
  }

  override excludeFromWeightDecay(exclusion: WeightDecayExclusion): void {
    if (this.slots.size > 0) {
      throw new RangeError(
        `${this.name}.excludeFromWeightDecay: the optimizer has taken a step or was built; call it before`,
      );
    }
    this.exclusion = exclusion;
  }

  override get movingAverages(): ReadonlyMap<Variable, Variable> {
    const averages = new Map<Variable, Variable>();
    for (const each of this.changed) {
      const average = this.slotOf(each, averageSlot.name);
      if (average) averages.set(each, average);
    }
    return averages;
  }

  /**
   * The slots that a Variable needs. Those in one group lie next to each other for each Variable, and the groups one
   * after the other, in {@link Optimizer.variables}.
   *
   * @param owner The Variable.
   */
  protected abstract slotGroups(owner: Variable): readonly (readonly SlotDescription[])[];

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
   * The values that are the same for all Variables of a dtype in a step, and so computed once. Default: the learning rate.
   *
   * @param inputs The learning rate and the number of the step.
   */
  protected scalars({ learningRate }: ScalarInputs): NamedTensors {
    return { learningRate };
  }

  /**
   * How strongly a Variable that is not excluded decays; null for not at all. Default: the option `weightDecay`.
   *
   * @param _decaying The Variable.
   */
  protected weightDecayOf(_decaying: Variable): number | null {
    return this.options.weightDecay;
  }

  /** A slot of a Variable, if it has it. */
  protected slotOf(owner: Variable, name: string): Variable | undefined {
    return this.slots.get(owner)?.find((slot) => slot.name === name)?.variable;
  }

  private makeSlots(variables: readonly Variable[]): void {
    const { useEma, gradientAccumulationSteps } = this.options;
    const common = [
      ...(useEma ? [[averageSlot]] : []),
      ...(gradientAccumulationSteps === null ? [] : [[accumulatorSlot]]),
    ];
    for (const owner of variables) {
      if (this.slots.has(owner)) continue;
      const dtype = arithmeticDType(owner.dtype);
      const made = [...common, ...this.slotGroups(owner)].flatMap((slots, group) =>
        slots.map((slot) => createSlot(this.name, slot, owner, dtype, group)),
      );
      if (this.slots.size === 0) {
        this.shared = this.sharedSlots().map((slot) => createSlot(this.name, slot, null, dtype));
      }
      this.slots.set(owner, made);
    }
  }

  /** The scalars of a step by dtype, each computed once. */
  private scalarsOf(step: Step, held: NamedTensors): (dtype: DType) => StepScalars {
    const current = this.rate.at(step.count);
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

  /** The value of a Variable after the step; those of its slots are noted in them. */
  private stepOf(
    changed: Variable,
    gradient: Tensor,
    slots: SlotValues,
    { learningRate, own }: StepScalars,
    step: Step,
  ): Assignment {
    const { useEma, emaMomentum, emaOverwriteFrequency } = this.options;
    const held = changed.value;
    const before = cast(held, arithmeticDType(changed.dtype));
    const weightDecay = this.isExcluded(changed) ? null : this.weightDecayOf(changed);
    const value = weightDecay === null ? before : sub(before, mul(mul(before, weightDecay), learningRate));
    const updated = this.update({ gradient, value, slots: slots.held, scalars: own, variable: changed });
    for (const [name, slot] of Object.entries(updated.slots)) {
      slots.set(name, step.choose(slot, slots.heldBy(name)));
    }
    let after = step.choose(updated.value, before);
    if (useEma) {
      const average = step.average(slots.heldBy(averageSlot.name), after, emaMomentum);
      slots.set(averageSlot.name, average);
      after = step.overwrite(after, average, emaOverwriteFrequency);
    }
    const free = cast(after, changed.dtype);
    return { variable: changed, before: held, after: changed.constraint?.(free) ?? free };
  }

  private isExcluded(decaying: Variable): boolean {
    const { variables = [], names = [] } = this.exclusion;
    return variables.includes(decaying) || names.some((name) => decaying.name.includes(name));
  }
}

/** The values that are the same for all Variables of a dtype: the learning rate, and what the optimizer made of it. */
interface StepScalars {
  readonly learningRate: Tensor;
  readonly own: NamedTensors;
}

/** The sum of the gradients since the last update, this one included. */
function accumulate(gradient: Tensor, slots: SlotValues, step: Step): Tensor {
  const total = add(slots.heldBy(accumulatorSlot.name), gradient);
  slots.set(accumulatorSlot.name, step.choose(zerosLike(total), total));
  return total;
}

const averageSlot: SlotDescription = { name: "average", initial: "value" };
const accumulatorSlot: SlotDescription = { name: "gradientAccumulator" };
