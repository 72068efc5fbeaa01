import { add, matmul, reshape, ShapeError, type Tensor, type Variable } from "@strata/core";
import {
  type ActivationFunction,
  type ActivationLike,
  activationConfig,
  getActivation,
} from "../activations/get-activation.ts";
import { getInitializer, type InitializerLike } from "../initializers/get-initializer.ts";
import type { Initializer } from "../initializers/initializer.ts";
import { Layer, type LayerOptions, layerOptionNames } from "../layer.ts";
import { checkInteger, checkOptionNames } from "../utilities/options.ts";
import { formatShape, type SymbolicShape } from "../utilities/shapes.ts";

/** Options of {@link Dense}. */
export interface DenseOptions extends LayerOptions {
  /** What is done to the result, by name or as a function. Default: nothing. */
  readonly activation?: ActivationLike;
  /** Whether a bias is added. Default: true. */
  readonly useBias?: boolean;
  /** What the kernel begins with. Default: `"glorotUniform"`. */
  readonly kernelInitializer?: InitializerLike;
  /** What the bias begins with. Default: `"zeros"`. */
  readonly biasInitializer?: InitializerLike;
}

/** All that makes a {@link Dense} layer, as {@link Dense.getConfig} gives it. */
export interface DenseConfig extends DenseOptions {
  /** The number of outputs. */
  readonly units: number;
}

const optionNames = ["activation", "useBias", "kernelInitializer", "biasInitializer"] as const;

/**
 * Every output depends on every input: activation(x · kernel + bias), [..., inputs] → [..., units].
 *
 * @example
 * ```ts
 * import { Dense } from "@strata/layers";
 *
 * const layer = new Dense(2, { activation: "relu", kernelInitializer: "ones" });
 * console.log(layer.apply([[1, 2], [-3, 1]]).arraySync()); // [[3, 3], [0, 0]]
 * ```
 */
export class Dense extends Layer {
  /** The name of the class, which minifiers leave alone. */
  static readonly className: string = "Dense";
  /** The number of outputs. */
  readonly units: number;
  /** Whether a bias is added. */
  readonly useBias: boolean;
  /** The factors, [inputs, units]; null until the layer is built. */
  kernel: Variable | null = null;
  /** The summands, [units]; null until the layer is built, or without a bias. */
  bias: Variable | null = null;
  /** What is done to the result. */
  readonly activation: ActivationFunction;
  private readonly kernelInitializer: Initializer;
  private readonly biasInitializer: Initializer;

  /**
   * @param units The number of outputs, a positive integer.
   * @param options Activation, bias, initializers, and what every layer takes.
   * @throws RangeError for values that are not accepted, or an unknown name.
   */
  constructor(units: number, options?: DenseOptions);
  /** @param config All of it in one object. */
  constructor(config: DenseConfig);
  constructor(units: number | DenseConfig, options: DenseOptions = {}) {
    const config = typeof units === "object" && units !== null ? units : { ...options, units };
    checkOptionNames("Dense", config, ["units", ...optionNames, ...layerOptionNames]);
    checkInteger("Dense", "units", config.units, 1);
    const {
      activation = null,
      useBias = true,
      kernelInitializer = "glorotUniform",
      biasInitializer = "zeros",
    } = config;
    const activationFunction = getActivation(activation, "Dense");
    const initializers = [kernelInitializer, biasInitializer].map((each) => getInitializer(each, "Dense"));
    super(config);
    this.units = config.units;
    this.useBias = useBias;
    this.activation = activationFunction;
    [this.kernelInitializer, this.biasInitializer] = initializers;
  }

  override build(inputShape: SymbolicShape): void {
    const inputs = inputShape[inputShape.length - 1];
    if (inputShape.length < 2 || inputs === null || inputs === undefined) {
      throw new ShapeError(
        `Dense: ${JSON.stringify(this.name)} was given an input of the shape ${formatShape(inputShape)}; ` +
          "it takes [batch, ..., inputs], where the number of inputs is known",
      );
    }
    this.kernel = this.addWeight({
      name: "kernel",
      shape: [inputs, this.units],
      initializer: this.kernelInitializer,
    });
    if (this.useBias) {
      this.bias = this.addWeight({ name: "bias", shape: [this.units], initializer: this.biasInitializer });
    }
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    const { kernel, bias, activation } = this;
    if (kernel === null)
      throw new Error(`Dense: ${JSON.stringify(this.name)} is not built; use apply to call a layer`);
    const { shape } = inputs;
    this.checkInputs(shape);
    // One large product is faster than a batch of products by the same kernel.
    const rows = shape.length > 2 ? reshape(inputs, [-1, shape[shape.length - 1]]) : inputs;
    const product = matmul(rows, kernel);
    const result = activation(bias === null ? product : add(product, bias));
    return shape.length > 2 ? reshape(result, [...shape.slice(0, -1), this.units]) : result;
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    this.checkInputs(inputShape);
    return [...inputShape.slice(0, -1), this.units];
  }

  override getConfig(): DenseConfig {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: activationConfig(this.activation),
      useBias: this.useBias,
      kernelInitializer: this.kernelInitializer.serialize(),
      biasInitializer: this.biasInitializer.serialize(),
    };
  }

  private checkInputs(shape: SymbolicShape): void {
    const expected = this.kernel?.shape[0];
    const inputs = shape[shape.length - 1];
    if (shape.length >= 2 && (expected === undefined || inputs === null || inputs === expected)) return;
    throw new ShapeError(
      `Dense: ${JSON.stringify(this.name)} was given an input of the shape ${formatShape(shape)}; ` +
        `it takes [batch, ..., ${expected ?? "inputs"}]`,
    );
  }
}
