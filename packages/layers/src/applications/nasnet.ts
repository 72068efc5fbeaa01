/**
 * Networks of two kinds of cells that a search has found (Zoph, Vasudevan, Shlens & Le, "Learning Transferable Architectures
 * for Scalable Image Recognition", 2017, https://arxiv.org/abs/1707.07012). Images go through `preprocessInput(x, "tf")`.
 */
import type { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { Conv2D } from "../layers/convolution/convolution.ts";
import { SeparableConv2D } from "../layers/convolution/separable-convolution.ts";
import { Activation } from "../layers/core/activation.ts";
import { Concatenate } from "../layers/merging/concatenate.ts";
import { Add } from "../layers/merging/elementwise.ts";
import { BatchNormalization } from "../layers/normalization/batch-normalization.ts";
import { GlobalAveragePooling2D } from "../layers/pooling/global-pooling.ts";
import { AveragePooling2D, MaxPooling2D } from "../layers/pooling/pooling.ts";
import { Cropping2D } from "../layers/reshaping/cropping.ts";
import { ZeroPadding2D } from "../layers/reshaping/zero-padding.ts";
import { readOptionTable } from "../schema/configurable.ts";
import {
  type ArchitectureOptions,
  architectureOptions,
  begin,
  chain,
  channelsOf,
  classifier,
  halvingPadding,
  type ImageModel,
  modelBetween,
  pooled,
} from "./architecture.ts";

/** The small NASNet: 5,326,716 parameters, images of 224 × 224. */
export function NASNetMobile(options: ArchitectureOptions = {}): ImageModel {
  const given = options.includeTop === false ? { inputShape: [224, 224, 3], ...options } : options;
  return nasNet(
    "NASNetMobile",
    { size: 224, filters: 44, repeats: 4, stem: 32, skipsReduction: false },
    given,
  );
}

/** The large NASNet: 88,949,818 parameters, images of 331 × 331. */
export function NASNetLarge(options: ArchitectureOptions = {}): ImageModel {
  return nasNet(
    "NASNetLarge",
    { size: 331, filters: 168, repeats: 6, stem: 96, skipsReduction: true },
    options,
  );
}

interface Variant {
  /** Height and width of images. */
  readonly size: number;
  /** The number of channels of the first normal cells; each reduction doubles it. */
  readonly filters: number;
  /** How many normal cells there are between reductions. */
  readonly repeats: number;
  /** The number of channels of the first convolution. */
  readonly stem: number;
  /** Whether the cell after a reduction looks back past it, at what the cell before the reduction was given. */
  readonly skipsReduction: boolean;
}

function nasNet(owner: string, variant: Variant, given: ArchitectureOptions): ImageModel {
  const options = readOptionTable(owner, architectureOptions, given);
  const { size, filters, repeats, stem, skipsReduction } = variant;
  const input = begin(owner, options, { usual: size, least: 32 });
  let x = chain(
    input,
    new Conv2D(stem, 3, { strides: 2, useBias: false, kernelInitializer: "heNormal", name: "stem_conv1" }),
    normalization("stem_bn1"),
  );
  let before: SymbolicTensor | null = null;
  const reduce = (channels: number, name: string): SymbolicTensor => {
    const given = x;
    x = reductionCell(x, before, channels, name);
    return given;
  };
  before = reduce(Math.floor(filters / 4), "stem_1");
  before = reduce(Math.floor(filters / 2), "stem_2");
  for (let stage = 0; stage < 3; stage++) {
    const channels = filters * 2 ** stage;
    if (stage > 0) {
      const reduced = reduce(channels, `reduce_${stage * repeats}`);
      if (!skipsReduction) before = reduced;
    }
    for (let index = 0; index < repeats; index++) {
      const given = x;
      x = normalCell(x, before, channels, String(stage * repeats + index + (stage > 0 ? 1 : 0)));
      before = given;
    }
  }
  x = relu(x);
  const output = options.includeTop
    ? chain(x, new GlobalAveragePooling2D(), classifier(options))
    : pooled(x, options);
  const name = options.name ?? owner.replace("NASNet", "nasnet_").toLowerCase();
  return modelBetween(input, output, name);
}

/** A cell that keeps height and width: [..., channels] → [..., 6 · filters]. `before` is what the cell before was given. */
function normalCell(
  x: SymbolicTensor,
  before: SymbolicTensor,
  filters: number,
  name: string,
): SymbolicTensor {
  const p = adjusted(before, x, filters, name);
  const h = projected(x, filters, `normal_conv_1_${name}`, `normal_bn_1_${name}`);
  const part = (place: string): string => `normal_${place}_${name}`;
  const mean = (place: string): AveragePooling2D =>
    new AveragePooling2D(3, { strides: 1, padding: "same", name: part(place) });
  const sums = [
    sum(
      part("add_1"),
      separable(h, filters, 5, 1, part("left1")),
      separable(p, filters, 3, 1, part("right1")),
    ),
    sum(
      part("add_2"),
      separable(p, filters, 5, 1, part("left2")),
      separable(p, filters, 3, 1, part("right2")),
    ),
    sum(part("add_3"), mean("left3").apply(h), p),
    sum(part("add_4"), mean("left4").apply(p), mean("right4").apply(p)),
    sum(part("add_5"), separable(h, filters, 3, 1, part("left5")), h),
  ];
  return new Concatenate({ name: part("concat") }).apply([p, ...sums]);
}

/** A cell that halves height and width: [..., channels] → [..., 4 · filters]. */
function reductionCell(
  x: SymbolicTensor,
  before: SymbolicTensor | null,
  filters: number,
  name: string,
): SymbolicTensor {
  const p = before === null ? x : adjusted(before, x, filters, name);
  const h = projected(x, filters, `reduction_conv_1_${name}`, `reduction_bn_1_${name}`);
  const part = (place: string): string => `reduction_${place}_${name}`;
  const padded = new ZeroPadding2D(halvingPadding(h, 3), { name: part("pad_1") }).apply(h);
  const halved = (tensor: SymbolicTensor, kernel: number, place: string): SymbolicTensor =>
    separable(tensor, filters, kernel, 2, part(place));
  const first = sum(part("add_1"), halved(h, 5, "left1"), halved(p, 7, "right1"));
  const second = sum(
    part("add_2"),
    new MaxPooling2D(3, { strides: 2, name: part("left2") }).apply(padded),
    halved(p, 7, "right2"),
  );
  const third = sum(
    part("add3"),
    new AveragePooling2D(3, { strides: 2, name: part("left3") }).apply(padded),
    halved(p, 5, "right3"),
  );
  const mean = new AveragePooling2D(3, { strides: 1, padding: "same", name: part("left4") });
  const fourth = sum(null, second, mean.apply(first));
  const fifth = sum(
    part("add4"),
    separable(first, filters, 3, 1, part("left4")),
    new MaxPooling2D(3, { strides: 2, name: part("right5") }).apply(padded),
  );
  return new Concatenate({ name: part("concat") }).apply([second, third, fourth, fifth]);
}

/** The input of the cell before, brought to the size and the channels of this one. */
function adjusted(before: SymbolicTensor, x: SymbolicTensor, filters: number, name: string): SymbolicTensor {
  const normalized = `adjust_bn_${name}`;
  if (before.shape[2] === x.shape[2]) {
    if (channelsOf(before) === filters) return before;
    return projected(before, filters, `adjust_conv_projection_${name}`, normalized);
  }
  const activated = new Activation("relu", { name: `adjust_relu_1_${name}` }).apply(before);
  // The second half of the channels is of pixels that lie one further down and right.
  const halves = [activated, shifted(activated)].map((tensor, index) =>
    chain(
      tensor,
      new AveragePooling2D(1, { strides: 2, name: `adjust_avg_pool_${index + 1}_${name}` }),
      pointwise(Math.floor(filters / 2), `adjust_conv_${index + 1}_${name}`),
    ),
  );
  return chain(new Concatenate().apply(halves), normalization(normalized));
}

function shifted(x: SymbolicTensor): SymbolicTensor {
  const [after, before]: readonly (readonly [number, number])[] = [
    [0, 1],
    [1, 0],
  ];
  return chain(x, new ZeroPadding2D([after, after]), new Cropping2D([before, before]));
}

/** ReLU, a 1 × 1 convolution and a normalization. */
function projected(
  x: SymbolicTensor,
  filters: number,
  name: string,
  normalizationName: string,
): SymbolicTensor {
  return chain(x, new Activation("relu"), pointwise(filters, name), normalization(normalizationName));
}

/** Twice ReLU, a separable convolution and a normalization; the first has the strides. */
function separable(
  x: SymbolicTensor,
  filters: number,
  kernel: number,
  strides: number,
  name: string,
): SymbolicTensor {
  const activated = relu(x);
  const sides = halvingPadding(activated, kernel);
  const padding = strides === 1 ? "same" : "valid";
  return chain(
    activated,
    ...(strides === 1 ? [] : [new ZeroPadding2D(sides, { name: `separable_conv_1_pad_${name}` })]),
    new SeparableConv2D(filters, kernel, {
      strides,
      padding,
      useBias: false,
      name: `separable_conv_1_${name}`,
    }),
    normalization(`separable_conv_1_bn_${name}`),
    new Activation("relu"),
    new SeparableConv2D(filters, kernel, {
      padding: "same",
      useBias: false,
      name: `separable_conv_2_${name}`,
    }),
    normalization(`separable_conv_2_bn_${name}`),
  );
}

function sum(name: string | null, x: SymbolicTensor, y: SymbolicTensor): SymbolicTensor {
  return new Add({ name }).apply([x, y]);
}

function relu(x: SymbolicTensor): SymbolicTensor {
  return new Activation("relu").apply(x);
}

function pointwise(filters: number, name: string): Conv2D {
  return new Conv2D(filters, 1, { padding: "same", useBias: false, kernelInitializer: "heNormal", name });
}

function normalization(name: string): BatchNormalization {
  return new BatchNormalization({ momentum: 0.9997, epsilon: 1e-3, name });
}
