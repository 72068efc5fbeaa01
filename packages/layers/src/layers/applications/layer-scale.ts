import { mul, type Tensor, type Variable } from "@strata/core";
import { Constant } from "../../initializers/constants.ts";
import { layerOptions } from "../../layer/any-layer.ts";
import { Layer } from "../../layer/layer.ts";
import type { Given, Values } from "../../schema/option.ts";
import { number, positiveInteger } from "../../schema/vocabulary.ts";

const options = {
  ...layerOptions,
  /** The value that every factor begins with. */
  initValues: number(),
  /** The number of channels. */
  projectionDim: positiveInteger(),
};

/** Options of {@link LayerScale}. */
export interface LayerScaleOptions extends Given<typeof options> {}

export interface LayerScale extends Values<typeof options> {}

/** A factor for each channel, which is learned; ConvNeXt's blocks end with it. Keeps the shape. */
export class LayerScale extends Layer {
  static override readonly className: string = "LayerScale";
  static override readonly options = options;
  static override readonly kerasModule: string | null = "keras.src.applications.convnext";
  /** The factors, [channels]. */
  declare gamma: Variable;

  constructor(options: LayerScaleOptions) {
    super(options);
  }

  override get registeredName(): string {
    return "LayerScale";
  }

  override build(): void {
    this.gamma = this.addWeight("gamma", [this.projectionDim], {
      initializer: new Constant(this.initValues),
    });
  }

  override call(inputs: Tensor): Tensor {
    return mul(inputs, this.gamma);
  }
}
