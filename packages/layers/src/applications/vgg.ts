/**
 * Networks of 3 × 3 convolutions in a row (Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
 * Recognition", 2014, https://arxiv.org/abs/1409.1556). Images go through `preprocessInput(x, "caffe")`.
 */
import { Conv2D } from "../layers/convolution/convolution.ts";
import { Dense } from "../layers/core/dense.ts";
import { MaxPooling2D } from "../layers/pooling/pooling.ts";
import { Flatten } from "../layers/reshaping/flatten.ts";
import { readOptionTable } from "../schema/configurable.ts";
import {
  type ArchitectureOptions,
  architectureOptions,
  begin,
  chain,
  classifier,
  type ImageModel,
  modelBetween,
  pooled,
} from "./architecture.ts";

/** VGG of 16 layers: 138,357,544 parameters, images of 224 × 224. */
export function VGG16(options: ArchitectureOptions = {}): ImageModel {
  return vgg("VGG16", [2, 2, 3, 3, 3], options);
}

/** VGG of 19 layers: 143,667,240 parameters, images of 224 × 224. */
export function VGG19(options: ArchitectureOptions = {}): ImageModel {
  return vgg("VGG19", [2, 2, 4, 4, 4], options);
}

const filters = [64, 128, 256, 512, 512];

function vgg(owner: string, convolutions: readonly number[], given: ArchitectureOptions): ImageModel {
  const options = readOptionTable(owner, architectureOptions, given);
  const input = begin(owner, options, { usual: 224, least: 32 });
  const blocks = convolutions.flatMap((count, block) => [
    ...Array.from({ length: count }, (_, index) => {
      const name = `block${block + 1}_conv${index + 1}`;
      return new Conv2D(filters[block], 3, { padding: "same", activation: "relu", name });
    }),
    new MaxPooling2D(2, { strides: 2, name: `block${block + 1}_pool` }),
  ]);
  const features = chain(input, ...blocks);
  const output = options.includeTop
    ? chain(
        features,
        new Flatten({ name: "flatten" }),
        new Dense(4096, { activation: "relu", name: "fc1" }),
        new Dense(4096, { activation: "relu", name: "fc2" }),
        classifier(options),
      )
    : pooled(features, options);
  return modelBetween(input, output, options.name ?? owner.toLowerCase());
}
