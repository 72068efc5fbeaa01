import { cast, evaluate, type Tensor, type Variable } from "@strata/core";
import { named } from "../schema/configurable.ts";
import type { Given, Values } from "../schema/option.ts";
import { boolean } from "../schema/vocabulary.ts";
import type { RunParameters } from "./callback.ts";
import { ModelCallback } from "./model-callback.ts";

const options = {
  /** Whether averages are in place also from the end of an epoch to the next, as for callbacks that save the model. */
  swapOnEpoch: boolean(false),
};

/** Options of {@link SwapEMAWeights}. */
export interface SwapEMAWeightsOptions extends Given<typeof options> {}

export interface SwapEMAWeights extends Values<typeof options> {}

/**
 * Puts the optimizer's moving averages in place of the weights while the model is evaluated or predicts, and the
 * weights back afterwards. The optimizer must keep averages: `useEma: true`.
 *
 * @example
 * ```ts
 * import { SGD } from "@strata/core";
 * import { callbacks, Dense, Sequential } from "@strata/layers";
 *
 * const model = new Sequential([new Dense(1)]);
 * model.compile({ optimizer: new SGD({ useEma: true }), loss: "mse" });
 * const { history } = await model.fit([[1], [2]], [[2], [4]], {
 *   verbose: 0,
 *   validationData: [[[3]], [[6]]],
 *   callbacks: [new callbacks.SwapEMAWeights()],
 * });
 * console.log(Object.keys(history)); // ["loss", "val_loss"]
 * ```
 */
export class SwapEMAWeights extends ModelCallback {
  static override readonly className: string = "SwapEMAWeights";
  static override readonly options = options;

  private epochs = 1;
  private areAveragesInPlace = false;

  constructor(...given: [swapOnEpoch?: boolean] | [options: SwapEMAWeightsOptions]) {
    super(named(new.target, given, "swapOnEpoch"));
  }

  /** @internal */
  setParams({ epochs }: RunParameters): void {
    this.epochs = epochs;
  }

  /** @internal */
  onEpochBegin(): void {
    if (this.swapOnEpoch) this.putWeights();
  }

  /** @internal */
  onEpochEnd(epoch: number): void {
    if (!this.swapOnEpoch) return;
    this.putAverages();
    if (epoch < this.epochs - 1) return;
    // The end of `fit` puts the averages in place of the weights: after the exchange those are the weights themselves.
    for (const [weight, average] of this.averages()) average.assign(cast(weight, average.dtype));
  }

  /** @internal */
  onTestBegin(): void {
    this.putAverages();
  }

  /** @internal */
  onTestEnd(): void {
    this.putWeights();
  }

  /** @internal */
  onPredictBegin(): void {
    this.putAverages();
  }

  /** @internal */
  onPredictEnd(): void {
    this.putWeights();
  }

  private putAverages(): void {
    if (!this.areAveragesInPlace) this.exchange();
    this.areAveragesInPlace = true;
  }

  private putWeights(): void {
    if (this.areAveragesInPlace) this.exchange();
    this.areAveragesInPlace = false;
  }

  private exchange(): void {
    const averages = this.averages();
    const values = [...averages].map(([weight, average]): [Tensor, Tensor] => [weight.value, average.value]);
    evaluate(...values.flat());
    [...averages].forEach(([weight, average], index) => {
      const [trained, averaged] = values[index];
      weight.assign(cast(averaged, weight.dtype));
      average.assign(cast(trained, average.dtype));
    });
  }

  private averages(): ReadonlyMap<Variable, Variable> {
    const { optimizer } = this.model;
    const { movingAverages } = optimizer;
    if (movingAverages.size > 0) return movingAverages;
    throw new RangeError(
      `SwapEMAWeights: the optimizer ${optimizer.name} keeps no averages of the weights; it must be made with useEma: true, ` +
        "and have taken a step",
    );
  }
}
