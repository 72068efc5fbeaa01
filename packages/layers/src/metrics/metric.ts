import { type Tensor, type TensorLike, type Variable, variable, zeros } from "@strata/core";
import { classNameOf, toSnakeCase } from "../utilities/names.ts";

/** What every metric takes. */
export interface MetricOptions {
  /** The name, under which histories and logs list it. Default: the class's in snake_case. */
  readonly name?: string;
}

/**
 * A number that is gathered batch by batch. Its state is in Variables, so that it can be a part of a compiled step.
 * Subclasses implement `result` and a method that updates the state.
 */
export abstract class Metric {
  /** The name, under which histories and logs list it. */
  readonly name: string;
  readonly #variables: Variable[] = [];

  /** @param options The name. */
  constructor(options: MetricOptions = {}) {
    this.name = options.name ?? toSnakeCase(classNameOf(this));
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

  /** The options that make an equal metric. */
  getConfig(): MetricOptions {
    return { name: this.name };
  }

  /**
   * Makes a Variable of the state, which begins with zeros.
   *
   * @param name The Variable's name within the metric.
   * @param shape Its shape. Default: a scalar.
   */
  protected addVariable(name: string, shape: readonly number[] = []): Variable {
    const made = variable(zeros(shape), { name: `${this.name}/${name}`, trainable: false });
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
  abstract updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike): void;
}
