import { broadcastTo, divNoNan, mul, sum, type Tensor, type TensorLike, type Variable } from "@strata/core";
import { checkOptionNames } from "../utilities/options.ts";
import { alignSampleWeight } from "../utilities/ranks.ts";
import { toTensor } from "../utilities/tensors.ts";
import { Metric, type MetricOptions, PredictionMetric } from "./metric.ts";

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
  /** The name of the class, which minifiers leave alone. */
  static readonly className: string = "Mean";
  private readonly total: Variable;
  private readonly count: Variable;

  /** @param options The name. */
  constructor(options: MetricOptions = {}) {
    checkOptionNames("Mean", options, ["name"]);
    super(options);
    this.total = this.addVariable("total");
    this.count = this.addVariable("count");
  }

  /**
   * Takes values into account.
   *
   * @param values Numbers of any shape.
   * @param sampleWeight Their weights, of the same shape or of its first dimensions. Default: 1 for all.
   */
  updateState(values: TensorLike, sampleWeight?: TensorLike): void {
    const numbers = toTensor(values).cast("float32");
    const { total, count } =
      sampleWeight === undefined ? unweighted(numbers) : weighted(numbers, toTensor(sampleWeight));
    this.total.assignAdd(total);
    this.count.assignAdd(count);
  }

  /** The mean so far; 0 if there was nothing. */
  override result(): Tensor {
    return divNoNan(this.total, this.count);
  }
}

/** A function of targets and predictions that gives a number for each sample. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

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
export class MeanMetricWrapper extends PredictionMetric {
  /** The name of the class, which minifiers leave alone. */
  static readonly className: string = "MeanMetricWrapper";
  private readonly f: MetricFunction;
  private readonly mean: Mean;

  /**
   * @param f The function.
   * @param options The name. Default: the function's.
   */
  constructor(f: MetricFunction, options: MetricOptions = {}) {
    super({ ...(f.name === "" ? {} : { name: f.name }), ...options });
    this.f = f;
    this.mean = new Mean({ name: this.name });
  }

  override get variables(): readonly Variable[] {
    return this.mean.variables;
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike): void {
    this.mean.updateState(this.f(toTensor(yTrue), toTensor(yPred)), sampleWeight);
  }

  /** The mean so far; 0 if there was nothing. */
  override result(): Tensor {
    return this.mean.result();
  }
}

interface Part {
  readonly total: Tensor;
  readonly count: TensorLike;
}

function unweighted(values: Tensor): Part {
  if (values.rank === 0) return { total: values, count: 1 };
  return { total: sum(meanFrom(values, 1)), count: values.shape[0] };
}

function weighted(values: Tensor, given: Tensor): Part {
  const weight = given.cast("float32");
  const kept = weight.rank;
  const reduced = values.rank > kept && !isColumn(values, weight) ? meanFrom(values, kept) : values;
  const factor = broadcastTo(alignSampleWeight(weight, reduced.shape), reduced.shape);
  return { total: sum(meanFrom(mul(reduced, factor), 1)), count: sum(meanFrom(factor, 1)) };
}

/** Whether the values only have an axis of size 1 more than the weights. */
function isColumn(values: Tensor, weight: Tensor): boolean {
  return values.rank === weight.rank + 1 && values.shape[values.rank - 1] === 1;
}

/** The mean over the axes from `first` on. */
function meanFrom(values: Tensor, first: number): Tensor {
  if (values.rank <= first) return values;
  return values.mean(Array.from({ length: values.rank - first }, (_, index) => first + index));
}
