import {
  bincount,
  cast,
  clip,
  countNonZero,
  cumsum,
  div,
  equal,
  gather,
  greater,
  lessEqual,
  max,
  min,
  mul,
  reshape,
  round,
  stack,
  sub,
  type Tensor,
  unstack,
  where,
} from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { positiveInteger } from "../../../schema/vocabulary.ts";
import { ImageLayer } from "./image-layer.ts";
import { imageOptions, type Range, valueRange } from "./image-options.ts";
import { toRange } from "./pixels.ts";

const options = {
  ...imageOptions,
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
  /** How many values of pixels are told apart. */
  bins: positiveInteger(256),
};

/** Options of {@link Equalization}. */
export interface EqualizationOptions extends Given<typeof options> {}

export interface Equalization extends Values<typeof options> {}

/**
 * In training spreads the values of each channel, so that all of them are about equally frequent in the batch.
 *
 * @example
 * ```ts
 * import { Equalization } from "@strata/layers";
 *
 * console.log(new Equalization().apply([[[10], [20], [30]]]).arraySync()); // [[[0], [128], [255]]]
 * ```
 */
export class Equalization extends ImageLayer {
  static override readonly className: string = "Equalization";
  static override readonly options = options;

  constructor(
    ...given:
      | [valueRange?: Range, options?: Rest<EqualizationOptions, "valueRange">]
      | [options: EqualizationOptions]
  ) {
    super(named(new.target, given, "valueRange"));
  }

  protected override transform(images: Tensor): Tensor {
    const channels = unstack(toRange(images, this.valueRange, [0, 255]), -1);
    const spread = stack(
      channels.map((each) => this.#equalized(each)),
      -1,
    );
    return toRange(spread, [0, 255], this.valueRange);
  }

  #equalized(channel: Tensor): Tensor {
    const last = this.bins - 1;
    const bins = cast(clip(mul(div(channel, 255), last), 0, last), "int32");
    const counts = bincount(reshape(bins, [-1]), null, this.bins);
    const sums = cast(cumsum(counts), "float32");
    const all = max(sums);
    const smallest = min(where(greater(sums, 0), sums, all));
    const others = sub(all, smallest);
    const places = div(mul(sub(sums, smallest), 255), where(equal(others, 0), 1, others));
    const table = cast(clip(round(places), 0, 255), channel.dtype);
    return where(lessEqual(countNonZero(counts), 1), channel, gather(table, bins));
  }
}
