/** The kinds of options that layers of images share. */
import { layerOptions } from "../../../layer/any-layer.ts";
import { option } from "../../../schema/option.ts";
import { choice, dataFormat, number, seed } from "../../../schema/vocabulary.ts";
import { boundingBoxFormats } from "./bounding-boxes.ts";

/** Two numbers, the lower first. */
export type Range = readonly [lowest: number, highest: number];

/** The options of every layer of images. */
export const imageOptions = {
  ...layerOptions,
  /** The place of the channels in the shape: `"channelsLast"`, [batch, height, width, channels], or `"channelsFirst"`. */
  dataFormat: dataFormat("channelsLast"),
  /** The meaning of the four numbers of bounding boxes, for example `"xyxy"`; needed where there are some. */
  boundingBoxFormat: choice(boundingBoxFormats)().orNull().omitted("whenNull"),
};

/** The options of every layer that draws random numbers. */
export const randomImageOptions = {
  ...imageOptions,
  /** An integer that gives the layer a stream of random numbers of its own; null continues that of `setSeed`. */
  seed: seed(),
};

/** The smallest and largest value of a pixel. */
export const valueRange = option<Range, readonly [number, number]>({
  accepted: "an array of two numbers",
  read: (given) => rangeOf(given),
  write: (value) => value,
});

/** A factor that is drawn for each image: a range within bounds, or one number, which stands for the range around 0. */
export function factor(lowest: number, highest: number) {
  return option<Range, number | readonly [number, number]>({
    accepted: `a number from ${lowest} to ${highest}, or an array of two`,
    read: (given) => {
      if (typeof given !== "number") {
        const range = rangeOf(given);
        return range !== undefined && range[0] <= highest && range[1] >= lowest ? range : undefined;
      }
      if (!(given >= lowest && given <= highest)) return undefined;
      return [Math.max(-Math.abs(given), lowest), Math.abs(given)];
    },
    write: (value) => value,
  });
}

/** A factor from 0 to 1 that is drawn for each image: a range, or one number, which stands for that from 0. */
export const factorFromZero = option<Range, number | readonly [number, number]>({
  accepted: "a number from 0 to 1, or an array of two",
  read: (given) => {
    const range = rangeOf(typeof given === "number" ? [0, given] : given);
    return range?.every((each) => each >= 0 && each <= 1) ? range : undefined;
  },
  write: (value) => value,
});

/** A factor that is kept as it was given; {@link rangeAround} tells the range that it stands for. */
export function givenFactor(accepted: string, holds: (value: number) => boolean) {
  return option<number | Range, number | readonly [number, number]>({
    accepted: `${accepted}, or an array of two`,
    read: (given) => {
      if (typeof given === "number") return holds(given) ? given : undefined;
      const range = rangeOf(given);
      return range?.every(holds) ? range : undefined;
    },
    write: (value) => value,
  });
}

/** The range from −factor to factor, or the range that was given. */
export function rangeAround(given: number | Range): Range {
  return typeof given === "number" ? [-Math.abs(given), Math.abs(given)] : given;
}

/** The arguments of a constructor that takes its factor first, or all options as one object. */
export type ByFactor<Options extends { readonly factor: unknown }> =
  | [factor: Options["factor"], options?: Omit<Options, "factor">]
  | [options: Options];

/** As {@link ByFactor}, of a factor that has a default. */
export type ByOptionalFactor<Options extends { readonly factor?: unknown }> =
  | [factor?: Options["factor"], options?: Omit<Options, "factor">]
  | [options: Options];

/** The options of layers that find pixels between pixels. */
export const samplingOptions = {
  ...randomImageOptions,
  /** How pixels between pixels are found. */
  interpolation: choice(["bilinear", "nearest"])("bilinear"),
  /** The value beyond the border where that is constant. */
  fillValue: number(0),
};

/** The options of layers that move pixels. */
export const movingOptions = {
  ...samplingOptions,
  /**
   * The continuation of the image beyond its border: `"reflect"`, the image mirrored, its outermost pixels too; `"wrap"`, the
   * image again; `"constant"`, `fillValue`; `"nearest"`, the outermost pixels.
   */
  fillMode: choice(["reflect", "wrap", "constant", "nearest"])("reflect"),
};

function rangeOf(given: unknown): Range | undefined {
  if (!Array.isArray(given) || given.length !== 2) return undefined;
  const [first, second]: unknown[] = given;
  if (typeof first !== "number" || typeof second !== "number" || Number.isNaN(first + second))
    return undefined;
  return first <= second ? [first, second] : [second, first];
}
