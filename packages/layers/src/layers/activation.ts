import type { Tensor } from "@strata/core";
import {
  type ActivationFunction,
  type ActivationLike,
  activationConfig,
  getActivation,
} from "../activations/get-activation.ts";
import { Layer, type LayerOptions, layerOptionNames } from "../layer.ts";
import { checkOptionNames } from "../utilities/options.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";

/** All that makes an {@link Activation} layer, as {@link Activation.getConfig} gives it. */
export interface ActivationConfig extends LayerOptions {
  /** What is done to the input, by name or as a function. */
  readonly activation: ActivationLike;
}

/**
 * Applies an activation to its input, and keeps the shape.
 *
 * @example
 * ```ts
 * import { Activation } from "@strata/layers";
 *
 * console.log(new Activation("relu").apply([[-1, 2]]).arraySync()); // [[0, 2]]
 * ```
 */
export class Activation extends Layer {
  /** The name of the class, which minifiers leave alone. */
  static readonly className: string = "Activation";
  /** What is done to the input. */
  readonly activation: ActivationFunction;

  /**
   * @param activation What is done to the input, by name or as a function.
   * @param options What every layer takes.
   * @throws RangeError for an unknown name, with the accepted ones.
   */
  constructor(activation: ActivationLike, options?: LayerOptions);
  /** @param config All of it in one object. */
  constructor(config: ActivationConfig);
  constructor(activation: ActivationLike | ActivationConfig, options: LayerOptions = {}) {
    const config =
      typeof activation === "object" && activation !== null ? activation : { ...options, activation };
    checkOptionNames("Activation", config, ["activation", ...layerOptionNames]);
    const activationFunction = getActivation(config.activation, "Activation");
    super(config);
    this.activation = activationFunction;
  }

  override call(inputs: Tensor): Tensor {
    return this.activation(inputs);
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape;
  }

  override getConfig(): ActivationConfig {
    return { ...super.getConfig(), activation: activationConfig(this.activation) };
  }
}
