import type { DType } from "@strata/core";
import { dtypes } from "@strata/core/internal";
import { AnyLayer } from "../../layer/any-layer.ts";
import { SymbolicType } from "../../layer/output-types.ts";
import { leavesOf } from "../../layer/structure.ts";
import { LayerCall, type SymbolicTensor } from "../../layer/symbolic-tensor.ts";
import type { Given, Json } from "../../schema/option.ts";
import { boolean, choice, positiveInteger, shape, text } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";

const options = {
  /** The shape of one sample, without the batch dimension; null where any size is taken. Or give `batchShape`. */
  shape: shape().orNull().omitted("always").kept(),
  /** The size of the batch. Null: any. */
  batchSize: positiveInteger().orNull().omitted("always").kept(),
  /** The dtype of the input. */
  dtype: choice(dtypes)("float32").kept(),
  /** The shape of a batch, in place of `shape` and `batchSize`. */
  batchShape: shape().orNull().kept(),
  /** Whether null is taken in place of the input. */
  optional: boolean(false),
  /** The layer's name. Null: `"input_layer"`, numbered. */
  name: text().orNull().kept(),
};

/** Options of {@link Input} and {@link InputLayer}. */
export interface InputOptions extends Given<typeof options> {}

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
export class InputLayer extends AnyLayer {
  static override readonly className: string = "InputLayer";
  static override readonly options = options;
  static override readonly configConstants: Readonly<Record<string, Json>> = { sparse: false, ragged: false };
  static override readonly recordsBuild = false;
  override readonly supportsMasking = true;
  /** The shape of a batch. */
  readonly batchShape: SymbolicShape;
  /** The dtype of the input. */
  readonly inputDType: DType;
  /** Whether null is taken in place of the input. */
  declare readonly optional: boolean;
  readonly #output: SymbolicTensor<AnyLayer>;

  constructor(given: InputOptions = {}) {
    super(given);
    const { shape: sample, batchSize, batchShape, dtype } = this.valuesOf(options);
    this.batchShape = batchShape ?? [batchSize, ...(sample ?? [])];
    this.inputDType = dtype;
    this.built = true;
    const type = new SymbolicType(this.batchShape, dtype);
    [this.#output] = leavesOf(this.noteCall(new LayerCall<AnyLayer>(this, [], {}, type, 0)));
  }

  /** The input, as a symbolic tensor. */
  override get output(): SymbolicTensor<AnyLayer> {
    return this.#output;
  }

  override call(inputs: unknown): unknown {
    return inputs;
  }

  protected override optionValue(name: string, given: unknown): unknown {
    if (name === "dtype") return this.inputDType;
    return name === "batchShape" ? this.batchShape : super.optionValue(name, given);
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
  return new InputLayer(options).output;
}
