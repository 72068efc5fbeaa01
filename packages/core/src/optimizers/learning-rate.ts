import type { Tensor } from "../tensor.ts";
import { Variable, variable } from "../variable.ts";
import { checkOption, notNegative, type OptimizerOption } from "./option.ts";
import { LearningRateSchedule } from "./schedules.ts";

/**
 * The learning rate of an optimizer: a number, a schedule, or a function of the number of steps done (an
 * int32 scalar), written with ops.
 */
export type LearningRate = number | LearningRateSchedule | ((step: Tensor) => Tensor);

/** The kind of option that a learning rate is. */
export const learningRate: OptimizerOption<LearningRate> = {
  rule: `${notNegative.rule}, a LearningRateSchedule, or a function of the number of steps done`,
  accepts: (value): value is LearningRate =>
    notNegative.accepts(value) || value instanceof LearningRateSchedule || typeof value === "function",
};

/** The learning rate of an optimizer while it trains. */
export class CurrentLearningRate {
  private readonly optimizer: string;
  /** A Variable for a rate that is a number, so that a compiled step sees it change. */
  private readonly source: Variable | ((step: Tensor) => Tensor);
  /** The number that was set last, which the Variable holds rounded to float32. */
  private exact = Number.NaN;

  constructor(optimizer: string, rate: LearningRate) {
    this.optimizer = optimizer;
    if (typeof rate === "number") {
      this.exact = rate;
      this.source = variable(rate, { name: `${optimizer}/learning_rate`, trainable: false });
    } else this.source = typeof rate === "function" ? rate : (step) => rate.at(step);
  }

  /** Whether it is a number, which can be set. */
  get isNumber(): boolean {
    return this.source instanceof Variable;
  }

  /** The Variables that are saved with the optimizer. */
  get variables(): Variable[] {
    return this.source instanceof Variable ? [this.source] : [];
  }

  /** The rate after `step` steps, as a scalar. */
  at(step: Tensor): Tensor {
    return this.source instanceof Variable ? this.source.value : this.source(step);
  }

  /** The rate after `step` steps, computed. */
  read(step: Tensor): number {
    const held = this.at(step).item();
    return Math.fround(this.exact) === held ? this.exact : held;
  }

  set(rate: number): void {
    checkOption(this.optimizer, "learningRate", notNegative, rate);
    if (!(this.source instanceof Variable)) {
      throw new RangeError(
        `${this.optimizer}: learningRate cannot be set to ${rate}, since it follows a schedule, which compiled steps ` +
          "have built in; make a new optimizer",
      );
    }
    this.exact = rate;
    this.source.assign(rate);
  }
}
