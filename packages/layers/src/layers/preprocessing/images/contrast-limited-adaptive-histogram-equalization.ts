import {
  add,
  arange,
  cast,
  clip,
  cumsum,
  div,
  equal,
  floor,
  gather,
  min,
  minimum,
  mul,
  oneHot,
  pad,
  reshape,
  sub,
  sum,
  type Tensor,
  transpose,
  where,
} from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { number, perDimension } from "../../../schema/vocabulary.ts";
import { ImageLayer } from "./image-layer.ts";
import { imageOptions, type Range, valueRange } from "./image-options.ts";
import { toRange } from "./pixels.ts";

const options = {
  ...imageOptions,
  /** The smallest and largest value of a pixel. */
  valueRange: valueRange([0, 255]),
  /** How many times the mean a value may be frequent; what is more is spread over all values. 0 or less: no limit. */
  clipLimit: number(4),
  /** How many tiles there are down and across; or one number for both. */
  tileGridSize: perDimension(2)(8),
};

/** Options of {@link ContrastLimitedAdaptiveHistogramEqualization}. */
export interface ContrastLimitedAdaptiveHistogramEqualizationOptions extends Given<typeof options> {}

export interface ContrastLimitedAdaptiveHistogramEqualization extends Values<typeof options> {}

/** How many values of pixels are told apart. */
const levels = 256;

/**
 * Spreads the values of each channel of each image, so that all are about equally frequent in each tile of it, with a limit to
 * the contrast that it makes. Between the centres of tiles the results are blended (Pizer et al. 1987; Zuiderveld 1994).
 *
 * @example
 * ```ts
 * import { ContrastLimitedAdaptiveHistogramEqualization } from "@strata/layers";
 *
 * const layer = new ContrastLimitedAdaptiveHistogramEqualization([0, 255], { clipLimit: 0, tileGridSize: 1 });
 * console.log(layer.apply([[[10], [20], [30]]]).arraySync()); // [[[85], [170], [255]]]
 * ```
 */
export class ContrastLimitedAdaptiveHistogramEqualization extends ImageLayer {
  static override readonly className: string = "ContrastLimitedAdaptiveHistogramEqualization";
  static override readonly options = options;
  protected override readonly actsAlways = true;

  constructor(
    ...given:
      | [
          valueRange?: Range,
          options?: Rest<ContrastLimitedAdaptiveHistogramEqualizationOptions, "valueRange">,
        ]
      | [options: ContrastLimitedAdaptiveHistogramEqualizationOptions]
  ) {
    super(named(new.target, given, "valueRange"));
  }

  protected override transform(images: Tensor): Tensor {
    const [, height, width] = images.shape;
    const [rows, columns] = this.tileGridSize;
    const [tileHeight, tileWidth] = [Math.ceil(height / rows), Math.ceil(width / columns)];
    const missing = [tileHeight * rows - height, tileWidth * columns - width];
    const values = toRange(images, this.valueRange, [0, 255]);
    const padded = mirrored(mirrored(values, 1, missing[0]), 2, missing[1]);
    const pixels = cast(clip(padded, 0, 255), "int32");
    const tables = this.#tables(pixels, tileHeight, tileWidth);
    const blended = blend(pixels, cast(tables, images.dtype), tileHeight, tileWidth);
    return toRange(blended.slice([null, [0, height], [0, width]]), [0, 255], this.valueRange);
  }

  /** The new value of each value in each tile: [batch, rows, columns, channels, levels]. */
  #tables(pixels: Tensor, tileHeight: number, tileWidth: number): Tensor {
    const [batch, , , channels] = pixels.shape;
    const [rows, columns] = this.tileGridSize;
    const tiled = transpose(
      reshape(pixels, [batch, rows, tileHeight, columns, tileWidth, channels]),
      [0, 1, 3, 5, 2, 4],
    );
    const area = tileHeight * tileWidth;
    const counts = sum(oneHot(reshape(tiled, [batch, rows, columns, channels, area]), levels), -2);
    const sums = cumsum(this.#limited(counts, (this.clipLimit * area) / levels), -1);
    const smallest = min(sums, -1, true);
    const others = sub(area, smallest);
    return clip(div(mul(sub(sums, smallest), 255), where(equal(others, 0), 1, others)), 0, 255);
  }

  /** Frequencies of which none is above a limit, but for a share of what was above it. */
  #limited(counts: Tensor, limit: number): Tensor {
    if (this.clipLimit <= 0) return counts;
    const kept = minimum(counts, limit);
    return add(kept, div(sum(sub(counts, kept), -1, true), levels));
  }
}

/** An axis continued by its own mirror image, as often as it takes. */
function mirrored(images: Tensor, axis: number, count: number): Tensor {
  if (count === 0) return images;
  const size = images.shape[axis];
  const padded = Math.min(count, size);
  const sides = images.shape.map((_, each) => (each === axis ? ([0, padded] as const) : ([0, 0] as const)));
  return mirrored(pad(images, sides, { mode: "symmetric" }), axis, count - padded);
}

/** Pixels looked up in the tables of the four nearest tiles, and blended by the distances to their centres. */
function blend(pixels: Tensor, tables: Tensor, tileHeight: number, tileWidth: number): Tensor {
  const [batch, height, width, channels] = pixels.shape;
  const [, rows, columns] = tables.shape;
  const along = (size: number, tile: number, count: number) => {
    const place = sub(div(cast(arange(size), tables.dtype), tile), 0.5);
    const before = floor(place);
    const tileAt = (at: Tensor): Tensor => cast(clip(at, 0, count - 1), "int32");
    return { before: tileAt(before), after: tileAt(add(before, 1)), share: sub(place, before) };
  };
  const [y, x] = [along(height, tileHeight, rows), along(width, tileWidth, columns)];
  const flat = reshape(tables, [-1]);
  const images = reshape(arange(batch), [batch, 1, 1, 1]);
  const looked = (row: Tensor, column: Tensor): Tensor => {
    const tile = add(
      mul(add(mul(images, rows), reshape(row, [height, 1, 1])), columns),
      reshape(column, [width, 1]),
    );
    return gather(flat, add(mul(add(mul(tile, channels), arange(channels)), levels), pixels));
  };
  const mix = (one: Tensor, other: Tensor, share: Tensor): Tensor =>
    add(mul(one, sub(1, share)), mul(other, share));
  const across = (row: Tensor): Tensor =>
    mix(looked(row, x.before), looked(row, x.after), reshape(x.share, [width, 1]));
  return mix(across(y.before), across(y.after), reshape(y.share, [height, 1, 1]));
}
