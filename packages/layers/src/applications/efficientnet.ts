/**
 * Networks whose depth, width and image size grow together (Tan & Le, "EfficientNet: Rethinking Model Scaling for
 * Convolutional Neural Networks", 2019, https://arxiv.org/abs/1905.11946). They scale images, whose values are from 0 to 255,
 * themselves.
 */
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { Conv2D } from "../layers/convolution/convolution.ts";
import { DepthwiseConv2D } from "../layers/convolution/depthwise-convolution.ts";
import { BatchNormalization } from "../layers/normalization/batch-normalization.ts";
import { Normalization } from "../layers/preprocessing/normalization.ts";
import { Rescaling } from "../layers/preprocessing/numbers/rescaling.ts";
import { ZeroPadding2D } from "../layers/reshaping/zero-padding.ts";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { boolean } from "../schema/vocabulary.ts";
import {
  architectureOptions,
  begin,
  chain,
  divisible,
  halvingPadding,
  type ImageModel,
  modelBetween,
} from "./architecture.ts";
import {
  activated,
  type Block,
  type BlockRow,
  blocksOf,
  excited,
  joined,
  kernelInitializer,
  pointwise,
  top,
} from "./efficientnet-parts.ts";
import { imageNetDeviation } from "./imagenet.ts";

const efficientNetOptions = {
  ...architectureOptions,
  /**
   * Whether normalized images are divided by the root of ImageNet's deviation. The weights that Keras publishes were trained
   * so, and Keras itself adds the layer for them alone.
   */
  includeImageNetScaling: boolean(false),
};

/** Options of {@link EfficientNetB0} to {@link EfficientNetB7}. */
export interface EfficientNetOptions extends Given<typeof efficientNetOptions> {}

/** EfficientNet B0: 5,330,571 parameters, images of 224 × 224. */
export function EfficientNetB0(options: EfficientNetOptions = {}): ImageModel {
  return efficientNet("EfficientNetB0", { width: 1, depth: 1, size: 224, dropout: 0.2 }, options);
}

/** EfficientNet B1: 7,856,239 parameters, images of 240 × 240. */
export function EfficientNetB1(options: EfficientNetOptions = {}): ImageModel {
  return efficientNet("EfficientNetB1", { width: 1, depth: 1.1, size: 240, dropout: 0.2 }, options);
}

/** EfficientNet B2: 9,177,569 parameters, images of 260 × 260. */
export function EfficientNetB2(options: EfficientNetOptions = {}): ImageModel {
  return efficientNet("EfficientNetB2", { width: 1.1, depth: 1.2, size: 260, dropout: 0.3 }, options);
}

/** EfficientNet B3: 12,320,535 parameters, images of 300 × 300. */
export function EfficientNetB3(options: EfficientNetOptions = {}): ImageModel {
  return efficientNet("EfficientNetB3", { width: 1.2, depth: 1.4, size: 300, dropout: 0.3 }, options);
}

/** EfficientNet B4: 19,466,823 parameters, images of 380 × 380. */
export function EfficientNetB4(options: EfficientNetOptions = {}): ImageModel {
  return efficientNet("EfficientNetB4", { width: 1.4, depth: 1.8, size: 380, dropout: 0.4 }, options);
}

/** EfficientNet B5: 30,562,527 parameters, images of 456 × 456. */
export function EfficientNetB5(options: EfficientNetOptions = {}): ImageModel {
  return efficientNet("EfficientNetB5", { width: 1.6, depth: 2.2, size: 456, dropout: 0.4 }, options);
}

/** EfficientNet B6: 43,265,143 parameters, images of 528 × 528. */
export function EfficientNetB6(options: EfficientNetOptions = {}): ImageModel {
  return efficientNet("EfficientNetB6", { width: 1.8, depth: 2.6, size: 528, dropout: 0.5 }, options);
}

/** EfficientNet B7: 66,658,687 parameters, images of 600 × 600. */
export function EfficientNetB7(options: EfficientNetOptions = {}): ImageModel {
  return efficientNet("EfficientNetB7", { width: 2, depth: 3.1, size: 600, dropout: 0.5 }, options);
}

/** How one of the networks differs from B0. */
interface Scale {
  /** The factor of the numbers of channels. */
  readonly width: number;
  /** The factor of the numbers of blocks. */
  readonly depth: number;
  /** Height and width of images. */
  readonly size: number;
  /** The fraction of the features that is dropped in training. */
  readonly dropout: number;
}

const rows: readonly BlockRow[] = [
  { kernel: 3, repeats: 1, input: 32, output: 16, expansion: 1, strides: 1 },
  { kernel: 3, repeats: 2, input: 16, output: 24, expansion: 6, strides: 2 },
  { kernel: 5, repeats: 2, input: 24, output: 40, expansion: 6, strides: 2 },
  { kernel: 3, repeats: 3, input: 40, output: 80, expansion: 6, strides: 2 },
  { kernel: 5, repeats: 3, input: 80, output: 112, expansion: 6, strides: 1 },
  { kernel: 5, repeats: 4, input: 112, output: 192, expansion: 6, strides: 2 },
  { kernel: 3, repeats: 1, input: 192, output: 320, expansion: 6, strides: 1 },
];

function efficientNet(owner: string, scale: Scale, given: EfficientNetOptions): ImageModel {
  const options = readOptionTable(owner, efficientNetOptions, given);
  const { width, depth, size, dropout } = scale;
  const input = begin(owner, options, { usual: size, least: 32 });
  const scaled = rows.map((row) => ({
    ...row,
    repeats: Math.ceil(row.repeats * depth),
    input: divisible(row.input * width),
    output: divisible(row.output * width),
  }));
  const count = scaled.reduce((sum, { repeats }) => sum + repeats, 0);
  const images = chain(
    input,
    new Rescaling(1 / 255),
    new Normalization(),
    ...(options.includeImageNetScaling
      ? [new Rescaling(imageNetDeviation.map((deviation) => 1 / Math.sqrt(deviation)))]
      : []),
  );
  let x = chain(
    images,
    new ZeroPadding2D(halvingPadding(images, 3), { name: "stem_conv_pad" }),
    new Conv2D(divisible(32 * width), 3, {
      strides: 2,
      useBias: false,
      kernelInitializer,
      name: "stem_conv",
    }),
    ...activated(new BatchNormalization({ name: "stem_bn" }), "stem"),
  );
  for (const block of blocksOf(scaled, count)) x = bottleneck(x, block);
  x = chain(
    x,
    pointwise(divisible(1280 * width), "top_conv"),
    ...activated(new BatchNormalization({ name: "top_bn" }), "top"),
  );
  return modelBetween(input, top(x, options, dropout), options.name ?? owner.toLowerCase());
}

function bottleneck(x: SymbolicTensor, block: Block): SymbolicTensor {
  const { kernel, input, output, expansion, strides, name } = block;
  const channels = input * expansion;
  const wide =
    expansion === 1
      ? x
      : chain(
          x,
          pointwise(channels, `${name}_expand_conv`),
          ...activated(new BatchNormalization({ name: `${name}_expand_bn` }), `${name}_expand`),
        );
  const filtered = chain(
    wide,
    ...(strides === 1
      ? []
      : [new ZeroPadding2D(halvingPadding(wide, kernel), { name: `${name}_dwconv_pad` })]),
    new DepthwiseConv2D(kernel, {
      strides,
      padding: strides === 1 ? "same" : "valid",
      useBias: false,
      depthwiseInitializer: kernelInitializer,
      name: `${name}_dwconv`,
    }),
    ...activated(new BatchNormalization({ name: `${name}_bn` }), name),
  );
  const residual = chain(
    excited(filtered, channels, Math.max(1, Math.floor(input / 4)), name),
    pointwise(output, `${name}_project_conv`),
    new BatchNormalization({ name: `${name}_project_bn` }),
  );
  return joined(x, residual, block);
}
