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
import { MeanOfPredictions } from "./mean.ts";
import { metricOptions } from "./metric.ts";

/** A function of targets and predictions that gives a number for each sample. */
export type MetricFunction = SampleFunction;

const options = { ...wrappedFunctionOptions, ...metricOptions };

/** Options of {@link MeanMetricWrapper}. */
export interface MeanMetricWrapperOptions extends Given<typeof options> {}

export interface MeanMetricWrapper extends Values<typeof wrappedFunctionOptions> {}

/**
 * The mean of a function of targets and predictions.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.MeanMetricWrapper((yTrue, yPred) => yTrue.sub(yPred).abs().mean(-1));
 * metric.updateState([[1, 2]], [[2, 4]]);
 * console.log(metric.result().item()); // 1.5
 * ```
 */
export class MeanMetricWrapper extends MeanOfPredictions {
  static override readonly className: string = "MeanMetricWrapper";
  static override readonly options = options;

  constructor(
    ...given:
      | [fn: MetricFunction, options?: Rest<MeanMetricWrapperOptions, "fn">]
      | [options: MeanMetricWrapperOptions]
  ) {
    super(withFunctionName(named(new.target, given, "fn")));
  }

  protected override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return callWrapped(this.fn, yTrue, yPred, this.functionOptions);
  }

  override writeConfig(serialize: Serialize): Json {
    return withFunctionOptions(super.writeConfig(serialize), this.functionOptions, serialize);
  }

  static override optionsOfConfig(config: Json, restore: Restore): Configuration {
    return splitFunctionOptions(this.options, Configurable.optionsOfConfig.call(this, config, restore));
  }
}
