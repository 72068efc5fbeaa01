/**
 * EfficientNets whose first blocks have one convolution in place of two, which trains faster (Tan & Le, "EfficientNetV2:
 * Smaller Models and Faster Training", 2021, https://arxiv.org/abs/2104.00298). They scale images, whose values are from 0 to
 * 255, themselves.
 */
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { Conv2D } from "../layers/convolution/convolution.ts";
import { DepthwiseConv2D } from "../layers/convolution/depthwise-convolution.ts";
import { BatchNormalization } from "../layers/normalization/batch-normalization.ts";
import { Normalization } from "../layers/preprocessing/normalization.ts";
import { Rescaling } from "../layers/preprocessing/numbers/rescaling.ts";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { boolean } from "../schema/vocabulary.ts";
import {
  architectureOptions,
  begin,
  chain,
  channelsOf,
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
import { imageNetDeviation, imageNetMean } from "./imagenet.ts";

const efficientNetV2Options = {
  ...architectureOptions,
  /** Whether the model scales values that are from 0 to 255. */
  includePreprocessing: boolean(true),
};

/** Options of {@link EfficientNetV2B0} and its relatives. */
export interface EfficientNetV2Options extends Given<typeof efficientNetV2Options> {}

/** EfficientNetV2 B0: 7,200,312 parameters, images of 224 × 224. */
export function EfficientNetV2B0(options: EfficientNetV2Options = {}): ImageModel {
  return efficientNetV2("EfficientNetV2B0", { rows: baseRows, width: 1, depth: 1, size: 224 }, options);
}

/** EfficientNetV2 B1: 8,212,124 parameters, images of 240 × 240. */
export function EfficientNetV2B1(options: EfficientNetV2Options = {}): ImageModel {
  return efficientNetV2("EfficientNetV2B1", { rows: baseRows, width: 1, depth: 1.1, size: 240 }, options);
}

/** EfficientNetV2 B2: 10,178,374 parameters, images of 260 × 260. */
export function EfficientNetV2B2(options: EfficientNetV2Options = {}): ImageModel {
  return efficientNetV2("EfficientNetV2B2", { rows: baseRows, width: 1.1, depth: 1.2, size: 260 }, options);
}

/** EfficientNetV2 B3: 14,467,622 parameters, images of 300 × 300. */
export function EfficientNetV2B3(options: EfficientNetV2Options = {}): ImageModel {
  return efficientNetV2("EfficientNetV2B3", { rows: baseRows, width: 1.2, depth: 1.4, size: 300 }, options);
}

/** The small EfficientNetV2: 21,612,360 parameters, images of 384 × 384. */
export function EfficientNetV2S(options: EfficientNetV2Options = {}): ImageModel {
  return efficientNetV2("EfficientNetV2S", { rows: smallRows, width: 1, depth: 1, size: 384 }, options);
}

/** The medium EfficientNetV2: 54,431,388 parameters, images of 480 × 480. */
export function EfficientNetV2M(options: EfficientNetV2Options = {}): ImageModel {
  return efficientNetV2("EfficientNetV2M", { rows: mediumRows, width: 1, depth: 1, size: 480 }, options);
}

/** The large EfficientNetV2: 119,027,848 parameters, images of 480 × 480. */
export function EfficientNetV2L(options: EfficientNetV2Options = {}): ImageModel {
  return efficientNetV2("EfficientNetV2L", { rows: largeRows, width: 1, depth: 1, size: 480 }, options);
}

interface Row extends BlockRow {
  /** Whether one convolution takes the place of a widening and a depthwise one; others weigh their channels. */
  readonly isFused: boolean;
}

function fused(repeats: number, input: number, output: number, expansion: number, strides: number): Row {
  return { isFused: true, kernel: 3, repeats, input, output, expansion, strides };
}

function inverted(repeats: number, input: number, output: number, expansion: number, strides: number): Row {
  return { isFused: false, kernel: 3, repeats, input, output, expansion, strides };
}

const baseRows: readonly Row[] = [
  fused(1, 32, 16, 1, 1),
  fused(2, 16, 32, 4, 2),
  fused(2, 32, 48, 4, 2),
  inverted(3, 48, 96, 4, 2),
  inverted(5, 96, 112, 6, 1),
  inverted(8, 112, 192, 6, 2),
];

const smallRows: readonly Row[] = [
  fused(2, 24, 24, 1, 1),
  fused(4, 24, 48, 4, 2),
  fused(4, 48, 64, 4, 2),
  inverted(6, 64, 128, 4, 2),
  inverted(9, 128, 160, 6, 1),
  inverted(15, 160, 256, 6, 2),
];

const mediumRows: readonly Row[] = [
  fused(3, 24, 24, 1, 1),
  fused(5, 24, 48, 4, 2),
  fused(5, 48, 80, 4, 2),
  inverted(7, 80, 160, 4, 2),
  inverted(14, 160, 176, 6, 1),
  inverted(18, 176, 304, 6, 2),
  inverted(5, 304, 512, 6, 1),
];

const largeRows: readonly Row[] = [
  fused(4, 32, 32, 1, 1),
  fused(7, 32, 64, 4, 2),
  fused(7, 64, 96, 4, 2),
  inverted(10, 96, 192, 4, 2),
  inverted(19, 192, 224, 6, 1),
  inverted(25, 224, 384, 6, 2),
  inverted(7, 384, 640, 6, 1),
];

interface Variant {
  readonly rows: readonly Row[];
  /** The factor of the numbers of channels. */
  readonly width: number;
  /** The factor of the numbers of blocks. */
  readonly depth: number;
  /** Height and width of images. */
  readonly size: number;
}

function efficientNetV2(owner: string, variant: Variant, given: EfficientNetV2Options): ImageModel {
  const options = readOptionTable(owner, efficientNetV2Options, given);
  const { rows, width, depth, size } = variant;
  const input = begin(owner, options, { usual: size, least: 32 });
  const scaled = rows.map((row) => ({
    ...row,
    repeats: Math.ceil(row.repeats * depth),
    input: multipleOf8(row.input * width),
    output: multipleOf8(row.output * width),
  }));
  // The count is that of the variant that others are scaled from, as in Keras.
  const count = rows.reduce((sum, { repeats }) => sum + repeats, 0);
  const isBase = rows === baseRows && channelsOf(input) === 3;
  let x = chain(
    input,
    ...(options.includePreprocessing ? preprocessing(isBase) : []),
    new Conv2D(scaled[0].input, 3, {
      strides: 2,
      padding: "same",
      useBias: false,
      kernelInitializer,
      name: "stem_conv",
    }),
    ...activated(normalization("stem_bn"), "stem"),
  );
  for (const block of blocksOf(scaled, count))
    x = block.isFused ? fusedBlock(x, block) : invertedBlock(x, block);
  x = chain(
    x,
    pointwise(multipleOf8(1280 * width), "top_conv"),
    ...activated(normalization("top_bn"), "top"),
  );
  const name = owner.toLowerCase().replace("v2", "v2-");
  return modelBetween(input, top(x, options, 0.2), options.name ?? name);
}

function preprocessing(isBase: boolean) {
  if (!isBase) return [new Rescaling(1 / 128, { offset: -1 })];
  const variance = imageNetDeviation.map((deviation) => deviation ** 2);
  return [new Rescaling(1 / 255), new Normalization({ mean: imageNetMean, variance })];
}

function fusedBlock(x: SymbolicTensor, block: Block): SymbolicTensor {
  const { kernel, input, output, expansion, strides, name } = block;
  const common = { strides, padding: "same", useBias: false, kernelInitializer } as const;
  const residual =
    expansion === 1
      ? chain(
          x,
          new Conv2D(output, kernel, { ...common, name: `${name}_project_conv` }),
          ...activated(normalization(`${name}_project_bn`), `${name}_project`),
        )
      : chain(
          x,
          new Conv2D(input * expansion, kernel, { ...common, name: `${name}_expand_conv` }),
          ...activated(normalization(`${name}_expand_bn`), `${name}_expand`),
          pointwise(output, `${name}_project_conv`),
          normalization(`${name}_project_bn`),
        );
  return joined(x, residual, block);
}

function invertedBlock(x: SymbolicTensor, block: Block): SymbolicTensor {
  const { kernel, input, output, expansion, strides, name } = block;
  const channels = input * expansion;
  const filtered = chain(
    x,
    pointwise(channels, `${name}_expand_conv`),
    ...activated(normalization(`${name}_expand_bn`), `${name}_expand`),
    new DepthwiseConv2D(kernel, {
      strides,
      padding: "same",
      useBias: false,
      depthwiseInitializer: kernelInitializer,
      name: `${name}_dwconv2`,
    }),
    ...activated(normalization(`${name}_bn`), name),
  );
  const residual = chain(
    excited(filtered, channels, Math.max(1, Math.floor(input / 4)), name),
    pointwise(output, `${name}_project_conv`),
    normalization(`${name}_project_bn`),
  );
  return joined(x, residual, block);
}

function normalization(name: string): BatchNormalization {
  return new BatchNormalization({ momentum: 0.9, name });
}

/** The nearest multiple, unlike in the first version also where it is less than nine tenths. */
function multipleOf8(channels: number): number {
  return Math.max(8, Math.floor((channels + 4) / 8) * 8);
}
