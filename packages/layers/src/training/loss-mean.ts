import { isNaN as isNotANumber, logicalNot, type TensorLike, type Variable } from "@strata/core";
import { Mean } from "../metrics/mean.ts";

/**
 * The mean of the loss, which counts the steps before the first that made it NaN: the step need not be read to know later
 * which one it was.
 */
export class LossMean extends Mean {
  private readonly stepsBeforeNaN: Variable = this.addVariable("steps_before_nan");

  constructor() {
    super({ name: "loss" });
  }

  override updateState(values: TensorLike, sampleWeight?: TensorLike | null): void {
    super.updateState(values, sampleWeight);
    this.stepsBeforeNaN.assignAdd(logicalNot(isNotANumber(this.total)).cast(this.dtype));
  }

  /** The number of steps before the first that made the mean NaN; of all steps if none did. */
  async readStepsBeforeNaN(): Promise<number> {
    const [steps] = await this.stepsBeforeNaN.value.data();
    return Number(steps);
  }
}
