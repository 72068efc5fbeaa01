import {
  cast,
  type DType,
  type Shape,
  type Tensor,
  type TensorLike,
  type Variable,
  variable,
  zeros,
} from "@strata/core";
import { getInitializer, type InitializerLike } from "./initializers/get-initializer.ts";
import { SymbolicTensor } from "./symbolic-tensor.ts";
import { classNameOf, listNames, uniqueName } from "./utilities/names.ts";
import { checkOptionNames, describeValue } from "./utilities/options.ts";
import { checkSymbolicShape, type SymbolicShape, sizeOf } from "./utilities/shapes.ts";
import { type FloatDType, floatDTypes, isFloat, toTensor } from "./utilities/tensors.ts";
import { assignWeights } from "./utilities/weights.ts";

/** What every layer's constructor takes. */
export interface LayerOptions {
  /** The layer's name. Default: that of the class in snake_case, numbered: `"dense"`, `"dense_1"`… */
  readonly name?: string;
  /** Whether training changes the weights. Default: true. */
  readonly trainable?: boolean;
  /**
   * The dtype of weights and results. `"float16"` and `"bfloat16"` are computed in float32, and rounded. Default:
   * `"float32"`.
   */
  readonly dtype?: FloatDType;
  /** For the first layer of a Sequential: the shape of one sample, without the batch dimension. */
  readonly inputShape?: SymbolicShape;
}

/** The names of the options that every layer takes. */
export const layerOptionNames = ["name", "trainable", "dtype", "inputShape"] as const;

/** How a layer is called. */
export interface CallOptions {
  /** Whether it is called in training, where Dropout drops. Default: as the layer around it, else false. */
  readonly training?: boolean;
}

/** What {@link Layer.addWeight} takes. */
export interface WeightOptions {
  /** The weight's name within the layer, as `"kernel"`. */
  readonly name: string;
  /** Its shape. */
  readonly shape: Shape;
  /** What it begins with. Default: `"glorotUniform"` for floats, else `"zeros"`. */
  readonly initializer?: InitializerLike;
  /** Its dtype. Default: the layer's. */
  readonly dtype?: FloatDType;
  /** Whether training changes it, if the layer is trainable. Default: true. */
  readonly trainable?: boolean;
}

/** What layers within a call inherit from the layer around them. */
let surroundingTraining = false;

/**
 * A part of a model: a function of tensors with weights of its own. Subclasses implement `call`, and `build` if they
 * have weights. The weights are made at the first use, when the shape of the input is known. Layers that a layer
 * keeps in properties, or in arrays in properties, count as its parts: their weights are among its own.
 *
 * @example
 * ```ts
 * import { matmul, type Tensor, type Variable } from "@strata/core";
 * import { Layer, type SymbolicShape } from "@strata/layers";
 *
 * class Linear extends Layer {
 *   kernel: Variable | null = null;
 *
 *   override build(inputShape: SymbolicShape): void {
 *     const inputs = inputShape[inputShape.length - 1] ?? 1;
 *     this.kernel = this.addWeight({ name: "kernel", shape: [inputs, 2], initializer: "ones" });
 *   }
 *
 *   override call(inputs: Tensor): Tensor {
 *     return matmul(inputs, this.kernel ?? 0);
 *   }
 * }
 *
 * console.log(new Linear().apply([[1, 2, 3]]).arraySync()); // [[6, 6]]
 * ```
 */
export abstract class Layer {
  /** The layer's name. */
  readonly name: string;
  /** The shape of a batch that it was told to expect, [null, ...]; null if it was not. */
  readonly batchInputShape: SymbolicShape | null;
  /** Whether the weights have been made. */
  built = false;
  readonly #dtype: FloatDType;
  #isTrainable: boolean;
  #trainableVariables: Variable[] = [];
  #fixedVariables: Variable[] = [];

  /**
   * @param options Name, whether it is trainable, dtype, the shape of the input.
   * @throws RangeError for values that are not accepted.
   */
  constructor(options: LayerOptions = {}) {
    const className = classNameOf(this);
    const { name, trainable = true, dtype = "float32", inputShape } = options;
    if (!isFloat(dtype)) {
      throw new RangeError(
        `${className}: the dtype is ${describeValue(dtype)}; accepted are ${listNames(floatDTypes)}`,
      );
    }
    if (inputShape !== undefined) checkSymbolicShape(className, "inputShape", inputShape);
    this.name = name ?? uniqueName(className);
    this.#dtype = dtype;
    this.batchInputShape = inputShape === undefined ? null : [null, ...inputShape];
    this.#isTrainable = trainable;
  }

  /**
   * Makes the weights with {@link Layer.addWeight}, for an input of a shape whose batch dimension is null. Called once,
   * before the first `call`.
   */
  build(_inputShape: SymbolicShape): void {
    this.built = true;
  }

  /**
   * The layer's computation, written with core's ops. Use {@link Layer.apply} to call a layer.
   *
   * @param inputs The input.
   * @param options Whether it is called in training.
   */
  abstract call(inputs: Tensor, options: Required<CallOptions>): Tensor;

  /**
   * The shape of the result. By default the layer is built and called to see it; no values are computed.
   *
   * @param inputShape The shape of the input, with null for dimensions of any size.
   */
  computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    this.buildFor(inputShape);
    const shapes = [2, 3].map((size) => this.callOnZeros(inputShape, size).shape);
    return shapes[0].map((size, axis) => (size === shapes[1][axis] ? size : null));
  }

  /**
   * Calls the layer; builds it first if it is not built.
   *
   * @param inputs A tensor or what makes one; or a symbolic tensor, for which only the shape is worked out.
   * @param options Whether it is called in training.
   */
  apply(inputs: SymbolicTensor, options?: CallOptions): SymbolicTensor;
  apply(inputs: TensorLike, options?: CallOptions): Tensor;
  apply(inputs: TensorLike | SymbolicTensor, options: CallOptions = {}): Tensor | SymbolicTensor {
    if (inputs instanceof SymbolicTensor) {
      const outputShape = this.computeOutputShape(inputs.shape);
      this.buildFor(inputs.shape);
      return new SymbolicTensor(outputShape, this.dtype, this);
    }
    const given = toTensor(inputs);
    const values = isFloat(given.dtype) ? cast(given, this.dtype) : given;
    this.buildFor([null, ...values.shape.slice(1)]);
    const before = surroundingTraining;
    const training = options.training ?? before;
    surroundingTraining = training;
    try {
      return this.call(values, { training });
    } finally {
      surroundingTraining = before;
    }
  }

  /**
   * Makes the weights for inputs of a shape, if there are none yet; those of the layer's parts too.
   *
   * @param inputShape The shape of the input, with null for the batch dimension.
   */
  buildFor(inputShape: SymbolicShape): void {
    if (this.built) return;
    try {
      this.build(inputShape);
      this.built = true;
      if (this.parts().some((part) => !part.built)) this.callOnZeros(inputShape, 1);
    } catch (error) {
      this.built = false;
      this.#trainableVariables = [];
      this.#fixedVariables = [];
      throw error;
    }
  }

  /**
   * Makes a weight; to be called in `build`.
   *
   * @param options Name, shape, initializer, dtype, whether training changes it.
   * @returns The Variable, named `layer/weight`.
   */
  addWeight(options: WeightOptions): Variable {
    const operation = `addWeight of ${JSON.stringify(this.name)}`;
    checkOptionNames(operation, options, ["name", "shape", "initializer", "dtype", "trainable"]);
    const { name, shape, initializer = "glorotUniform", dtype = this.dtype, trainable = true } = options;
    const initial = getInitializer(initializer, operation).apply(shape, dtype);
    const weight = variable(initial, {
      name: `${this.name}/${name}`,
      trainable: trainable && this.#isTrainable,
    });
    (trainable ? this.#trainableVariables : this.#fixedVariables).push(weight);
    return weight;
  }

  /** The dtype of weights and computation. */
  get dtype(): FloatDType {
    return this.#dtype;
  }

  /** Whether training changes the weights; setting it sets that of the layer's parts. */
  get trainable(): boolean {
    return this.#isTrainable;
  }

  /** Changes it for this layer and its parts. */
  set trainable(value: boolean) {
    this.#isTrainable = value;
    for (const weight of this.#trainableVariables) weight.trainable = value;
    for (const part of this.parts()) part.trainable = value;
  }

  /** All weights: its own, those that training changes first, then those of its parts. */
  get weights(): readonly Variable[] {
    const own = [...this.#trainableVariables, ...this.#fixedVariables];
    return [...own, ...this.parts().flatMap((part) => part.weights)];
  }

  /** The weights that training changes. */
  get trainableWeights(): readonly Variable[] {
    if (!this.#isTrainable) return [];
    return [...this.#trainableVariables, ...this.parts().flatMap((part) => part.trainableWeights)];
  }

  /** The weights that training does not change. */
  get nonTrainableWeights(): readonly Variable[] {
    if (!this.#isTrainable) return this.weights;
    return [...this.#fixedVariables, ...this.parts().flatMap((part) => part.nonTrainableWeights)];
  }

  /** The number of elements of all weights. */
  countParams(): number {
    return this.weights.reduce((count, { shape }) => count + sizeOf(shape), 0);
  }

  /** The values of all weights, in the order of {@link Layer.weights}. */
  getWeights(): Tensor[] {
    return this.weights.map((weight) => weight.value);
  }

  /**
   * Gives the weights values.
   *
   * @param values A tensor or array for each weight, in the order of {@link Layer.weights}.
   * @throws ShapeError, before anything is changed, if their number or a shape differs.
   */
  setWeights(values: readonly TensorLike[]): void {
    assignWeights(this.name, this.weights, values);
  }

  /** The options that make an equal layer: `new SomeLayer(layer.getConfig())`. */
  getConfig(): LayerOptions {
    const { name, trainable, dtype, batchInputShape } = this;
    return {
      name,
      trainable,
      dtype,
      ...(batchInputShape === null ? {} : { inputShape: batchInputShape.slice(1) }),
    };
  }

  /** The layers that this one is made of. By default those in its properties. */
  protected parts(): readonly Layer[] {
    const values = Object.values(this).flatMap((value: unknown): unknown[] =>
      Array.isArray(value) ? value : [value],
    );
    return [...new Set(values.filter((value) => value instanceof Layer))];
  }

  /** Calls the layer with zeros, for the shape of the result or so that its parts are built. */
  private callOnZeros(inputShape: SymbolicShape, unknownSize: number): Tensor {
    const dtype: DType = this.dtype;
    return this.call(
      zeros(
        inputShape.map((size) => size ?? unknownSize),
        dtype,
      ),
      { training: false },
    );
  }
}
