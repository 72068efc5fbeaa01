import { depthwiseConv1d, depthwiseConv2d, type Tensor, type Variable } from "@strata/core";
import { constraint } from "../../constraints/registry.ts";
import { initializer } from "../../initializers/registry.ts";
import { regularizer } from "../../regularizers/registry.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { positiveInteger } from "../../schema/vocabulary.ts";
import { ConvolutionLayer, convolutionOptions } from "./convolution-layer.ts";

/** The options of convolutions of each channel by itself. */
export const depthwiseOptions = (rank: number) => ({
  ...convolutionOptions(rank),
  /** The number of results for each channel. */
  depthMultiplier: positiveInteger(1),
  /** Initial values of the depthwise kernel. */
  depthwiseInitializer: initializer("glorotUniform"),
  /** A penalty for the depthwise kernel. */
  depthwiseRegularizer: regularizer(),
  /** The values that the depthwise kernel may have. */
  depthwiseConstraint: constraint(),
});

/** Options of {@link DepthwiseConv1D} and {@link DepthwiseConv2D}. */
export interface DepthwiseConvolutionOptions extends Given<ReturnType<typeof depthwiseOptions>> {}

export interface DepthwiseConvolution extends Values<ReturnType<typeof depthwiseOptions>> {}

const convolutions = [depthwiseConv1d, depthwiseConv2d];

/** A convolution of each channel with kernels of its own. */
export abstract class DepthwiseConvolution extends ConvolutionLayer {
  /** The weights, [...kernelSize, channels, depthMultiplier]. */
  declare kernel: Variable;

  constructor(
    ...given:
      | [kernelSize: number | readonly number[], options?: Rest<DepthwiseConvolutionOptions, "kernelSize">]
      | [options: DepthwiseConvolutionOptions]
  ) {
    super(named(new.target, given, "kernelSize"));
  }

  protected override buildKernels(inputChannels: number): void {
    this.kernel = this.addWeight("kernel", [...this.kernelSize, inputChannels, this.depthMultiplier], {
      initializer: this.depthwiseInitializer,
      regularizer: this.depthwiseRegularizer,
      constraint: this.depthwiseConstraint,
    });
  }

  protected override outputChannels(inputChannels: number): number {
    return inputChannels * this.depthMultiplier;
  }

  protected override convolve(inputs: Tensor): Tensor {
    const { kernel, strides, padding, dilationRate: dilations } = this;
    return convolutions[this.spatialRank - 1](inputs, kernel, { strides, padding, dilations });
  }
}

/**
 * A convolution of each channel of sequences by itself: [batch, steps, channels] → [batch, steps', channels ·
 * depthMultiplier].
 *
 * @example
 * ```ts
 * import { DepthwiseConv1D } from "@strata/layers";
 *
 * const layer = new DepthwiseConv1D(2, { depthwiseInitializer: "ones" });
 * console.log(layer.apply([[[1, 10], [2, 20]]]).arraySync()); // [[[3, 30]]]
 * ```
 */
export class DepthwiseConv1D extends DepthwiseConvolution {
  static override readonly className: string = "DepthwiseConv1D";
  static override readonly options = depthwiseOptions(1);
}

/**
 * A convolution of each channel of images by itself: [batch, height, width, channels] → [batch, height', width',
 * channels · depthMultiplier].
 *
 * @example
 * ```ts
 * import { DepthwiseConv2D } from "@strata/layers";
 *
 * const layer = new DepthwiseConv2D(3, { depthMultiplier: 2 });
 * console.log(layer.computeOutputShape([null, 8, 8, 3])); // [null, 6, 6, 6]
 * ```
 */
export class DepthwiseConv2D extends DepthwiseConvolution {
  static override readonly className: string = "DepthwiseConv2D";
  static override readonly options = depthwiseOptions(2);
}
