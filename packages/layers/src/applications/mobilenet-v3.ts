/**
 * Networks for phones, found by a search (Howard et al., "Searching for MobileNetV3", 2019,
 * https://arxiv.org/abs/1905.02244). They scale images, whose values are from 0 to 255, themselves.
 */
import { add, mul } from "@strata/core";
import type { Layer } from "../layer/layer.ts";
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { ReLU } from "../layers/activations/relu.ts";
import { Conv2D } from "../layers/convolution/convolution.ts";
import { DepthwiseConv2D } from "../layers/convolution/depthwise-convolution.ts";
import { Activation } from "../layers/core/activation.ts";
import { Add, Multiply } from "../layers/merging/elementwise.ts";
import { BatchNormalization } from "../layers/normalization/batch-normalization.ts";
import { GlobalAveragePooling2D } from "../layers/pooling/global-pooling.ts";
import { Rescaling } from "../layers/preprocessing/numbers/rescaling.ts";
import { Dropout } from "../layers/regularization/dropout.ts";
import { Flatten } from "../layers/reshaping/flatten.ts";
import { ZeroPadding2D } from "../layers/reshaping/zero-padding.ts";
import { operate } from "../operations/operation.ts";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { boolean, fractionBelowOne, positiveNumber } from "../schema/vocabulary.ts";
import {
  architectureOptions,
  begin,
  chain,
  channelsOf,
  divisible,
  halvingPadding,
  type ImageModel,
  modelBetween,
  pooled,
} from "./architecture.ts";

const mobileNetV3Options = {
  ...architectureOptions,
  /** The width of the network: the factor of all numbers of channels. */
  alpha: positiveNumber(1),
  /** Whether there are no squeeze-and-excite units, no hard swish and no 5 × 5 convolutions. */
  minimalistic: boolean(false),
  /** With the top: the fraction of the features that is dropped in training. */
  dropoutRate: fractionBelowOne(0.2),
  /** Whether the model scales values from 0 … 255 to -1 … 1. */
  includePreprocessing: boolean(true),
};

/** Options of {@link MobileNetV3Small} and {@link MobileNetV3Large}. */
export interface MobileNetV3Options extends Given<typeof mobileNetV3Options> {}

/** A block that is wide within and narrow where it is added. */
interface Bottleneck {
  /** How many times wider it is within. */
  readonly expansion: number;
  readonly filters: number;
  readonly kernel: 3 | 5;
  readonly strides: 1 | 2;
  /** Whether channels are weighted by what they are on the whole image. */
  readonly excites: boolean;
  readonly activation: "relu" | "hardSwish";
}

function bottleneck(
  expansion: number,
  filters: number,
  kernel: 3 | 5,
  strides: 1 | 2,
  excites: boolean,
  activation: "relu" | "hardSwish",
): Bottleneck {
  return { expansion, filters, kernel, strides, excites, activation };
}

const smallBottlenecks: readonly Bottleneck[] = [
  bottleneck(1, 16, 3, 2, true, "relu"),
  bottleneck(72 / 16, 24, 3, 2, false, "relu"),
  bottleneck(88 / 24, 24, 3, 1, false, "relu"),
  bottleneck(4, 40, 5, 2, true, "hardSwish"),
  bottleneck(6, 40, 5, 1, true, "hardSwish"),
  bottleneck(6, 40, 5, 1, true, "hardSwish"),
  bottleneck(3, 48, 5, 1, true, "hardSwish"),
  bottleneck(3, 48, 5, 1, true, "hardSwish"),
  bottleneck(6, 96, 5, 2, true, "hardSwish"),
  bottleneck(6, 96, 5, 1, true, "hardSwish"),
  bottleneck(6, 96, 5, 1, true, "hardSwish"),
];

const largeBottlenecks: readonly Bottleneck[] = [
  bottleneck(1, 16, 3, 1, false, "relu"),
  bottleneck(4, 24, 3, 2, false, "relu"),
  bottleneck(3, 24, 3, 1, false, "relu"),
  bottleneck(3, 40, 5, 2, true, "relu"),
  bottleneck(3, 40, 5, 1, true, "relu"),
  bottleneck(3, 40, 5, 1, true, "relu"),
  bottleneck(6, 80, 3, 2, false, "hardSwish"),
  bottleneck(2.5, 80, 3, 1, false, "hardSwish"),
  bottleneck(2.3, 80, 3, 1, false, "hardSwish"),
  bottleneck(2.3, 80, 3, 1, false, "hardSwish"),
  bottleneck(6, 112, 3, 1, true, "hardSwish"),
  bottleneck(6, 112, 3, 1, true, "hardSwish"),
  bottleneck(6, 160, 5, 2, true, "hardSwish"),
  bottleneck(6, 160, 5, 1, true, "hardSwish"),
  bottleneck(6, 160, 5, 1, true, "hardSwish"),
];

/** The small MobileNetV3: 2,554,968 parameters, images of any size. */
export function MobileNetV3Small(options: MobileNetV3Options = {}): ImageModel {
  return mobileNet("MobileNetV3Small", smallBottlenecks, 1024, options);
}

/** The large MobileNetV3: 5,507,432 parameters, images of any size. */
export function MobileNetV3Large(options: MobileNetV3Options = {}): ImageModel {
  return mobileNet("MobileNetV3Large", largeBottlenecks, 1280, options);
}

function mobileNet(
  owner: string,
  bottlenecks: readonly Bottleneck[],
  features: number,
  given: MobileNetV3Options,
): ImageModel {
  const options = readOptionTable(owner, mobileNetV3Options, given);
  const { alpha, minimalistic, classes, classifierActivation, dropoutRate } = options;
  const activation = minimalistic ? "relu" : "hardSwish";
  const input = begin(owner, options, { usual: 224, least: 32, mustBeKnown: false });
  let x = chain(
    input,
    ...(options.includePreprocessing ? [new Rescaling(1 / 127.5, { offset: -1 })] : []),
    new Conv2D(16, 3, { strides: 2, padding: "same", useBias: false, name: "conv" }),
    normalization("conv_bn"),
    activated(activation),
  );
  bottlenecks.forEach((row, index) => {
    const filters = divisible(row.filters * alpha);
    const simple = { kernel: 3, excites: false, activation: "relu" } as const;
    x = inverted(x, { ...row, ...(minimalistic ? simple : {}), filters }, index);
  });
  x = chain(
    x,
    new Conv2D(divisible(channelsOf(x) * 6), 1, { padding: "same", useBias: false, name: "conv_1" }),
    normalization("conv_1_bn"),
    activated(activation),
  );
  const width = alpha > 1 ? divisible(features * alpha) : features;
  const output = options.includeTop
    ? chain(
        x,
        new GlobalAveragePooling2D({ keepDims: true }),
        new Conv2D(width, 1, { padding: "same", name: "conv_2" }),
        activated(activation),
        ...(dropoutRate > 0 ? [new Dropout(dropoutRate)] : []),
        new Conv2D(classes, 1, { padding: "same", name: "logits" }),
        new Flatten(),
        new Activation(classifierActivation, { name: "predictions" }),
      )
    : pooled(x, options, { avg: "avg_pool", max: "max_pool" });
  return modelBetween(input, output, options.name ?? owner);
}

/** The first block, of index 0, is not widened. */
function inverted(x: SymbolicTensor, row: Bottleneck, index: number): SymbolicTensor {
  const { expansion, filters, kernel, strides, activation } = row;
  const channels = channelsOf(x);
  const width = divisible(channels * expansion);
  const name = index === 0 ? "expanded_conv" : `expanded_conv_${index}`;
  const wide =
    index === 0
      ? x
      : chain(
          x,
          new Conv2D(width, 1, { padding: "same", useBias: false, name: `${name}_expand` }),
          normalization(`${name}_expand_bn`),
          activated(activation),
        );
  const sides = halvingPadding(wide, kernel);
  const padding = strides === 1 ? "same" : "valid";
  const filtered = chain(
    wide,
    ...(strides === 1 ? [] : [new ZeroPadding2D(sides, { name: `${name}_depthwise_pad` })]),
    new DepthwiseConv2D(kernel, { strides, padding, useBias: false, name: `${name}_depthwise` }),
    normalization(`${name}_depthwise_bn`),
    activated(activation),
  );
  const narrow = chain(
    row.excites ? excited(filtered, width, `${name}_squeeze_excite`) : filtered,
    new Conv2D(filters, 1, { padding: "same", useBias: false, name: `${name}_project` }),
    normalization(`${name}_project_bn`),
  );
  return strides === 1 && channels === filters ? new Add({ name: `${name}_add` }).apply([x, narrow]) : narrow;
}

/** The channels, each with a weight that follows from the means of all of them. */
function excited(x: SymbolicTensor, channels: number, name: string): SymbolicTensor {
  const scores = chain(
    x,
    new GlobalAveragePooling2D({ keepDims: true, name: `${name}_avg_pool` }),
    new Conv2D(divisible(channels / 4), 1, { padding: "same", name: `${name}_conv` }),
    new ReLU({ name: `${name}_relu` }),
    new Conv2D(channels, 1, { padding: "same", name: `${name}_conv_1` }),
  );
  const weights = operate(mul, new ReLU({ maxValue: 6 }).apply(operate(add, scores, 3)), 1 / 6);
  return new Multiply({ name: `${name}_mul` }).apply([x, weights]);
}

function activated(activation: "relu" | "hardSwish"): Layer {
  return activation === "relu" ? new ReLU() : new Activation("hardSwish");
}

function normalization(name: string): BatchNormalization {
  return new BatchNormalization({ epsilon: 1e-3, momentum: 0.999, name });
}
