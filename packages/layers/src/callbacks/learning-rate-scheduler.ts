import { describeValue } from "@strata/core/internal";
import type { Logs } from "./callback.ts";
import { ModelCallback } from "./model-callback.ts";

/** The learning rate of an epoch, from its index and the learning rate before. */
export type EpochSchedule = (epoch: number, learningRate: number) => number;

/**
 * Sets the learning rate at the beginning of each epoch. The logs get `learning_rate`.
 *
 * @example
 * ```ts
 * import { callbacks, Dense, Sequential } from "@strata/layers";
 *
 * const model = new Sequential([new Dense(1)]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const schedule = new callbacks.LearningRateScheduler((epoch, rate) => (epoch < 1 ? rate : rate / 2));
 * const { history } = await model.fit([[1], [2]], [[2], [4]], { epochs: 3, verbose: 0, callbacks: [schedule] });
 * console.log(history.learning_rate?.map((rate) => rate.toFixed(4))); // ["0.0100", "0.0050", "0.0025"]
 * ```
 */
export class LearningRateScheduler extends ModelCallback {
  static override readonly className: string = "LearningRateScheduler";

  private readonly schedule: EpochSchedule;
  private readonly verbose: number;

  /**
   * @param schedule Gives the learning rate of an epoch.
   * @param options `verbose`: whether a line says so at each epoch, 0 (the default) or 1.
   */
  constructor(schedule: EpochSchedule, { verbose = 0 }: { readonly verbose?: number } = {}) {
    super();
    if (typeof schedule !== "function") {
      throw new RangeError(
        `LearningRateScheduler: schedule is ${describeValue(schedule)}; it must be a function of the epoch and the ` +
          "learning rate",
      );
    }
    this.schedule = schedule;
    this.verbose = verbose;
  }

  /** @internal */
  onEpochBegin(epoch: number): void {
    const { optimizer } = this.model;
    const rate: unknown = this.schedule(epoch, optimizer.learningRate);
    if (typeof rate !== "number") {
      throw new RangeError(
        `LearningRateScheduler: schedule gives ${describeValue(rate)} for the epoch ${epoch}; it must give a number`,
      );
    }
    optimizer.learningRate = rate;
    if (this.verbose > 0) {
      this.print(`Epoch ${epoch + 1}: LearningRateScheduler sets the learning rate to ${rate}`);
    }
  }

  /** @internal */
  onEpochEnd(_epoch: number, logs: Logs): void {
    logs.learning_rate = this.model.optimizer.learningRate;
  }
}
