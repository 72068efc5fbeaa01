/**
 * A network of Inception's blocks whose results are added to their input (Szegedy, Ioffe, Vanhoucke & Alemi, "Inception-v4,
 * Inception-ResNet and the Impact of Residual Connections on Learning", 2016, https://arxiv.org/abs/1602.07261). Images go
 * through `preprocessInput(x, "tf")`.
 */
import type { Layer } from "../layer/layer.ts";
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { CustomScaleLayer } from "../layers/applications/custom-scale-layer.ts";
import { Conv2D } from "../layers/convolution/convolution.ts";
import { Activation } from "../layers/core/activation.ts";
import { Concatenate } from "../layers/merging/concatenate.ts";
import { GlobalAveragePooling2D } from "../layers/pooling/global-pooling.ts";
import { MaxPooling2D } from "../layers/pooling/pooling.ts";
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
import { convolution, inner, stem, wideBlock } from "./inception-parts.ts";

/** Inception-ResNet v2: 55,873,736 parameters, images of 299 × 299. */
export function InceptionResNetV2(given: ArchitectureOptions = {}): ImageModel {
  const options = readOptionTable("InceptionResNetV2", architectureOptions, given);
  const input = begin("InceptionResNetV2", options, { usual: 299, least: 75 });
  let x = wideBlock(stem(input), { first: 96, mean: 64 }, "mixed_5b");
  for (let index = 1; index <= 10; index++) x = residualBlock(x, branches35(), 0.17, `block35_${index}`);
  x = new Concatenate({ name: "mixed_6a" }).apply([
    chain(x, ...inner(384, 3, 2)),
    chain(x, ...convolution(256, 1), ...convolution(256, 3), ...inner(384, 3, 2)),
    new MaxPooling2D(3, { strides: 2 }).apply(x),
  ]);
  for (let index = 1; index <= 20; index++) x = residualBlock(x, branches17(), 0.1, `block17_${index}`);
  x = new Concatenate({ name: "mixed_7a" }).apply([
    chain(x, ...convolution(256, 1), ...inner(384, 3, 2)),
    chain(x, ...convolution(256, 1), ...inner(288, 3, 2)),
    chain(x, ...convolution(256, 1), ...convolution(288, 3), ...inner(320, 3, 2)),
    new MaxPooling2D(3, { strides: 2 }).apply(x),
  ]);
  for (let index = 1; index <= 9; index++) x = residualBlock(x, branches8(), 0.2, `block8_${index}`);
  x = sum(x, branches8(), 1, "block8_10");
  x = chain(x, ...convolution(1536, 1, "conv_7b"));
  const output = options.includeTop
    ? chain(x, new GlobalAveragePooling2D({ name: "avg_pool" }), classifier(options))
    : pooled(x, options);
  return modelBetween(input, output, options.name ?? "inception_resnet_v2");
}

type Branches = readonly (readonly Layer[])[];

/** The branches of a block; 35 is the height and width of its feature map for the usual images, and so below. */
function branches35(): Branches {
  return [
    convolution(32, 1),
    [...convolution(32, 1), ...convolution(32, 3)],
    [...convolution(32, 1), ...convolution(48, 3), ...convolution(64, 3)],
  ];
}

function branches17(): Branches {
  return [
    convolution(192, 1),
    [...convolution(128, 1), ...convolution(160, [1, 7]), ...convolution(192, [7, 1])],
  ];
}

function branches8(): Branches {
  return [
    convolution(192, 1),
    [...convolution(192, 1), ...convolution(224, [1, 3]), ...convolution(256, [3, 1])],
  ];
}

function residualBlock(x: SymbolicTensor, branches: Branches, scale: number, name: string): SymbolicTensor {
  return new Activation("relu", { name: `${name}_ac` }).apply(sum(x, branches, scale, name));
}

/** The input, and what the branches make of it, projected to its channels and scaled, added. */
function sum(x: SymbolicTensor, branches: Branches, scale: number, name: string): SymbolicTensor {
  const mixed = new Concatenate({ name: `${name}_mixed` }).apply(
    branches.map((branch) => chain(x, ...branch)),
  );
  const projected = new Conv2D(channelsOf(x), 1, { padding: "same", name: `${name}_conv` }).apply(mixed);
  return new CustomScaleLayer({ scale }).apply([x, projected]);
}
