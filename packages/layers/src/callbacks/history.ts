import type { Callback, Logs } from "./callback.ts";

/**
 * The numbers of each epoch of a `fit`, which returns it.
 *
 * @example
 * ```ts
 * import { Dense, Sequential } from "@strata/layers";
 *
 * const model = new Sequential([new Dense(1)]);
 * model.compile({ loss: "mse" });
 * const { epoch, history } = await model.fit([[1], [2]], [[2], [4]], { epochs: 3, verbose: 0 });
 * console.log(epoch, history.loss?.length); // [0, 1, 2] 3
 * ```
 */
export class History implements Callback {
  /** The indices of the epochs. */
  readonly epoch: number[] = [];
  /** A number for each epoch, by name: `loss`, the metrics, and with `val_` before the name those of validation. */
  readonly history: Record<string, number[]> = {};

  /** @internal */
  onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      this.history[name] ??= [];
      this.history[name].push(value);
    }
  }
}
