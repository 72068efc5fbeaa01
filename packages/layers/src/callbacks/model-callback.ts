import { Configurable } from "../schema/configurable.ts";
import { classNameOf } from "../utilities/names.ts";
import { output } from "../utilities/output.ts";
import type { Callback, TrainedModel } from "./callback.ts";

/**
 * A callback that is made from a table of options, and keeps the model that it is told.
 *
 * @example
 * ```ts
 * import { callbacks, Dense, Sequential } from "@strata/layers";
 *
 * class WeightCounter extends callbacks.ModelCallback {
 *   onTrainBegin(): void {
 *     console.log(this.model.countParams());
 *   }
 * }
 *
 * const model = new Sequential([new Dense(1)]);
 * model.build([null, 2]);
 * model.compile({ loss: "mse" });
 * await model.fit([[1, 2]], [[3]], { verbose: 0, callbacks: [new WeightCounter()] }); // 3
 * ```
 */
export abstract class ModelCallback extends Configurable implements Callback {
  #model: TrainedModel | null = null;

  /** The model of the run; an error before the first. */
  get model(): TrainedModel {
    if (this.#model !== null) return this.#model;
    throw new Error(`${classNameOf(this)}: there is no model yet; fit, evaluate and predict tell it`);
  }

  /** @internal */
  setModel(model: TrainedModel): void {
    this.#model = model;
  }

  /** Writes a line where progress is written, below the progress bar. */
  protected print(line: string): void {
    output().write(`\n${line}\n`);
  }
}
