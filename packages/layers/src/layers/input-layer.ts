import type { DType, Tensor } from "@strata/core";
import { Layer } from "../layer.ts";
import { SymbolicTensor } from "../symbolic-tensor.ts";
import { checkInteger, checkOptionNames } from "../utilities/options.ts";
import { checkSymbolicShape, type SymbolicShape } from "../utilities/shapes.ts";

/** Options of {@link Input} and {@link InputLayer}. */
export interface InputOptions {
  /** The shape of one sample, without the batch dimension; null where any size is taken. */
  readonly shape: SymbolicShape;
  /** The size of the batch. Default: any. */
  readonly batchSize?: number;
  /** The dtype of the input. Default: `"float32"`. */
  readonly dtype?: DType;
  /** The layer's name. Default: `"input_layer"`, numbered. */
  readonly name?: string;
}

/**
 * Stands for the input of a model, and says its shape.
 *
 * @example
 * ```ts
 * import { Dense, InputLayer, Sequential } from "@strata/layers";
 *
 * const model = new Sequential([new InputLayer({ shape: [4] }), new Dense(2)]);
 * console.log(model.countParams()); // 10
 * ```
 */
export class InputLayer extends Layer {
  /** The name of the class, which minifiers leave alone. */
  static readonly className: string = "InputLayer";
  /** The shape of a batch. */
  readonly batchShape: SymbolicShape;
  /** The dtype of the input. */
  readonly inputDType: DType;

  /**
   * @param options The shape of one sample; batch size, dtype and name.
   * @throws RangeError if the shape is none.
   */
  constructor(options: InputOptions) {
    checkOptionNames("Input", options, ["shape", "batchSize", "dtype", "name"]);
    checkSymbolicShape("Input", "shape", options.shape);
    if (options.batchSize !== undefined) checkInteger("Input", "batchSize", options.batchSize, 1);
    super(options.name === undefined ? {} : { name: options.name });
    this.batchShape = [options.batchSize ?? null, ...options.shape];
    this.inputDType = options.dtype ?? "float32";
    this.built = true;
  }

  override call(inputs: Tensor): Tensor {
    return inputs;
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape;
  }
}

/**
 * The input of a model, as a symbolic tensor.
 *
 * @param options The shape of one sample; batch size, dtype and name.
 * @throws RangeError if the shape is none.
 *
 * @example
 * ```ts
 * import { Dense, Input, Sequential } from "@strata/layers";
 *
 * const model = new Sequential([Input({ shape: [4] }), new Dense(2)]);
 * console.log(model.outputShape); // [null, 2]
 * ```
 */
export function Input(options: InputOptions): SymbolicTensor {
  const layer = new InputLayer(options);
  return new SymbolicTensor(layer.batchShape, layer.inputDType, layer);
}
