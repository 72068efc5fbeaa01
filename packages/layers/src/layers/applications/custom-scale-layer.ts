import { add, mul, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import { Layer } from "../../layer/layer.ts";
import type { Given, Values } from "../../schema/option.ts";
import { number } from "../../schema/vocabulary.ts";

const options = {
  ...layerOptions,
  /** The factor of the second input. */
  scale: number(),
};

/** Options of {@link CustomScaleLayer}. */
export interface CustomScaleLayerOptions extends Given<typeof options> {}

export interface CustomScaleLayer extends Values<typeof options> {}

/** A sum of two inputs, of which the second is scaled: x + scale · y. Blocks of Inception-ResNet end with it. */
export class CustomScaleLayer extends Layer<readonly Tensor[], Tensor> {
  static override readonly className: string = "CustomScaleLayer";
  static override readonly options = options;
  static override readonly kerasModule: string | null = "keras.src.applications.inception_resnet_v2";

  constructor(options: CustomScaleLayerOptions) {
    super(options);
  }

  override get registeredName(): string {
    return "CustomScaleLayer";
  }

  override call([x, y]: readonly Tensor[]): Tensor {
    return add(x, mul(y, this.scale));
  }
}
