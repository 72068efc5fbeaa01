/** The building blocks of both versions of EfficientNet. */
import { VarianceScaling } from "../initializers/variance-scaling.ts";
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { Conv2D } from "../layers/convolution/convolution.ts";
import { Activation } from "../layers/core/activation.ts";
import { Dense } from "../layers/core/dense.ts";
import { Add, Multiply } from "../layers/merging/elementwise.ts";
import type { BatchNormalization } from "../layers/normalization/batch-normalization.ts";
import { GlobalAveragePooling2D } from "../layers/pooling/global-pooling.ts";
import { Dropout } from "../layers/regularization/dropout.ts";
import { Reshape } from "../layers/reshaping/reshape.ts";
import { type Architecture, chain, pooled } from "./architecture.ts";

/** Initial values of the kernels of convolutions. */
export const kernelInitializer = new VarianceScaling({
  scale: 2,
  mode: "fanOut",
  distribution: "truncatedNormal",
});

const classifierInitializer = new VarianceScaling({ scale: 1 / 3, mode: "fanOut", distribution: "uniform" });

/** The fraction of a residual that is dropped in training, in the last block; it rises from 0 in the first. */
export const mostDropped = 0.2;

/** A row of blocks of one kind. */
export interface BlockRow {
  readonly kernel: number;
  readonly repeats: number;
  readonly input: number;
  readonly output: number;
  /** How many times wider the blocks are within. */
  readonly expansion: number;
  /** The strides of the first of them. */
  readonly strides: number;
}

/** One block. */
export interface Block extends BlockRow {
  readonly name: string;
  /** The fraction of the residual that is dropped in training. */
  readonly dropped: number;
}

/** The blocks of some rows, with names that have a number for the row and a letter for the place in it. */
export function blocksOf<Row extends BlockRow>(
  rows: readonly Row[],
  count: number,
): readonly (Row & Block)[] {
  let index = 0;
  return rows.flatMap((row, place) =>
    Array.from({ length: row.repeats }, (_, repeat) => ({
      ...row,
      ...(repeat === 0 ? {} : { strides: 1, input: row.output }),
      name: `block${place + 1}${String.fromCharCode(97 + repeat)}`,
      dropped: (mostDropped * index++) / count,
    })),
  );
}

/** A 1 × 1 convolution without a bias. */
export function pointwise(filters: number, name: string): Conv2D {
  return new Conv2D(filters, 1, { padding: "same", useBias: false, kernelInitializer, name });
}

/** A normalization, and the activation swish. */
export function activated(normalization: BatchNormalization, name: string) {
  return [normalization, new Activation("swish", { name: `${name}_activation` })];
}

/** The channels, each with a weight that follows from the means of all of them. */
export function excited(x: SymbolicTensor, channels: number, squeezed: number, name: string): SymbolicTensor {
  const common = { padding: "same", kernelInitializer } as const;
  const weights = chain(
    x,
    new GlobalAveragePooling2D({ name: `${name}_se_squeeze` }),
    new Reshape([1, 1, channels], { name: `${name}_se_reshape` }),
    new Conv2D(squeezed, 1, { ...common, activation: "swish", name: `${name}_se_reduce` }),
    new Conv2D(channels, 1, { ...common, activation: "sigmoid", name: `${name}_se_expand` }),
  );
  return new Multiply({ name: `${name}_se_excite` }).apply([x, weights]);
}

/** The residual, and the input of the block added where their shapes agree. */
export function joined(input: SymbolicTensor, residual: SymbolicTensor, block: Block): SymbolicTensor {
  const { strides, input: channels, output, dropped, name } = block;
  if (strides !== 1 || channels !== output) return residual;
  const kept =
    dropped > 0
      ? new Dropout(dropped, { noiseShape: [null, 1, 1, 1], name: `${name}_drop` }).apply(residual)
      : residual;
  return new Add({ name: `${name}_add` }).apply([kept, input]);
}

/** The classifier, or the pooled features. */
export function top(x: SymbolicTensor, options: Architecture, dropout: number): SymbolicTensor {
  const { includeTop, classes, classifierActivation: activation } = options;
  if (!includeTop) return pooled(x, options, { avg: "avg_pool", max: "max_pool" });
  return chain(
    x,
    new GlobalAveragePooling2D({ name: "avg_pool" }),
    new Dropout(dropout, { name: "top_dropout" }),
    new Dense(classes, { activation, kernelInitializer: classifierInitializer, name: "predictions" }),
  );
}
