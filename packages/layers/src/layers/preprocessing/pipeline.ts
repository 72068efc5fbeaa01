import type { Tensor, TensorLike } from "@strata/core";
import { AnyLayer, type CallContext, type CallOptions, layerOptions } from "../../layer/any-layer.ts";
import type { SymbolicTensor } from "../../layer/symbolic-tensor.ts";
import { named } from "../../schema/configurable.ts";
import { type Given, option, type Rest, type Values } from "../../schema/option.ts";

const options = {
  ...layerOptions,
  /** Whether training changes the weights. */
  trainable: layerOptions.trainable.omitted("always"),
  /** The dtype of weights and results, or a policy. Null: that of `setDTypePolicy`. */
  dtype: layerOptions.dtype.omitted("always"),
  /** The layers, in order. */
  layers: option<readonly AnyLayer[]>({
    accepted: "an array of layers",
    read: (given) => {
      return Array.isArray(given) && given.every((each) => each instanceof AnyLayer) ? given : undefined;
    },
    restore: (json, restore) => restore(json),
  })(),
};

/** Options of {@link Pipeline}. */
export interface PipelineOptions extends Given<typeof options> {}

export interface Pipeline extends Values<typeof options> {}

/**
 * Applies layers one after the other, to tensors or to images with labels. A call that does not say `training` is one in
 * training, as in Keras.
 *
 * @example
 * ```ts
 * import { Pipeline, Rescaling } from "@strata/layers";
 *
 * const layer = new Pipeline([new Rescaling(2), new Rescaling(1, { offset: -1 })]);
 * console.log(layer.apply([1, 2]).arraySync()); // [1, 3]
 * ```
 */
export class Pipeline extends AnyLayer {
  static override readonly className: string = "Pipeline";
  static override readonly options = options;

  constructor(
    ...given:
      | [layers: readonly AnyLayer[], options?: Rest<PipelineOptions, "layers">]
      | [options: PipelineOptions]
  ) {
    super(named(new.target, given, "layers"));
  }

  protected override get trainsByDefault(): boolean {
    return true;
  }

  protected override get autocasts(): boolean {
    return false;
  }

  /** Applies the layers. */
  override apply(inputs: SymbolicTensor, options?: CallOptions): SymbolicTensor;
  override apply(inputs: TensorLike, options?: CallOptions): Tensor;
  override apply(inputs: unknown, options?: CallOptions): unknown;
  override apply(inputs: unknown, options?: CallOptions): unknown {
    return super.apply(inputs, options);
  }

  override call(inputs: unknown, context: CallContext): unknown {
    return this.layers.reduce((values, layer) => layer.apply(values, context), inputs);
  }
}
