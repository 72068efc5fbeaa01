import { dropout, Generator, type Tensor } from "@strata/core";
import { Layer, type LayerOptions, layerOptionNames } from "../layer.ts";
import { checkOptionNames, describeValue } from "../utilities/options.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";

/** Options of {@link Dropout}. */
export interface DropoutOptions extends LayerOptions {
  /** An integer that gives the layer a stream of random numbers of its own. Default: that of `setSeed`. */
  readonly seed?: number;
}

/** All that makes a {@link Dropout} layer, as {@link Dropout.getConfig} gives it. */
export interface DropoutConfig extends DropoutOptions {
  /** The share of inputs that is dropped. */
  readonly rate: number;
}

/**
 * In training sets inputs to 0 at random, and scales the others by 1 / (1 − rate), so that the expected sum stays;
 * otherwise does nothing (Srivastava et al. 2014). Keeps the shape.
 *
 * @example
 * ```ts
 * import { Dropout } from "@strata/layers";
 *
 * const layer = new Dropout(0.5, { seed: 1 });
 * console.log(layer.apply([[1, 2, 3]]).arraySync()); // [[1, 2, 3]]
 * console.log(layer.apply([[1, 2, 3]], { training: true }).shape); // [1, 3]
 * ```
 */
export class Dropout extends Layer {
  /** The name of the class, which minifiers leave alone. */
  static readonly className: string = "Dropout";
  /** The share of inputs that is dropped. */
  readonly rate: number;
  /** What was given to seed the layer's own stream of random numbers. */
  readonly seed: number | undefined;
  private readonly generator: Generator | null;

  /**
   * @param rate The share of inputs that is dropped: at least 0 and below 1.
   * @param options The seed, and what every layer takes.
   * @throws RangeError for another rate.
   */
  constructor(rate: number, options?: DropoutOptions);
  /** @param config All of it in one object. */
  constructor(config: DropoutConfig);
  constructor(rate: number | DropoutConfig, options: DropoutOptions = {}) {
    const config = typeof rate === "object" && rate !== null ? rate : { ...options, rate };
    checkOptionNames("Dropout", config, ["rate", "seed", ...layerOptionNames]);
    if (typeof config.rate !== "number" || !(config.rate >= 0 && config.rate < 1)) {
      throw new RangeError(
        `Dropout: rate is ${describeValue(config.rate)}; it must be at least 0 and below 1`,
      );
    }
    super(config);
    this.rate = config.rate;
    this.seed = config.seed;
    this.generator = config.seed === undefined ? null : new Generator(config.seed);
  }

  override call(inputs: Tensor, { training }: { readonly training: boolean }): Tensor {
    if (!training || this.rate === 0) return inputs;
    return dropout(inputs, this.rate, this.generator === null ? {} : { generator: this.generator });
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape;
  }

  override getConfig(): DropoutConfig {
    return { ...super.getConfig(), rate: this.rate, ...(this.seed === undefined ? {} : { seed: this.seed }) };
  }
}
