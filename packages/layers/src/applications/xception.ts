/**
 * A network of separable convolutions (Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", 2016,
 * https://arxiv.org/abs/1610.02357). Images go through `preprocessInput(x, "tf")`.
 */
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { Conv2D } from "../layers/convolution/convolution.ts";
import { SeparableConv2D } from "../layers/convolution/separable-convolution.ts";
import { Activation } from "../layers/core/activation.ts";
import { Add } from "../layers/merging/elementwise.ts";
import { BatchNormalization } from "../layers/normalization/batch-normalization.ts";
import { GlobalAveragePooling2D } from "../layers/pooling/global-pooling.ts";
import { MaxPooling2D } from "../layers/pooling/pooling.ts";
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

/** Xception: 22,910,480 parameters, images of 299 × 299. */
export function Xception(given: ArchitectureOptions = {}): ImageModel {
  const options = readOptionTable("Xception", architectureOptions, given);
  const input = begin("Xception", options, { usual: 299, least: 71 });
  let x = chain(
    input,
    new Conv2D(32, 3, { strides: 2, useBias: false, name: "block1_conv1" }),
    normalization("block1_conv1"),
    activation("block1_conv1"),
    new Conv2D(64, 3, { useBias: false, name: "block1_conv2" }),
    normalization("block1_conv2"),
    activation("block1_conv2"),
  );
  x = halved(x, [128, 128], "block2", false);
  x = halved(x, [256, 256], "block3");
  x = halved(x, [728, 728], "block4");
  for (let index = 5; index <= 12; index++) {
    const residual = chain(x, ...convolutions([728, 728, 728], `block${index}`));
    x = new Add().apply([residual, x]);
  }
  x = halved(x, [728, 1024], "block13");
  x = chain(
    x,
    ...separable(1536, "block14_sepconv1"),
    activation("block14_sepconv1"),
    ...separable(2048, "block14_sepconv2"),
    activation("block14_sepconv2"),
  );
  const output = options.includeTop
    ? chain(x, new GlobalAveragePooling2D({ name: "avg_pool" }), classifier(options))
    : pooled(x, options);
  return modelBetween(input, output, options.name ?? "xception");
}

/** Two separable convolutions and a pooling, and the input, projected to the same shape, added. */
function halved(x: SymbolicTensor, filters: readonly number[], name: string, isActivated = true) {
  const projected = chain(
    x,
    new Conv2D(filters[filters.length - 1], 1, { strides: 2, padding: "same", useBias: false }),
    new BatchNormalization(),
  );
  const residual = chain(
    x,
    ...convolutions(filters, name, isActivated),
    new MaxPooling2D(3, { strides: 2, padding: "same", name: `${name}_pool` }),
  );
  return new Add().apply([residual, projected]);
}

/** Separable convolutions, each after an activation, but for the first where it says so. */
function convolutions(filters: readonly number[], name: string, isActivated = true) {
  return filters.flatMap((count, index) => {
    const convolution = `${name}_sepconv${index + 1}`;
    return [...(index > 0 || isActivated ? [activation(convolution)] : []), ...separable(count, convolution)];
  });
}

function separable(filters: number, name: string) {
  return [new SeparableConv2D(filters, 3, { padding: "same", useBias: false, name }), normalization(name)];
}

function normalization(name: string): BatchNormalization {
  return new BatchNormalization({ name: `${name}_bn` });
}

function activation(name: string): Activation {
  return new Activation("relu", { name: `${name}_act` });
}
