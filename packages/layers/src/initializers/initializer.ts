import { Generator, type Shape, type Tensor } from "@strata/core";
import { Configurable } from "../schema/configurable.ts";
import { seed } from "../schema/vocabulary.ts";
import type { FloatDType } from "../utilities/tensors.ts";

/** The options of initializers that draw random numbers. */
export const seedOptions = {
  /** An integer that makes every draw the same; null continues the stream that `setSeed` starts. */
  seed: seed(),
};

/**
 * Gives the values that a layer's weights begin with. Subclasses implement `apply`.
 *
 * @example
 * ```ts
 * import { Dense, initializers } from "@strata/layers";
 *
 * const layer = new Dense(2, { kernelInitializer: new initializers.HeNormal({ seed: 1 }) });
 * console.log(layer.apply([[1, 2, 3]]).shape); // [1, 2]
 * ```
 */
export abstract class Initializer extends Configurable {
  static override readonly kerasModule: string | null = "keras.initializers";

  /**
   * The values for a weight.
   *
   * @param shape The shape of the weight.
   * @param dtype Its dtype. Default: `"float32"`.
   */
  abstract apply(shape: Shape, dtype?: FloatDType): Tensor;
}

/** The options of core's random functions that draw from the initializer's own stream, if it has a seed. */
export function generatorOption(given: number | null): { readonly generator?: Generator } {
  return given === null ? {} : { generator: new Generator(given) };
}
