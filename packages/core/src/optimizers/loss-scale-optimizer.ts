import { add, cast, div, equal, mul, where } from "../ops/arithmetic.ts";
import { isFinite, logicalAnd } from "../ops/logic.ts";
import { all } from "../ops/reductions.ts";
import { type Tensor, type TensorLike, tensor } from "../tensor.ts";
import { type Variable, variable } from "../variable.ts";
import { checkedGradients } from "./check-gradients.ts";
import { type Assignment, Optimizer, type WeightDecayExclusion } from "./optimizer.ts";
import { type GivenValues, integerFrom, type OptionValues, option, positive, text } from "./option.ts";
import { anOptimizer, checkUnscaled, wrapperState } from "./wrapped-optimizer.ts";

const options = {
  /** Begins the names of the optimizer's Variables. Default: `"loss_scale_optimizer"`. */
  name: option(text, "loss_scale_optimizer"),
  /** The optimizer that takes the steps. */
  innerOptimizer: anOptimizer,
  /** The loss scale of the first step, above 0. Default: 2¹⁵. */
  initialScale: option(positive, 2 ** 15),
  /** After so many steps with finite gradients the loss scale doubles. Default: 2000. */
  dynamicGrowthSteps: option(integerFrom(1), 2000),
};

/** The options of {@link LossScaleOptimizer}. */
export interface LossScaleOptimizerOptions extends GivenValues<typeof options> {}

/**
 * Keeps gradients of float16 from vanishing: the loss is multiplied by a scale, the gradients are divided by it, and
 * another optimizer takes the step. A step whose gradients are not all finite is left out, and halves the scale; after
 * `dynamicGrowthSteps` steps with finite gradients it doubles (Micikevicius et al. 2017, "Mixed precision training";
 * rules and defaults of Keras 3).
 *
 * @example
 * ```ts
 * import { LossScaleOptimizer, SGD, variable } from "@strata/core";
 *
 * const x = variable(3);
 * const optimizer = new LossScaleOptimizer(new SGD(0.5), { initialScale: 4 });
 * optimizer.applyGradients([Infinity], [x]);
 * console.log(x.item(), optimizer.dynamicScale.item()); // 3 2
 * optimizer.minimize(() => x.square());
 * console.log(x.item()); // 0
 * ```
 */
export class LossScaleOptimizer extends Optimizer<OptionValues<typeof options>> {
  static override readonly options = options;

  /** By what the loss is multiplied: a float32 scalar. */
  readonly dynamicScale: Variable;
  /** How many steps the scale has not changed: an int32 scalar. */
  readonly stepCounter: Variable;
  private readonly inner: Optimizer;
  private readonly unused: readonly Variable[];

  /**
   * @param given The optimizer that takes the steps and other options, or all options in one object.
   * @throws RangeError if an option is unknown or not accepted, or the inner optimizer has a loss scale of its own.
   */
  constructor(
    ...given:
      | [options: LossScaleOptimizerOptions]
      | [innerOptimizer: Optimizer, options?: Partial<LossScaleOptimizerOptions>]
  ) {
    super(["innerOptimizer"], given);
    const { name, innerOptimizer, initialScale } = this.options;
    checkUnscaled("LossScaleOptimizer", innerOptimizer);
    this.inner = innerOptimizer;
    this.unused = wrapperState(name);
    this.stepCounter = variable(tensor(0, [], "int32"), { name: `${name}/step_counter`, trainable: false });
    this.dynamicScale = variable(initialScale, { name: `${name}/dynamic_scale`, trainable: false });
  }

  override get iterations(): Variable {
    return this.inner.iterations;
  }

  override get learningRate(): number {
    return this.inner.learningRate;
  }

  override set learningRate(rate: number) {
    this.inner.learningRate = rate;
  }

  override get variables(): readonly Variable[] {
    return [...this.unused, this.stepCounter, this.dynamicScale, ...this.inner.variables];
  }

  override build(variables: readonly Variable[]): void {
    this.inner.build(variables);
  }

  override computeStep(
    gradients: readonly TensorLike[],
    variables: readonly Variable[],
  ): readonly Assignment[] {
    const given = checkedGradients(`${this.name}.applyGradients`, gradients, variables);
    if (variables.length === 0) return [];
    const scale = this.dynamicScale.value;
    const count = this.stepCounter.value;
    const isFiniteStep = given.map((gradient) => all(isFinite(gradient))).reduce(logicalAnd);
    const unscaled = given.map((gradient) => div(gradient, cast(scale, gradient.dtype)));
    const inner = this.inner.computeStep(unscaled, variables);
    const grows = equal(count, this.options.dynamicGrowthSteps - 1);
    const chosen = (finite: Tensor, otherwise: TensorLike): Tensor => where(isFiniteStep, finite, otherwise);
    return [
      ...inner.map(({ variable, before, after }) => ({ variable, before, after: chosen(after, before) })),
      { variable: this.stepCounter, before: count, after: chosen(where(grows, 0, add(count, 1)), 0) },
      {
        variable: this.dynamicScale,
        before: scale,
        after: chosen(where(grows, mul(scale, 2), scale), div(scale, 2)),
      },
    ];
  }

  override scaleLoss(loss: Tensor): Tensor {
    return mul(loss, cast(this.dynamicScale, loss.dtype));
  }

  override excludeFromWeightDecay(exclusion: WeightDecayExclusion): void {
    this.inner.excludeFromWeightDecay(exclusion);
  }

  override get movingAverages(): ReadonlyMap<Variable, Variable> {
    return this.inner.movingAverages;
  }
}
