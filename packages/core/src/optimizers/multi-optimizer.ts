import { add, div, mul } from "../ops/arithmetic.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import type { Variable } from "../variable.ts";
import { checkedGradients } from "./check-gradients.ts";
import { type Assignment, Optimizer, type WeightDecayExclusion } from "./optimizer.ts";
import { OptimizerMap } from "./optimizer-map.ts";
import {
  type GivenValues,
  type OptimizerOption,
  type OptionValues,
  option,
  orNull,
  positive,
  text,
} from "./option.ts";
import { checkUnscaled, wrapperState } from "./wrapped-optimizer.ts";

const anOptimizerMap: OptimizerOption<OptimizerMap> = {
  rule: "an OptimizerMap",
  accepts: (value) => value instanceof OptimizerMap,
};

const options = {
  /** Begins the names of the optimizer's Variables. Default: `"multi_optimizer"`. */
  name: option(text, "multi_optimizer"),
  /** Which Variables each optimizer changes. */
  optimizerMap: anOptimizerMap,
  /** The loss is multiplied by it, and the gradients divided, so that small ones are not lost. Default: null, for 1. */
  lossScaleFactor: option(orNull(positive), null),
};

/** The options of {@link MultiOptimizer}. */
export interface MultiOptimizerOptions extends GivenValues<typeof options> {}

/**
 * Changes different Variables by different optimizers. Its learning rate is that of the first of them.
 *
 * @example
 * ```ts
 * import { MultiOptimizer, OptimizerMap, SGD, variable } from "@strata/core";
 *
 * const kernel = variable(1, { name: "dense/kernel" });
 * const bias = variable(1, { name: "dense/bias" });
 * const optimizer = new MultiOptimizer(new OptimizerMap(new SGD(0.1), { ".*bias": new SGD(0.5) }));
 * optimizer.applyGradients([1, 1], [kernel, bias]);
 * console.log(kernel.item().toFixed(1), bias.item()); // 0.9 0.5
 * ```
 */
export class MultiOptimizer extends Optimizer<OptionValues<typeof options>> {
  static override readonly options = options;

  readonly iterations: Variable;
  private readonly unused: Variable;
  private readonly map: OptimizerMap;

  /**
   * @param given The map and other options, or all options in one object.
   * @throws RangeError if an option is unknown or not accepted, or an inner optimizer has a loss scale of its own.
   */
  constructor(
    ...given:
      | [options: MultiOptimizerOptions]
      | [optimizerMap: OptimizerMap, options?: Partial<MultiOptimizerOptions>]
  ) {
    super(["optimizerMap"], given);
    const { name, optimizerMap } = this.options;
    for (const each of optimizerMap.optimizers) checkUnscaled("MultiOptimizer", each);
    this.map = optimizerMap;
    [this.iterations, this.unused] = wrapperState(name);
  }

  override get learningRate(): number {
    return this.map.optimizers[0].learningRate;
  }

  override set learningRate(rate: number) {
    this.map.optimizers[0].learningRate = rate;
  }

  override get variables(): readonly Variable[] {
    return [this.iterations, this.unused, ...this.map.optimizers.flatMap((each) => each.variables)];
  }

  override build(variables: readonly Variable[]): void {
    const shares = this.shareOut(variables);
    for (const each of this.map.optimizers) each.build((shares.get(each) ?? []).map((at) => variables[at]));
  }

  override computeStep(
    gradients: readonly TensorLike[],
    variables: readonly Variable[],
  ): readonly Assignment[] {
    const given = checkedGradients(`${this.name}.applyGradients`, gradients, variables);
    if (variables.length === 0) return [];
    const { lossScaleFactor } = this.options;
    const unscaled =
      lossScaleFactor === null ? given : given.map((gradient) => div(gradient, lossScaleFactor));
    const inner = [...this.shareOut(variables)].flatMap(([optimizer, indices]) =>
      optimizer.computeStep(
        indices.map((index) => unscaled[index]),
        indices.map((index) => variables[index]),
      ),
    );
    const count = this.iterations.value;
    return [...inner, { variable: this.iterations, before: count, after: add(count, 1) }];
  }

  override scaleLoss(loss: Tensor): Tensor {
    const { lossScaleFactor } = this.options;
    return lossScaleFactor === null ? loss : mul(loss, lossScaleFactor);
  }

  override excludeFromWeightDecay(exclusion: WeightDecayExclusion): void {
    for (const each of this.map.optimizers) each.excludeFromWeightDecay(exclusion);
  }

  override get movingAverages(): ReadonlyMap<Variable, Variable> {
    return new Map(this.map.optimizers.flatMap((each) => [...each.movingAverages]));
  }

  /** The positions of the Variables that each optimizer changes. */
  private shareOut(variables: readonly Variable[]): ReadonlyMap<Optimizer, readonly number[]> {
    const shares = new Map<Optimizer, number[]>();
    variables.forEach((each, index) => {
      const optimizer = this.map.optimizerOf(each);
      shares.set(optimizer, [...(shares.get(optimizer) ?? []), index]);
    });
    return shares;
  }
}
