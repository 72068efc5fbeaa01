import { conv1d, conv2d, conv3d, type Tensor, type Variable } from "@strata/core";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { choice, positiveInteger } from "../../schema/vocabulary.ts";
import { kernelOptions } from "../kernel-options.ts";
import { ConvolutionLayer, channelsOfGroups, convolutionOptions } from "./convolution-layer.ts";

const optionsFor = (rank: number) => ({
  ...convolutionOptions(rank),
  /** The number of channels of the result. */
  filters: positiveInteger(),
  /** Into how many groups the channels are divided; each group of filters sees one group of channels only. */
  groups: positiveInteger(1),
  ...kernelOptions,
});

const sequenceOptions = {
  ...optionsFor(1),
  /**
   * `"valid"`: windows lie within the input; `"same"`: zeros around it give ⌈steps / stride⌉ windows; `"causal"`: zeros
   * before it do, so that no result depends on a later step.
   */
  padding: choice(["valid", "same", "causal"])("valid"),
};

/** Options of {@link Conv1D}. */
export interface Conv1DOptions extends Given<typeof sequenceOptions> {}

/** Options of {@link Conv2D} and {@link Conv3D}. */
export interface ConvolutionOptions extends Given<ReturnType<typeof optionsFor>> {}

/** The arguments of the constructors of {@link Conv1D}, {@link Conv2D} and {@link Conv3D}. */
export type ConvolutionArguments<Options extends Readonly<Record<"filters" | "kernelSize", unknown>>> =
  | [
      filters: number,
      kernelSize: number | readonly number[],
      options?: Rest<Options, "filters" | "kernelSize">,
    ]
  | [options: Options];

export interface Convolution extends Values<typeof sequenceOptions> {}

const convolutions = [conv1d, conv2d, conv3d];

/** A convolution with a kernel for each channel of the result. */
export abstract class Convolution extends ConvolutionLayer {
  /** The weights, [...kernelSize, channels / groups, filters]. */
  declare kernel: Variable;

  constructor(options: object) {
    super(options);
    const { filters, groups } = this;
    this.refuseDilatedStrides();
    if (filters % groups === 0) return;
    throw new RangeError(
      `${this.name}: filters is ${filters}, which the number of groups, ${groups}, does not divide; it must be a multiple`,
    );
  }

  protected override buildKernels(inputChannels: number): void {
    const { filters, groups, kernelSize } = this;
    const channels = channelsOfGroups(this.name, inputChannels, groups);
    this.kernel = this.addWeight("kernel", [...kernelSize, channels, filters]);
  }

  protected override outputChannels(): number {
    return this.filters;
  }

  protected override convolve(inputs: Tensor): Tensor {
    const { kernel, kernelSize, strides, padding, dilationRate: dilations, groups } = this;
    const before = [[dilations[0] * (kernelSize[0] - 1), 0]] as const;
    return convolutions[this.spatialRank - 1](inputs, kernel, {
      strides,
      dilations,
      groups,
      padding: padding === "causal" ? before : padding,
    });
  }
}

/**
 * The convolution of sequences: [batch, steps, channels] → [batch, steps', filters].
 *
 * @example
 * ```ts
 * import { Conv1D } from "@strata/layers";
 *
 * const layer = new Conv1D(1, 2, { padding: "causal", kernelInitializer: "ones" });
 * console.log(layer.apply([[[1], [2], [3]]]).arraySync()); // [[[1], [3], [5]]]
 * ```
 */
export class Conv1D extends Convolution {
  static override readonly className: string = "Conv1D";
  static override readonly options = sequenceOptions;

  constructor(...given: ConvolutionArguments<Conv1DOptions>) {
    super(named(new.target, given, "filters", "kernelSize"));
  }
}

/**
 * The convolution of images: [batch, height, width, channels] → [batch, height', width', filters].
 *
 * @example
 * ```ts
 * import { Conv2D } from "@strata/layers";
 *
 * const layer = new Conv2D(8, 3, { padding: "same", activation: "relu" });
 * console.log(layer.computeOutputShape([null, 28, 28, 1])); // [null, 28, 28, 8]
 * ```
 */
export class Conv2D extends Convolution {
  static override readonly className: string = "Conv2D";
  static override readonly options = optionsFor(2);

  constructor(...given: ConvolutionArguments<ConvolutionOptions>) {
    super(named(new.target, given, "filters", "kernelSize"));
  }
}

/**
 * The convolution of volumes: [batch, depth, height, width, channels] → [batch, depth', height', width', filters].
 *
 * @example
 * ```ts
 * import { Conv3D } from "@strata/layers";
 *
 * console.log(new Conv3D(4, [1, 2, 2]).computeOutputShape([null, 8, 8, 8, 1])); // [null, 8, 7, 7, 4]
 * ```
 */
export class Conv3D extends Convolution {
  static override readonly className: string = "Conv3D";
  static override readonly options = optionsFor(3);

  constructor(...given: ConvolutionArguments<ConvolutionOptions>) {
    super(named(new.target, given, "filters", "kernelSize"));
  }
}
