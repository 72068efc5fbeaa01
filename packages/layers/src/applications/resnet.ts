/**
 * Residual networks, whose blocks add to their input what they make of it (He, Zhang, Ren & Sun, "Deep Residual Learning for
 * Image Recognition", 2015, https://arxiv.org/abs/1512.03385).
 *
 * @module
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

/**
 * ResNet of 50 layers: 25,636,712 parameters, images of 224 × 224.
 *
 * @example
 * ```ts
 * import { ResNet50 } from "@strata/layers/applications";
 *
 * const model = ResNet50({ classes: 10 });
 * console.log(model.outputShape, model.countParams()); // [null, 10] 23608202
 * ```
 */
export function ResNet50(options: ArchitectureOptions = {}): ImageModel {
  return residualNetwork("ResNet50", [3, 4, 6, 3], options);
}

/** ResNet of 101 layers: 44,707,176 parameters, images of 224 × 224. */
export function ResNet101(options: ArchitectureOptions = {}): ImageModel {
  return residualNetwork("ResNet101", [3, 4, 23, 3], options);
}

/** ResNet of 152 layers: 60,419,944 parameters, images of 224 × 224. */
export function ResNet152(options: ArchitectureOptions = {}): ImageModel {
  return residualNetwork("ResNet152", [3, 8, 36, 3], options);
}

function residualNetwork(owner: string, blocks: readonly number[], given: ArchitectureOptions): ImageModel {
  const options = readOptionTable(owner, architectureOptions, given);
  const input = begin(owner, options, { usual: 224, least: 32 });
  let x = chain(
    input,
    new ZeroPadding2D(3, { name: "conv1_pad" }),
    new Conv2D(64, 7, { strides: 2, name: "conv1_conv" }),
    normalization("conv1_bn"),
    new Activation("relu", { name: "conv1_relu" }),
    new ZeroPadding2D(1, { name: "pool1_pad" }),
    new MaxPooling2D(3, { strides: 2, name: "pool1_pool" }),
  );
  blocks.forEach((count, stage) => {
    for (let index = 1; index <= count; index++) {
      const strides = stage > 0 && index === 1 ? 2 : 1;
      x = block(x, 64 * 2 ** stage, strides, index === 1, `conv${stage + 2}_block${index}`);
    }
  });
  const output = options.includeTop
    ? chain(x, new GlobalAveragePooling2D({ name: "avg_pool" }), classifier(options))
    : pooled(x, options, { avg: "avg_pool", max: "max_pool" });
  return modelBetween(input, output, options.name ?? owner.toLowerCase());
}

/** A bottleneck: 1 × 1, 3 × 3 and 1 × 1 convolutions, and their input, projected where `isFirst`, added. */
function block(x: SymbolicTensor, filters: number, strides: number, isFirst: boolean, name: string) {
  const shortcut = isFirst
    ? chain(x, new Conv2D(4 * filters, 1, { strides, name: `${name}_0_conv` }), normalization(`${name}_0_bn`))
    : x;
  const residual = chain(
    x,
    new Conv2D(filters, 1, { strides, name: `${name}_1_conv` }),
    normalization(`${name}_1_bn`),
    new Activation("relu", { name: `${name}_1_relu` }),
    new Conv2D(filters, 3, { padding: "same", name: `${name}_2_conv` }),
    normalization(`${name}_2_bn`),
    new Activation("relu", { name: `${name}_2_relu` }),
    new Conv2D(4 * filters, 1, { name: `${name}_3_conv` }),
    normalization(`${name}_3_bn`),
  );
  const sum = new Add({ name: `${name}_add` }).apply([shortcut, residual]);
  return new Activation("relu", { name: `${name}_out` }).apply(sum);
}

function normalization(name: string): BatchNormalization {
  return new BatchNormalization({ epsilon: 1.001e-5, name });
}
