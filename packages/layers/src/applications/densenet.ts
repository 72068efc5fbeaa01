/**
 * Networks whose layers see the results of all layers before them in a block (Huang, Liu, van der Maaten & Weinberger,
 * "Densely Connected Convolutional Networks", 2016, https://arxiv.org/abs/1608.06993). Images go through
 * `preprocessInput(x, "torch")`.
 */
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { Conv2D } from "../layers/convolution/convolution.ts";
import { Activation } from "../layers/core/activation.ts";
import { Concatenate } from "../layers/merging/concatenate.ts";
import { BatchNormalization } from "../layers/normalization/batch-normalization.ts";
import { GlobalAveragePooling2D } from "../layers/pooling/global-pooling.ts";
import { AveragePooling2D, MaxPooling2D } from "../layers/pooling/pooling.ts";
import { ZeroPadding2D } from "../layers/reshaping/zero-padding.ts";
import { readOptionTable } from "../schema/configurable.ts";
import {
  type ArchitectureOptions,
  architectureOptions,
  begin,
  chain,
  channelsOf,
  classifier,
  type ImageModel,
  modelBetween,
  pooled,
} from "./architecture.ts";

/** DenseNet of 121 layers: 8,062,504 parameters, images of 224 × 224. */
export function DenseNet121(options: ArchitectureOptions = {}): ImageModel {
  return denseNetwork("DenseNet121", [6, 12, 24, 16], options);
}

/** DenseNet of 169 layers: 14,307,880 parameters, images of 224 × 224. */
export function DenseNet169(options: ArchitectureOptions = {}): ImageModel {
  return denseNetwork("DenseNet169", [6, 12, 32, 32], options);
}

/** DenseNet of 201 layers: 20,242,984 parameters, images of 224 × 224. */
export function DenseNet201(options: ArchitectureOptions = {}): ImageModel {
  return denseNetwork("DenseNet201", [6, 12, 48, 32], options);
}

/** The number of channels that each layer of a block adds. */
const growth = 32;

function denseNetwork(owner: string, blocks: readonly number[], given: ArchitectureOptions): ImageModel {
  const options = readOptionTable(owner, architectureOptions, given);
  const input = begin(owner, options, { usual: 224, least: 32 });
  let x = chain(
    input,
    new ZeroPadding2D(3),
    convolution(64, 7, "conv1", 2),
    ...activated("conv1"),
    new ZeroPadding2D(1),
    new MaxPooling2D(3, { strides: 2, name: "pool1" }),
  );
  blocks.forEach((count, stage) => {
    if (stage > 0) x = transition(x, `pool${stage + 1}`);
    for (let index = 1; index <= count; index++) x = layer(x, `conv${stage + 2}_block${index}`);
  });
  x = chain(x, normalization("bn"), new Activation("relu", { name: "relu" }));
  const output = options.includeTop
    ? chain(x, new GlobalAveragePooling2D({ name: "avg_pool" }), classifier(options))
    : pooled(x, options, { avg: "avg_pool", max: "max_pool" });
  return modelBetween(input, output, options.name ?? owner.toLowerCase());
}

/** The input, and behind its channels those that the layer makes of it. */
function layer(x: SymbolicTensor, name: string): SymbolicTensor {
  const added = chain(
    x,
    ...activated(`${name}_0`),
    convolution(4 * growth, 1, `${name}_1`),
    ...activated(`${name}_1`),
    convolution(growth, 3, `${name}_2`),
  );
  return new Concatenate({ name: `${name}_concat` }).apply([x, added]);
}

/** Half the channels, and half of height and width. */
function transition(x: SymbolicTensor, name: string): SymbolicTensor {
  return chain(
    x,
    ...activated(name),
    convolution(Math.floor(channelsOf(x) / 2), 1, name),
    new AveragePooling2D(2, { strides: 2, name: `${name}_pool` }),
  );
}

function convolution(filters: number, kernelSize: number, name: string, strides = 1): Conv2D {
  const padding = strides === 1 ? "same" : "valid";
  return new Conv2D(filters, kernelSize, { strides, padding, useBias: false, name: `${name}_conv` });
}

function activated(name: string) {
  return [normalization(`${name}_bn`), new Activation("relu", { name: `${name}_relu` })];
}

function normalization(name: string): BatchNormalization {
  return new BatchNormalization({ epsilon: 1.001e-5, name });
}
