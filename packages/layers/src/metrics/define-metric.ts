import type { Tensor } from "@strata/core";
import { type FirstOrOptions, named } from "../schema/configurable.ts";
import type { Given, OptionTable, OptionValues, Values } from "../schema/option.ts";
import { MeanOfPredictions } from "./mean.ts";
import { type MetricDirection, metricOptions } from "./metric.ts";

/** How a metric is made of a function. */
export interface MetricDefinition<Own extends OptionTable, First extends string, Alias extends string> {
  /** The options of the function. Default: none. */
  readonly options?: Own;
  /** The option that may be given by position. Default: `name`. */
  readonly first?: First;
  /** The name of objects that are given none. Default: the class's in snake_case. */
  readonly name?: string;
  /** Further names that stand for the metric. */
  readonly aliases?: readonly Alias[];
  /** Whether higher numbers are better, or lower ones. Default: it is not known. */
  readonly direction?: MetricDirection;
}

type OptionedMetric = (yTrue: Tensor, yPred: Tensor, options: OptionValues<OptionTable>) => Tensor;

/** A metric that is the mean of a function of targets, predictions and options. */
export abstract class FunctionMetric extends MeanOfPredictions {
  /** @internal */
  static readonly definition: Required<MetricDefinition<OptionTable, string, string>> & {
    readonly f: OptionedMetric;
  };
  readonly #definition: typeof FunctionMetric.definition;

  constructor(...given: readonly unknown[]) {
    super(named(new.target, given, new.target.definition.first));
    this.#definition = new.target.definition;
  }

  protected override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { f, options } = this.#definition;
    return f(yTrue, yPred, this.valuesOf(options));
  }
}

/** A class of metrics that {@link defineMetric} makes. */
export interface MetricClass<Own extends OptionTable, First extends string, Alias extends string>
  extends Pick<typeof FunctionMetric, keyof typeof FunctionMetric> {
  /**
   * The function of targets, predictions and options, and what names it has.
   *
   * @internal
   */
  readonly definition: typeof FunctionMetric.definition & { readonly aliases: readonly Alias[] };
  new (...given: FirstOrOptions<Given<Own & typeof metricOptions>, First>): FunctionMetric & Values<Own>;
}

/**
 * The class of a metric that is the mean of a function: the function, its options and its names are stated once.
 *
 * @param f A number for each sample, of targets, predictions and the values of the options.
 * @param definition Options and names.
 *
 * @example
 * ```ts
 * import { metrics, options } from "@strata/layers";
 *
 * // How often predictions are within a distance of their targets.
 * class Within extends metrics.defineMetric(
 *   (yTrue, yPred, { distance }) => yTrue.sub(yPred).abs().lessEqual(distance).cast("float32"),
 *   { options: { distance: options.positiveNumber(1) }, first: "distance" },
 * ) {}
 *
 * const metric = new Within(0.5);
 * metric.updateState([1, 2], [1.2, 3]);
 * console.log(metric.name, metric.result().item()); // "within" 0.5
 * ```
 */
export function defineMetric<
  const Own extends OptionTable = Record<never, never>,
  const First extends string = "name",
  const Alias extends string = never,
>(
  f: (yTrue: Tensor, yPred: Tensor, options: OptionValues<Own>) => Tensor,
  definition?: MetricDefinition<Own, First, Alias>,
): MetricClass<Own, First, Alias>;
export function defineMetric(
  f: OptionedMetric,
  definition: Partial<typeof FunctionMetric.definition> = {},
): object {
  const { options = {}, first = "name", name = "", aliases = [], direction = null } = definition;
  abstract class Defined extends FunctionMetric {
    static override readonly options: OptionTable = { ...options, ...metricOptions };
    static override readonly defaultName: string = name;
    static override readonly direction: MetricDirection = direction;
    static override readonly definition = { f, options, first, name, aliases, direction };
  }
  return Defined;
}
