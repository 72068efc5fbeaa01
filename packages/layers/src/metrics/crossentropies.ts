import {
  binaryCrossentropy,
  type CrossentropyOptions,
  categoricalCrossentropy,
  meanSquaredError,
  type SparseCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from "../losses/functions.ts";
import { checkOptionNames } from "../utilities/options.ts";
import { MeanMetricWrapper } from "./mean.ts";
import type { MetricOptions } from "./metric.ts";

/**
 * The mean of the squared differences, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.MeanSquaredError();
 * metric.updateState([[0, 2]], [[1, 4]]);
 * console.log(metric.result().item()); // 2.5
 * ```
 */
export class MeanSquaredError extends MeanMetricWrapper {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className: string = "MeanSquaredError";

  /** @param options The name. Default: `"mean_squared_error"`. */
  constructor(options: MetricOptions = {}) {
    checkOptionNames("MeanSquaredError", options, ["name"]);
    super(meanSquaredError, { name: "mean_squared_error", ...options });
  }
}

/** Options of {@link BinaryCrossentropy} and {@link CategoricalCrossentropy}. */
export interface CrossentropyMetricOptions extends MetricOptions, CrossentropyOptions {}

/**
 * The cross-entropy of yes-or-no decisions, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.BinaryCrossentropy();
 * metric.updateState([[1]], [[0.5]]);
 * console.log(metric.result().item().toFixed(4)); // 0.6931
 * ```
 */
export class BinaryCrossentropy extends MeanMetricWrapper {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className: string = "BinaryCrossentropy";
  private readonly options: CrossentropyOptions;

  /** @param options Name (default: `"binary_crossentropy"`), `fromLogits`, `labelSmoothing`. */
  constructor(options: CrossentropyMetricOptions = {}) {
    checkOptionNames("BinaryCrossentropy", options, ["name", "fromLogits", "labelSmoothing"]);
    const { name = "binary_crossentropy", ...rest } = options;
    super((yTrue, yPred) => binaryCrossentropy(yTrue, yPred, rest), { name });
    this.options = rest;
  }

  override getConfig(): CrossentropyMetricOptions {
    return { ...super.getConfig(), ...this.options };
  }
}

/**
 * The cross-entropy for one-hot targets, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.CategoricalCrossentropy();
 * metric.updateState([[0, 1]], [[0.5, 0.5]]);
 * console.log(metric.result().item().toFixed(4)); // 0.6931
 * ```
 */
export class CategoricalCrossentropy extends MeanMetricWrapper {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className: string = "CategoricalCrossentropy";
  private readonly options: CrossentropyOptions;

  /** @param options Name (default: `"categorical_crossentropy"`), `fromLogits`, `labelSmoothing`. */
  constructor(options: CrossentropyMetricOptions = {}) {
    checkOptionNames("CategoricalCrossentropy", options, ["name", "fromLogits", "labelSmoothing"]);
    const { name = "categorical_crossentropy", ...rest } = options;
    super((yTrue, yPred) => categoricalCrossentropy(yTrue, yPred, rest), { name });
    this.options = rest;
  }

  override getConfig(): CrossentropyMetricOptions {
    return { ...super.getConfig(), ...this.options };
  }
}

/** Options of {@link SparseCategoricalCrossentropy}. */
export interface SparseCrossentropyMetricOptions extends MetricOptions, SparseCrossentropyOptions {}

/**
 * The cross-entropy for integer labels, as a metric.
 *
 * @example
 * ```ts
 * import { metrics } from "@strata/layers";
 *
 * const metric = new metrics.SparseCategoricalCrossentropy();
 * metric.updateState([1], [[0.5, 0.5]]);
 * console.log(metric.result().item().toFixed(4)); // 0.6931
 * ```
 */
export class SparseCategoricalCrossentropy extends MeanMetricWrapper {
  /** The name of the class, which minifiers leave alone. */
  static override readonly className: string = "SparseCategoricalCrossentropy";
  private readonly options: SparseCrossentropyOptions;

  /** @param options Name (default: `"sparse_categorical_crossentropy"`), `fromLogits`, `ignoreClass`. */
  constructor(options: SparseCrossentropyMetricOptions = {}) {
    checkOptionNames("SparseCategoricalCrossentropy", options, ["name", "fromLogits", "ignoreClass"]);
    const { name = "sparse_categorical_crossentropy", ...rest } = options;
    super((yTrue, yPred) => sparseCategoricalCrossentropy(yTrue, yPred, rest), { name });
    this.options = rest;
  }

  override getConfig(): SparseCrossentropyMetricOptions {
    return { ...super.getConfig(), ...this.options };
  }
}
