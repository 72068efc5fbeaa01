/**
 * Networks for phones, of convolutions of each channel by itself, and 1 × 1 convolutions (Howard et al., "MobileNets:
 * Efficient Convolutional Neural Networks for Mobile Vision Applications", 2017, https://arxiv.org/abs/1704.04861). Images go
 * through `preprocessInput(x, "tf")`.
 */
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { ReLU } from "../layers/activations/relu.ts";
import { Conv2D } from "../layers/convolution/convolution.ts";
import { DepthwiseConv2D } from "../layers/convolution/depthwise-convolution.ts";
import { Activation } from "../layers/core/activation.ts";
import { BatchNormalization } from "../layers/normalization/batch-normalization.ts";
import { GlobalAveragePooling2D } from "../layers/pooling/global-pooling.ts";
import { Dropout } from "../layers/regularization/dropout.ts";
import { Reshape } from "../layers/reshaping/reshape.ts";
import { ZeroPadding2D } from "../layers/reshaping/zero-padding.ts";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { fractionBelowOne, positiveInteger, positiveNumber } from "../schema/vocabulary.ts";
import { architectureOptions, begin, chain, type ImageModel, modelBetween, pooled } from "./architecture.ts";

const mobileNetOptions = {
  ...architectureOptions,
  /** The width of the network: the factor of all numbers of channels. */
  alpha: positiveNumber(1),
  /** How many results a depthwise convolution gives for each channel. */
  depthMultiplier: positiveInteger(1),
  /** With the top: the fraction of the features that is dropped in training. */
  dropout: fractionBelowOne(0.001),
};

/** Options of {@link MobileNet}. */
export interface MobileNetOptions extends Given<typeof mobileNetOptions> {}

/** The channels and the strides of the blocks. */
const blocks: readonly (readonly [filters: number, strides: number])[] = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  ...Array.from({ length: 5 }, (): readonly [number, number] => [512, 1]),
  [1024, 2],
  [1024, 1],
];

/** MobileNet: 4,253,864 parameters, images of 224 × 224; made for 128, 160 and 192, too. */
export function MobileNet(given: MobileNetOptions = {}): ImageModel {
  const options = readOptionTable("MobileNet", mobileNetOptions, given);
  const { alpha, depthMultiplier, classes, dropout, classifierActivation } = options;
  const input = begin("MobileNet", options, { usual: 224, least: 32 });
  let x = chain(
    input,
    new Conv2D(Math.floor(32 * alpha), 3, { strides: 2, padding: "same", useBias: false, name: "conv1" }),
    ...activated("conv1"),
  );
  blocks.forEach(([filters, strides], index) => {
    x = block(x, Math.floor(filters * alpha), strides, depthMultiplier, index + 1);
  });
  const output = options.includeTop
    ? chain(
        x,
        new GlobalAveragePooling2D({ keepDims: true }),
        new Dropout(dropout),
        new Conv2D(classes, 1, { padding: "same", name: "conv_preds" }),
        new Reshape([classes], { name: "reshape_2" }),
        new Activation(classifierActivation, { name: "predictions" }),
      )
    : pooled(x, options);
  const name = `mobilenet_${alpha.toFixed(2)}_${input.shape[1] ?? "None"}`;
  return modelBetween(input, output, options.name ?? name);
}

function block(x: SymbolicTensor, filters: number, strides: number, depthMultiplier: number, index: number) {
  const padding = strides === 1 ? "same" : "valid";
  const depthwise = `conv_dw_${index}`;
  const pointwise = `conv_pw_${index}`;
  const sides: readonly (readonly [number, number])[] = [
    [0, 1],
    [0, 1],
  ];
  return chain(
    x,
    ...(strides === 1 ? [] : [new ZeroPadding2D(sides, { name: `conv_pad_${index}` })]),
    new DepthwiseConv2D(3, { strides, padding, depthMultiplier, useBias: false, name: depthwise }),
    ...activated(depthwise),
    new Conv2D(filters, 1, { padding: "same", useBias: false, name: pointwise }),
    ...activated(pointwise),
  );
}

function activated(name: string) {
  return [new BatchNormalization({ name: `${name}_bn` }), new ReLU({ maxValue: 6, name: `${name}_relu` })];
}
