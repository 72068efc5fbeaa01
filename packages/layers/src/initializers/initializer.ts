import type { Shape, Tensor } from "@strata/core";
import { Generator } from "@strata/core";
import { classNameOf } from "../utilities/names.ts";
import type { FloatDType } from "../utilities/tensors.ts";

/** What initializers that draw random numbers take. */
export interface SeedOptions {
  /**
   * An integer that makes every draw of this initializer the same. Default: draws continue the stream that
   * `setSeed` starts.
   */
  readonly seed?: number;
}

/** The options of an initializer, as {@link Initializer.getConfig} gives them. */
export type InitializerConfig = Readonly<Record<string, number | string | undefined>>;

/** An initializer as plain data, from which it can be made again. */
export interface SerializedInitializer {
  /** The name of its class. */
  readonly className: string;
  /** The options of its constructor. */
  readonly config: InitializerConfig;
}

/**
 * Says which values a layer's weights begin with. Subclasses implement `apply`.
 *
 * @example
 * ```ts
 * import { Dense, initializers } from "@strata/layers";
 *
 * const layer = new Dense(2, { kernelInitializer: new initializers.HeNormal({ seed: 1 }) });
 * console.log(layer.apply([[1, 2, 3]]).shape); // [1, 2]
 * ```
 */
export abstract class Initializer {
  /**
   * The values for a weight.
   *
   * @param shape The shape of the weight.
   * @param dtype Its dtype. Default: `"float32"`.
   */
  abstract apply(shape: Shape, dtype?: FloatDType): Tensor;

  /** The options that make the same initializer again. */
  getConfig(): InitializerConfig {
    return {};
  }

  /** The initializer as plain data. */
  serialize(): SerializedInitializer {
    return { className: classNameOf(this), config: this.getConfig() };
  }
}

/** What core's random functions take to draw from the initializer's own stream, if it has a seed. */
export function generatorOption(seed: number | undefined): { readonly generator?: Generator } {
  return seed === undefined ? {} : { generator: new Generator(seed) };
}
