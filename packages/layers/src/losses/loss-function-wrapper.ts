import type { Tensor } from "@strata/core";
import {
  callWrapped,
  type SampleFunction,
  splitFunctionOptions,
  withFunctionName,
  withFunctionOptions,
  wrappedFunctionOptions,
} from "../registry/wrapped-function.ts";
import { Configurable, type Configuration, named } from "../schema/configurable.ts";
import type { Given, Json, Rest, Restore, Serialize, Values } from "../schema/option.ts";
import { matchRanks } from "../utilities/ranks.ts";
import { Loss, lossOptions } from "./loss.ts";

/** A function of targets and predictions, [batch, ...], that gives the loss of each sample. */
export type LossFunction = SampleFunction;

const options = { ...wrappedFunctionOptions, ...lossOptions };

/** Options of {@link LossFunctionWrapper}. */
export interface LossFunctionWrapperOptions extends Given<typeof options> {}

export interface LossFunctionWrapper extends Values<typeof wrappedFunctionOptions> {}

/**
 * A loss made of a function.
 *
 * @example
 * ```ts
 * import { losses } from "@strata/layers";
 *
 * const loss = new losses.LossFunctionWrapper((yTrue, yPred) => yTrue.sub(yPred).abs().mean(-1));
 * console.log(loss.apply([[1, 2]], [[2, 4]]).item()); // 1.5
 * ```
 */
export class LossFunctionWrapper extends Loss {
  static override readonly className: string = "LossFunctionWrapper";
  static override readonly options = options;
  static override readonly kerasModule: string | null = "keras.src.losses.losses";

  constructor(
    ...given:
      | [fn: SampleFunction, options?: Rest<LossFunctionWrapperOptions, "fn">]
      | [options: LossFunctionWrapperOptions]
  ) {
    super(withFunctionName(named(new.target, given, "fn")));
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return callWrapped(this.fn, ...matchRanks(yTrue, yPred), this.functionOptions);
  }

  override writeConfig(serialize: Serialize): Json {
    return withFunctionOptions(super.writeConfig(serialize), this.functionOptions, serialize);
  }

  static override optionsOfConfig(config: Json, restore: Restore): Configuration {
    return splitFunctionOptions(this.options, Configurable.optionsOfConfig.call(this, config, restore));
  }
}
