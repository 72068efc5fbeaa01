import type { Logs } from "./callback.ts";
import { ModelCallback } from "./model-callback.ts";

/**
 * Ends training when the loss is NaN or infinite. It reads the loss of every batch, which takes time in each step.
 *
 * @example
 * ```ts
 * import { callbacks, Dense, Sequential, setOutput } from "@strata/layers";
 *
 * setOutput({ isTerminal: false, columns: 80, write: () => {} });
 * const model = new Sequential([new Dense(1)]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const stopping = new callbacks.TerminateOnNaN();
 * const { epoch } = await model.fit([[1]], [[Number.NaN]], { epochs: 5, verbose: 0, callbacks: [stopping] });
 * console.log(epoch); // [0]
 * setOutput(null);
 * ```
 */
export class TerminateOnNaN extends ModelCallback {
  static override readonly className: string = "TerminateOnNaN";

  /** @internal */
  onTrainBatchEnd(batch: number, { loss }: Logs): void {
    if (loss === undefined || Number.isFinite(loss)) return;
    this.print(`Batch ${batch}: the loss is ${loss}; training ends`);
    this.model.stopTraining = true;
  }
}
