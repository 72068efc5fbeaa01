import { separableConv1d, separableConv2d, type Tensor, type Variable } from "@strata/core";
import { constraint } from "../../constraints/registry.ts";
import { initializer } from "../../initializers/registry.ts";
import { regularizer } from "../../regularizers/registry.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { positiveInteger } from "../../schema/vocabulary.ts";
import { ConvolutionLayer } from "./convolution-layer.ts";
import { depthwiseOptions } from "./depthwise-convolution.ts";

const optionsFor = (rank: number) => ({
  ...depthwiseOptions(rank),
  /** The number of channels of the result. */
  filters: positiveInteger(),
  /** Initial values of the pointwise kernel. */
  pointwiseInitializer: initializer("glorotUniform"),
  /** A penalty for the pointwise kernel. */
  pointwiseRegularizer: regularizer(),
  /** The values that the pointwise kernel may have. */
  pointwiseConstraint: constraint(),
});

/** Options of {@link SeparableConv1D} and {@link SeparableConv2D}. */
export interface SeparableConvolutionOptions extends Given<ReturnType<typeof optionsFor>> {}

export interface SeparableConvolution extends Values<ReturnType<typeof optionsFor>> {}

const convolutions = [separableConv1d, separableConv2d];

/** A convolution of each channel by itself, and then a mixture of the channels at each place. */
export abstract class SeparableConvolution extends ConvolutionLayer {
  /** The weights of each channel, [...kernelSize, channels, depthMultiplier]. */
  declare depthwiseKernel: Variable;
  /** The weights of the mixture, [1, ..., channels · depthMultiplier, filters]. */
  declare pointwiseKernel: Variable;

  constructor(
    ...given:
      | [
          filters: number,
          kernelSize: number | readonly number[],
          options?: Rest<SeparableConvolutionOptions, "filters" | "kernelSize">,
        ]
      | [options: SeparableConvolutionOptions]
  ) {
    super(named(new.target, given, "filters", "kernelSize"));
  }

  protected override buildKernels(inputChannels: number): void {
    const { kernelSize, depthMultiplier, filters } = this;
    this.depthwiseKernel = this.addWeight(
      "depthwise_kernel",
      [...kernelSize, inputChannels, depthMultiplier],
      {
        initializer: this.depthwiseInitializer,
        regularizer: this.depthwiseRegularizer,
        constraint: this.depthwiseConstraint,
      },
    );
    const place = kernelSize.map(() => 1);
    this.pointwiseKernel = this.addWeight(
      "pointwise_kernel",
      [...place, inputChannels * depthMultiplier, filters],
      {
        initializer: this.pointwiseInitializer,
        regularizer: this.pointwiseRegularizer,
        constraint: this.pointwiseConstraint,
      },
    );
  }

  protected override outputChannels(): number {
    return this.filters;
  }

  protected override convolve(inputs: Tensor): Tensor {
    const { depthwiseKernel, pointwiseKernel, strides, padding, dilationRate: dilations } = this;
    const options = { strides, padding, dilations };
    return convolutions[this.spatialRank - 1](inputs, depthwiseKernel, pointwiseKernel, options);
  }
}

/**
 * A convolution of each channel of sequences by itself, and then a mixture of the channels at each step: [batch, steps,
 * channels] → [batch, steps', filters].
 *
 * @example
 * ```ts
 * import { SeparableConv1D } from "@strata/layers";
 *
 * const layer = new SeparableConv1D(4, 3, { padding: "same" });
 * console.log(layer.computeOutputShape([null, 10, 2]), layer.countParams()); // [null, 10, 4] 18
 * ```
 */
export class SeparableConv1D extends SeparableConvolution {
  static override readonly className: string = "SeparableConv1D";
  static override readonly options = optionsFor(1);
}

/**
 * A convolution of each channel of images by itself, and then a mixture of the channels at each pixel: [batch, height,
 * width, channels] → [batch, height', width', filters].
 *
 * @example
 * ```ts
 * import { SeparableConv2D } from "@strata/layers";
 *
 * console.log(new SeparableConv2D(4, 3).computeOutputShape([null, 8, 8, 3])); // [null, 6, 6, 4]
 * ```
 */
export class SeparableConv2D extends SeparableConvolution {
  static override readonly className: string = "SeparableConv2D";
  static override readonly options = optionsFor(2);
}
