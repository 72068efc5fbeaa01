import {
  type DType,
  type Shape,
  type Tensor,
  type TensorLike,
  type Variable,
  variable,
  zeros,
} from "@strata/core";
import { outsideTraces } from "@strata/core/internal";
import { Configurable } from "../schema/configurable.ts";
import type { Given, OptionTable } from "../schema/option.ts";
import { dtype, text } from "../schema/vocabulary.ts";
import { classNameOf, toSnakeCase } from "../utilities/names.ts";

/** Whether higher numbers are better (`"up"`), or lower ones (`"down"`); null if it is not known. */
export type MetricDirection = "up" | "down" | null;

/** The name that every metric takes. */
export const nameOption = {
  /** The name, under which histories and logs list it. Null: that of the class in snake_case. */
  name: text().orNull().kept(),
};

/** The options that every metric takes. */
export const metricOptions = {
  ...nameOption,
  /** The dtype that it is computed in. */
  dtype: dtype("float32"),
};

/** The options that every metric takes. */
export interface MetricOptions extends Given<typeof metricOptions> {}

/**
 * A number that is gathered batch by batch. Its state is in Variables, so that it can be a part of a compiled step.
 * Subclasses implement `result` and a method that updates the state.
 */
export abstract class Metric extends Configurable {
  static override readonly options: OptionTable = metricOptions;
  static override readonly kerasModule: string | null = "keras.metrics";
  /** The name of objects that are given none; empty for that of the class in snake_case. */
  static readonly defaultName: string = "";
  /** The direction in which the number improves; null where the class does not say. */
  static readonly direction: MetricDirection = null;

  /** The name, under which histories and logs list it. */
  readonly name: string;
  /** The dtype that it is computed in. */
  declare readonly dtype: DType;
  /** The direction in which the number improves; null where the class does not say. */
  readonly direction: MetricDirection;
  readonly #variables: Variable[] = [];

  /**
   * @param options Name, dtype, and the options of the class.
   * @throws RangeError for values that are not accepted.
   */
  constructor(options: object = {}) {
    super(options);
    const { name } = this.valuesOf(metricOptions);
    this.direction = new.target.direction;
    this.name = name ?? (new.target.defaultName || toSnakeCase(classNameOf(this)));
  }

  /** The number so far. */
  abstract result(): Tensor;

  /** The state. */
  get variables(): readonly Variable[] {
    return this.#variables;
  }

  /** Forgets what was gathered. */
  resetState(): void {
    for (const each of this.variables) each.assign(zeros(each.shape, each.dtype));
  }

  /**
   * Makes a Variable of the state, which begins with zeros.
   *
   * @param name The Variable's name within the metric.
   * @param shape Its shape. Default: a scalar.
   * @param dtype Its dtype. Default: the metric's.
   */
  protected addVariable(name: string, shape: Shape = [], dtype: DType = this.dtype): Variable {
    const made = outsideTraces(() =>
      variable(zeros(shape, dtype), { name: `${this.name}/${name}`, trainable: false }),
    );
    this.#variables.push(made);
    return made;
  }
}

/**
 * A metric that compares predictions with targets, as `compile` takes it.
 *
 * @example
 * ```ts
 * import { type TensorLike, type Variable, abs, sub } from "@strata/core";
 * import { metrics } from "@strata/layers";
 *
 * class LargestError extends metrics.PredictionMetric {
 *   readonly largest: Variable = this.addVariable("largest");
 *
 *   override updateState(yTrue: TensorLike, yPred: TensorLike): void {
 *     this.largest.assign(abs(sub(yTrue, yPred)).max().maximum(this.largest));
 *   }
 *
 *   override result() {
 *     return this.largest.value;
 *   }
 * }
 *
 * const metric = new LargestError();
 * metric.updateState([1, 2], [1, 4]);
 * console.log(metric.result().item()); // 2
 * ```
 */
export abstract class PredictionMetric extends Metric {
  /**
   * Takes a batch into account.
   *
   * @param yTrue Targets, [batch, ...].
   * @param yPred Predictions, [batch, ...].
   * @param sampleWeight Factors of the samples. Default: 1 for all.
   */
  abstract updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): void;
}
