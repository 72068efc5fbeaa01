/**
 * Networks for phones, of bottlenecks that are wide within and narrow where they are added (Sandler, Howard, Zhu, Zhmoginov &
 * Chen, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018, https://arxiv.org/abs/1801.04381). Images go through
 * `preprocessInput(x, "tf")`.
 */
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { ReLU } from "../layers/activations/relu.ts";
import { Conv2D } from "../layers/convolution/convolution.ts";
import { DepthwiseConv2D } from "../layers/convolution/depthwise-convolution.ts";
import { Add } from "../layers/merging/elementwise.ts";
import { BatchNormalization } from "../layers/normalization/batch-normalization.ts";
import { GlobalAveragePooling2D } from "../layers/pooling/global-pooling.ts";
import { ZeroPadding2D } from "../layers/reshaping/zero-padding.ts";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { positiveNumber } from "../schema/vocabulary.ts";
import {
  architectureOptions,
  begin,
  chain,
  channelsOf,
  classifier,
  divisible,
  halvingPadding,
  type ImageModel,
  modelBetween,
  pooled,
} from "./architecture.ts";

const mobileNetV2Options = {
  ...architectureOptions,
  /** The width of the network: the factor of all numbers of channels. */
  alpha: positiveNumber(1),
};

/** Options of {@link MobileNetV2}. */
export interface MobileNetV2Options extends Given<typeof mobileNetV2Options> {}

/** The channels and the strides of the first block of each stage, and how many blocks there are. */
const stages: readonly (readonly [filters: number, strides: number, count: number])[] = [
  [16, 1, 1],
  [24, 2, 2],
  [32, 2, 3],
  [64, 2, 4],
  [96, 1, 3],
  [160, 2, 3],
  [320, 1, 1],
];

/** MobileNetV2: 3,538,984 parameters, images of 224 × 224; made for 96, 128, 160 and 192, too. */
export function MobileNetV2(given: MobileNetV2Options = {}): ImageModel {
  const options = readOptionTable("MobileNetV2", mobileNetV2Options, given);
  const { alpha } = options;
  const input = begin("MobileNetV2", options, { usual: 224, least: 32 });
  let x = chain(
    input,
    new Conv2D(divisible(32 * alpha), 3, { strides: 2, padding: "same", useBias: false, name: "Conv1" }),
    normalization("bn_Conv1"),
    new ReLU({ maxValue: 6, name: "Conv1_relu" }),
  );
  let index = 0;
  for (const [filters, strides, count] of stages) {
    for (let place = 0; place < count; place++) {
      x = bottleneck(x, divisible(Math.floor(filters * alpha)), place === 0 ? strides : 1, index++);
    }
  }
  x = chain(
    x,
    new Conv2D(alpha > 1 ? divisible(1280 * alpha) : 1280, 1, { useBias: false, name: "Conv_1" }),
    normalization("Conv_1_bn"),
    new ReLU({ maxValue: 6, name: "out_relu" }),
  );
  const output = options.includeTop
    ? chain(x, new GlobalAveragePooling2D(), classifier(options))
    : pooled(x, options);
  const name = `mobilenetv2_${alpha.toFixed(2)}_${input.shape[1] ?? "None"}`;
  return modelBetween(input, output, options.name ?? name);
}

/** The first block, of index 0, is not widened. */
function bottleneck(x: SymbolicTensor, filters: number, strides: number, index: number): SymbolicTensor {
  const channels = channelsOf(x);
  const name = index === 0 ? "expanded_conv" : `block_${index}`;
  const wide =
    index === 0
      ? x
      : chain(
          x,
          new Conv2D(6 * channels, 1, { padding: "same", useBias: false, name: `${name}_expand` }),
          normalization(`${name}_expand_BN`),
          new ReLU({ maxValue: 6, name: `${name}_expand_relu` }),
        );
  const padding = strides === 1 ? "same" : "valid";
  const narrow = chain(
    wide,
    ...(strides === 1 ? [] : [new ZeroPadding2D(halvingPadding(wide, 3), { name: `${name}_pad` })]),
    new DepthwiseConv2D(3, { strides, padding, useBias: false, name: `${name}_depthwise` }),
    normalization(`${name}_depthwise_BN`),
    new ReLU({ maxValue: 6, name: `${name}_depthwise_relu` }),
    new Conv2D(filters, 1, { padding: "same", useBias: false, name: `${name}_project` }),
    normalization(`${name}_project_BN`),
  );
  return strides === 1 && channels === filters ? new Add({ name: `${name}_add` }).apply([x, narrow]) : narrow;
}

function normalization(name: string): BatchNormalization {
  return new BatchNormalization({ epsilon: 1e-3, momentum: 0.999, name });
}
