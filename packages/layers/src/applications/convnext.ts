/**
 * Convolutional networks built as transformers are (Liu et al., "A ConvNet for the 2020s", 2022,
 * https://arxiv.org/abs/2201.03545). They scale images, whose values are from 0 to 255, themselves.
 */
import { add } from "@strata/core";
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { LayerScale } from "../layers/applications/layer-scale.ts";
import { Conv2D } from "../layers/convolution/convolution.ts";
import { Activation } from "../layers/core/activation.ts";
import { Dense } from "../layers/core/dense.ts";
import { LayerNormalization } from "../layers/normalization/layer-normalization.ts";
import { GlobalAveragePooling2D } from "../layers/pooling/global-pooling.ts";
import { Normalization } from "../layers/preprocessing/normalization.ts";
import { Sequential } from "../models/sequential.ts";
import { operate } from "../operations/operation.ts";
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
  pooled,
} from "./architecture.ts";
import { imageNetDeviation, imageNetMean } from "./imagenet.ts";

const convNeXtOptions = {
  ...architectureOptions,
  /** Whether the model normalizes values that are from 0 to 255; it does so for images of three channels. */
  includePreprocessing: boolean(true),
};

/** Options of {@link ConvNeXtTiny} and its relatives. */
export interface ConvNeXtOptions extends Given<typeof convNeXtOptions> {}

/** The smallest ConvNeXt: 28,589,128 parameters, images of 224 × 224. */
export function ConvNeXtTiny(options: ConvNeXtOptions = {}): ImageModel {
  return convNeXt("ConvNeXtTiny", [3, 3, 9, 3], 96, options);
}

/** The small ConvNeXt: 50,223,688 parameters, images of 224 × 224. */
export function ConvNeXtSmall(options: ConvNeXtOptions = {}): ImageModel {
  return convNeXt("ConvNeXtSmall", [3, 3, 27, 3], 96, options);
}

/** The middle ConvNeXt: 88,591,464 parameters, images of 224 × 224. */
export function ConvNeXtBase(options: ConvNeXtOptions = {}): ImageModel {
  return convNeXt("ConvNeXtBase", [3, 3, 27, 3], 128, options);
}

/** The large ConvNeXt: 197,767,336 parameters, images of 224 × 224. */
export function ConvNeXtLarge(options: ConvNeXtOptions = {}): ImageModel {
  return convNeXt("ConvNeXtLarge", [3, 3, 27, 3], 192, options);
}

/** The largest ConvNeXt: 350,196,968 parameters, images of 224 × 224. */
export function ConvNeXtXLarge(options: ConvNeXtOptions = {}): ImageModel {
  return convNeXt("ConvNeXtXLarge", [3, 3, 27, 3], 256, options);
}

/** The value that the factors of channels begin with. */
const initValues = 1e-6;

/** `channels` are those of the first stage; each further stage has twice as many. */
function convNeXt(
  owner: string,
  depths: readonly number[],
  channels: number,
  given: ConvNeXtOptions,
): ImageModel {
  const options = readOptionTable(owner, convNeXtOptions, given);
  const input = begin(owner, options, { usual: 224, least: 32 });
  const name = options.name ?? owner.replace("ConvNeXt", "ConvNeXt_").toLowerCase();
  const isNormalized = options.includePreprocessing && channelsOf(input) === 3;
  let x = isNormalized ? normalizedImages(`${name}_prestem_normalization`).apply(input) : input;
  depths.forEach((depth, stage) => {
    const filters = channels * 2 ** stage;
    x = (stage === 0 ? stem(filters, name) : halving(filters, name, stage - 1)).apply(x);
    for (let index = 0; index < depth; index++)
      x = block(x, filters, `${name}_stage_${stage}_block_${index}`);
  });
  const { includeTop, classes, classifierActivation: activation } = options;
  const output = includeTop
    ? chain(
        x,
        new GlobalAveragePooling2D({ name: `${name}_head_gap` }),
        normalization(`${name}_head_layernorm`),
        new Dense(classes, { activation, name: `${name}_head_dense` }),
      )
    : normalization(null).apply(pooled(x, options));
  return modelBetween(input, output, name);
}

function normalizedImages(name: string): Normalization {
  return new Normalization({
    mean: imageNetMean.map((mean) => 255 * mean),
    variance: imageNetDeviation.map((deviation) => (255 * deviation) ** 2),
    name,
  });
}

function stem(filters: number, name: string): Sequential {
  return new Sequential(
    [
      new Conv2D(filters, 4, { strides: 4, name: `${name}_stem_conv` }),
      normalization(`${name}_stem_layernorm`),
    ],
    { name: `${name}_stem` },
  );
}

/** Half of height and width, for the stage after `stage`. */
function halving(filters: number, name: string, stage: number): Sequential {
  return new Sequential(
    [
      normalization(`${name}_downsampling_layernorm_${stage}`),
      new Conv2D(filters, 2, { strides: 2, name: `${name}_downsampling_conv_${stage}` }),
    ],
    { name: `${name}_downsampling_block_${stage}` },
  );
}

/** A convolution of each channel by itself, and two layers at each pixel; their result is scaled and added to the input. */
function block(x: SymbolicTensor, filters: number, name: string): SymbolicTensor {
  const residual = chain(
    x,
    new Conv2D(filters, 7, { padding: "same", groups: filters, name: `${name}_depthwise_conv` }),
    normalization(`${name}_layernorm`),
    new Dense(4 * filters, { name: `${name}_pointwise_conv_1` }),
    new Activation("gelu", { name: `${name}_gelu` }),
    new Dense(filters, { name: `${name}_pointwise_conv_2` }),
    new LayerScale({ initValues, projectionDim: filters, name: `${name}_layer_scale` }),
    new Activation("linear", { name: `${name}_identity` }),
  );
  return operate(add, x, residual);
}

function normalization(name: string | null): LayerNormalization {
  return new LayerNormalization({ epsilon: 1e-6, name });
}
