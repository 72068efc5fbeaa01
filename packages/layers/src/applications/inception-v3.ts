/**
 * A network whose blocks have convolutions of several sizes side by side (Szegedy, Vanhoucke, Ioffe, Shlens & Wojna,
 * "Rethinking the Inception Architecture for Computer Vision", 2015, https://arxiv.org/abs/1512.00567). Images go through
 * `preprocessInput(x, "tf")`.
 */
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { Concatenate } from "../layers/merging/concatenate.ts";
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
import { convolution, inner, mean, stem, wideBlock } from "./inception-parts.ts";

/** Inception v3: 23,851,784 parameters, images of 299 × 299. */
export function InceptionV3(given: ArchitectureOptions = {}): ImageModel {
  const options = readOptionTable("InceptionV3", architectureOptions, given);
  const input = begin("InceptionV3", options, { usual: 299, least: 75 });
  let x = stem(input);
  [32, 64, 64].forEach((filters, index) => {
    x = wideBlock(x, { first: 64, mean: filters }, `mixed${index}`);
  });
  x = new Concatenate({ name: "mixed3" }).apply([
    chain(x, ...inner(384, 3, 2)),
    chain(x, ...convolution(64, 1), ...convolution(96, 3), ...inner(96, 3, 2)),
    new MaxPooling2D(3, { strides: 2 }).apply(x),
  ]);
  [128, 160, 160, 192].forEach((filters, index) => {
    x = crossBlock(x, filters, `mixed${index + 4}`);
  });
  x = new Concatenate({ name: "mixed8" }).apply([
    chain(x, ...convolution(192, 1), ...inner(320, 3, 2)),
    chain(
      x,
      ...convolution(192, 1),
      ...convolution(192, [1, 7]),
      ...convolution(192, [7, 1]),
      ...inner(192, 3, 2),
    ),
    new MaxPooling2D(3, { strides: 2 }).apply(x),
  ]);
  for (const index of [0, 1]) x = splitBlock(x, index);
  const output = options.includeTop
    ? chain(x, new GlobalAveragePooling2D({ name: "avg_pool" }), classifier(options))
    : pooled(x, options);
  return modelBetween(input, output, options.name ?? "inception_v3");
}

/** Convolutions along rows and along columns, in turn. */
function crossBlock(x: SymbolicTensor, filters: number, name: string): SymbolicTensor {
  return new Concatenate({ name }).apply([
    chain(x, ...convolution(192, 1)),
    chain(x, ...convolution(filters, 1), ...convolution(filters, [1, 7]), ...convolution(192, [7, 1])),
    chain(
      x,
      ...convolution(filters, 1),
      ...convolution(filters, [7, 1]),
      ...convolution(filters, [1, 7]),
      ...convolution(filters, [7, 1]),
      ...convolution(192, [1, 7]),
    ),
    chain(x, mean(), ...convolution(192, 1)),
  ]);
}

/** Convolutions along rows and along columns, side by side. */
function splitBlock(x: SymbolicTensor, index: number): SymbolicTensor {
  const first = chain(x, ...convolution(320, 1));
  const narrow = split(chain(x, ...convolution(384, 1)), `mixed9_${index}`);
  const wide = split(chain(x, ...convolution(448, 1), ...convolution(384, 3)));
  const pooling = chain(x, mean(), ...convolution(192, 1));
  return new Concatenate({ name: `mixed${9 + index}` }).apply([first, narrow, wide, pooling]);
}

function split(x: SymbolicTensor, name: string | null = null): SymbolicTensor {
  return new Concatenate({ name }).apply([
    chain(x, ...convolution(384, [1, 3])),
    chain(x, ...convolution(384, [3, 1])),
  ]);
}
