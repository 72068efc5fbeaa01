import {
  add,
  broadcastTo,
  cast,
  depthwiseConv2d,
  mul,
  sub,
  type Tensor,
  type TensorLike,
  tensor,
} from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import { type ByFactor, factor, randomImageOptions, valueRange } from "./image-options.ts";
import { perImage, within } from "./pixels.ts";
import { RandomImageLayer } from "./random-image-layer.ts";

const options = {
  ...randomImageOptions,
  /** The change of sharpness, drawn from this range, or from 0 to factor: 0 blurs, 0.5 leaves the image, 1 sharpens. */
  factor: factor(0, 1)(),
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
};

/** Options of {@link RandomSharpness}. */
export interface RandomSharpnessOptions extends Given<typeof options> {}

export interface RandomSharpness extends Values<typeof options> {}

/** The random numbers of {@link RandomSharpness}. */
export interface SharpnessChange {
  /** The change of each image: [batch]. */
  readonly factor: TensorLike;
}

/**
 * In training blurs or sharpens each image: it is moved away from, or towards, the same image smoothed over 3 × 3 pixels.
 *
 * @example
 * ```ts
 * import { RandomSharpness } from "@strata/layers";
 *
 * const layer = new RandomSharpness([0.5, 0.5]);
 * console.log(layer.apply([[[100], [200]]]).arraySync()); // [[[100], [200]]]
 * ```
 */
export class RandomSharpness extends RandomImageLayer<SharpnessChange> {
  static override readonly className: string = "RandomSharpness";
  static override readonly options = options;

  constructor(...given: ByFactor<RandomSharpnessOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number): SharpnessChange {
    return { factor: this.between(this.factor, [count]) };
  }

  protected override alter(images: Tensor, { factor: change }: SharpnessChange): Tensor {
    const blur = sub(1, mul(perImage(change, images), 2));
    return within(add(images, mul(blur, sub(smoothed(images), images))), this.valueRange);
  }
}

/** Each pixel as the mean of it and its neighbours, of which it weighs 5 times as much; nothing lies beyond the border. */
function smoothed(images: Tensor): Tensor {
  const weights = tensor([1, 1, 1, 1, 5, 1, 1, 1, 1], [3, 3, 1, 1]).div(13);
  const kernel = broadcastTo(cast(weights, images.dtype), [3, 3, images.shape[3], 1]);
  return depthwiseConv2d(images, kernel, { padding: "same" });
}
