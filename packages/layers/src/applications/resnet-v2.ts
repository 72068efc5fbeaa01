/**
 * Residual networks that normalize before each convolution, so that what is added is passed on unchanged (He, Zhang, Ren &
 * Sun, "Identity Mappings in Deep Residual Networks", 2016, https://arxiv.org/abs/1603.05027). Images go through
 * `preprocessInput(x, "tf")`.
 */
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { Conv2D } from "../layers/convolution/convolution.ts";
import { Activation } from "../layers/core/activation.ts";
import { Add } from "../layers/merging/elementwise.ts";
import { BatchNormalization } from "../layers/normalization/batch-normalization.ts";
import { GlobalAveragePooling2D } from "../layers/pooling/global-pooling.ts";
import { MaxPooling2D } from "../layers/pooling/pooling.ts";
import { ZeroPadding2D } from "../layers/reshaping/zero-padding.ts";
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

/** The second ResNet of 50 layers: 25,613,800 parameters, images of 224 × 224. */
export function ResNet50V2(options: ArchitectureOptions = {}): ImageModel {
  return residualNetwork("ResNet50V2", [3, 4, 6, 3], options);
}

/** The second ResNet of 101 layers: 44,675,560 parameters, images of 224 × 224. */
export function ResNet101V2(options: ArchitectureOptions = {}): ImageModel {
  return residualNetwork("ResNet101V2", [3, 4, 23, 3], options);
}

/** The second ResNet of 152 layers: 60,380,648 parameters, images of 224 × 224. */
export function ResNet152V2(options: ArchitectureOptions = {}): ImageModel {
  return residualNetwork("ResNet152V2", [3, 8, 36, 3], options);
}

function residualNetwork(owner: string, blocks: readonly number[], given: ArchitectureOptions): ImageModel {
  const options = readOptionTable(owner, architectureOptions, given);
  const input = begin(owner, options, { usual: 224, least: 32 });
  let x = chain(
    input,
    new ZeroPadding2D(3, { name: "conv1_pad" }),
    new Conv2D(64, 7, { strides: 2, name: "conv1_conv" }),
    new ZeroPadding2D(1, { name: "pool1_pad" }),
    new MaxPooling2D(3, { strides: 2, name: "pool1_pool" }),
  );
  blocks.forEach((count, stage) => {
    const halves = stage < blocks.length - 1;
    for (let index = 1; index <= count; index++) {
      const strides = halves && index === count ? 2 : 1;
      x = block(x, 64 * 2 ** stage, strides, index === 1, `conv${stage + 2}_block${index}`);
    }
  });
  x = chain(x, ...activated("post"));
  const output = options.includeTop
    ? chain(x, new GlobalAveragePooling2D({ name: "avg_pool" }), classifier(options))
    : pooled(x, options, { avg: "avg_pool", max: "max_pool" });
  return modelBetween(input, output, options.name ?? owner.toLowerCase());
}

/** A bottleneck after a normalization, and its input, projected where `isFirst`, added. */
function block(x: SymbolicTensor, filters: number, strides: number, isFirst: boolean, name: string) {
  const normalized = chain(x, ...activated(`${name}_preact`));
  const unchanged = strides > 1 && !isFirst ? new MaxPooling2D(1, { strides }).apply(x) : x;
  const shortcut = isFirst
    ? new Conv2D(4 * filters, 1, { strides, name: `${name}_0_conv` }).apply(normalized)
    : unchanged;
  const residual = chain(
    normalized,
    new Conv2D(filters, 1, { useBias: false, name: `${name}_1_conv` }),
    ...activated(`${name}_1`),
    new ZeroPadding2D(1, { name: `${name}_2_pad` }),
    new Conv2D(filters, 3, { strides, useBias: false, name: `${name}_2_conv` }),
    ...activated(`${name}_2`),
    new Conv2D(4 * filters, 1, { name: `${name}_3_conv` }),
  );
  return new Add({ name: `${name}_out` }).apply([shortcut, residual]);
}

function activated(name: string) {
  return [
    new BatchNormalization({ epsilon: 1.001e-5, name: `${name}_bn` }),
    new Activation("relu", { name: `${name}_relu` }),
  ];
}
