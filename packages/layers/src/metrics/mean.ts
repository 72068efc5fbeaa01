import { cast, divNoNan, mean, sum, type Tensor, type TensorLike, type Variable } from "@strata/core";
import { maskOf } from "../layer/masks.ts";
import { named } from "../schema/configurable.ts";
import { toTensor } from "../utilities/tensors.ts";
import { Metric, type MetricOptions, PredictionMetric } from "./metric.ts";
import { maskedWeight, perSample } from "./samples.ts";

/**
 * The mean of values, weighted if there are weights. Values of more dimensions than their weights are averaged over
 * those.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const mean = new metrics.Mean();
 * mean.updateState([1, 2]);
 * mean.updateState([6]);
 * console.log(mean.result().item()); // 3
 * ```
 */
export class Mean extends Metric {
  static override readonly className: string = "Mean";
  /** The sum so far. */
  protected readonly total: Variable = this.addVariable("total");
  private readonly count: Variable = this.addVariable("count");

  constructor(...given: [options?: MetricOptions] | [name: string, options?: Omit<MetricOptions, "name">]) {
    super(named(new.target, given, "name"));
  }

  /**
   * Takes values into account.
   *
   * @param values Numbers of any shape.
   * @param sampleWeight Their weights, of the same shape or of its first dimensions. Default: 1 for all.
   */
  updateState(values: TensorLike, sampleWeight?: TensorLike | null): void {
    const samples = perSample(toTensor(values), sampleWeight, mean, this.dtype);
    const { weights } = samples;
    this.total.assignAdd(sum(samples.values));
    this.count.assignAdd(weights === null ? (samples.values.shape[0] ?? 1) : sum(weights));
  }

  /** The mean so far; 0 if there was nothing. */
  override result(): Tensor {
    return divNoNan(this.total, this.count);
  }
}

/**
 * The sum of values, times their weights if there are weights.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const sum = new metrics.Sum();
 * sum.updateState([1, 2]);
 * sum.updateState([6], [0.5]);
 * console.log(sum.result().item()); // 6
 * ```
 */
export class Sum extends Metric {
  static override readonly className: string = "Sum";
  private readonly total: Variable = this.addVariable("total");

  constructor(...given: [options?: MetricOptions] | [name: string, options?: Omit<MetricOptions, "name">]) {
    super(named(new.target, given, "name"));
  }

  /**
   * Takes values into account.
   *
   * @param values Numbers of any shape.
   * @param sampleWeight Their weights, of the same shape or of its first dimensions. Default: 1 for all.
   */
  updateState(values: TensorLike, sampleWeight?: TensorLike | null): void {
    this.total.assignAdd(sum(perSample(toTensor(values), sampleWeight, sum, this.dtype).values));
  }

  /** The sum so far. */
  override result(): Tensor {
    return this.total.value;
  }
}

/** The mean over all samples of what a subclass computes of targets and predictions. */
export abstract class MeanOfPredictions extends PredictionMetric {
  private readonly mean: Mean;

  constructor(options: object = {}) {
    super(options);
    this.mean = new Mean({ name: this.name, dtype: this.dtype });
  }

  /** A number for each sample, or for each place within one. */
  protected abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  override get variables(): readonly Variable[] {
    return this.mean.variables;
  }

  /**
   * Takes a batch into account.
   *
   * @param yTrue Targets, [batch, ...].
   * @param yPred Predictions, [batch, ...]. What a mask that they carry leaves out does not count.
   * @param sampleWeight Factors of the samples. Default: 1 for all.
   */
  override updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): void {
    const prediction = toTensor(yPred);
    const weight = sampleWeight == null ? null : cast(toTensor(sampleWeight), this.dtype);
    const values = this.call(toTensor(yTrue), prediction);
    this.mean.updateState(values, maskedWeight(weight, maskOf(prediction)));
  }

  /** The mean so far; 0 if there was nothing. */
  override result(): Tensor {
    return this.mean.result();
  }
}
