import { conv1dTranspose, conv2dTranspose, conv3dTranspose, type Tensor, type Variable } from "@strata/core";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { perDimension, positiveInteger } from "../../schema/vocabulary.ts";
import { kernelOptions } from "../kernel-options.ts";
import { ConvolutionLayer, convolutionOptions } from "./convolution-layer.ts";

const optionsFor = (rank: number) => ({
  ...convolutionOptions(rank),
  /** The number of channels of the result. */
  filters: positiveInteger(),
  /**
   * How many elements are added at the end, less than the strides: several sizes give the same size under a convolution.
   * Null: as many as make the size times the stride, or the window's last place with `"valid"`.
   */
  outputPadding: perDimension(rank, 0)().orNull(),
  ...kernelOptions,
});

/** Options of {@link Conv1DTranspose}, {@link Conv2DTranspose} and {@link Conv3DTranspose}. */
export interface TransposedConvolutionOptions extends Given<ReturnType<typeof optionsFor>> {}

export interface TransposedConvolution extends Values<ReturnType<typeof optionsFor>> {}

const convolutions = [conv1dTranspose, conv2dTranspose, conv3dTranspose];

/** The transpose of a convolution, with which inputs grow. */
export abstract class TransposedConvolution extends ConvolutionLayer {
  /** The weights, [...kernelSize, filters, channels]. */
  declare kernel: Variable;

  constructor(
    ...given:
      | [
          filters: number,
          kernelSize: number | readonly number[],
          options?: Rest<TransposedConvolutionOptions, "filters" | "kernelSize">,
        ]
      | [options: TransposedConvolutionOptions]
  ) {
    super(named(new.target, given, "filters", "kernelSize"));
    const { outputPadding, strides } = this;
    this.refuseDilatedStrides();
    if (outputPadding === null || outputPadding.every((added, axis) => added < strides[axis])) return;
    throw new RangeError(
      `${this.name}: outputPadding is ${JSON.stringify(outputPadding)}; it must be less than strides, ` +
        `${JSON.stringify(strides)}, in each dimension`,
    );
  }

  protected override buildKernels(inputChannels: number): void {
    this.kernel = this.addWeight("kernel", [...this.kernelSize, this.filters, inputChannels]);
  }

  protected override outputChannels(): number {
    return this.filters;
  }

  protected override convolve(inputs: Tensor): Tensor {
    const { kernel, strides, padding, dilationRate: dilations, outputPadding } = this;
    const convolve = convolutions[this.spatialRank - 1];
    if (padding === "valid" || outputPadding === null) {
      return convolve(inputs, kernel, { strides, dilations, padding, outputPadding });
    }
    const sides = this.kernelSize.map((size, axis) =>
      sidesOfSame((size - 1) * dilations[axis] + 1, outputPadding[axis]),
    );
    return convolve(inputs, kernel, {
      strides,
      dilations,
      padding: sides.map(({ cut }) => cut),
      outputPadding: sides.map(({ added }) => added),
    });
  }
}

/**
 * The rows that Keras cuts off a transposed convolution with `"same"` and an output padding, so that (size − 1) · stride +
 * window mod 2 + padding elements are left, and what it adds at the end if there are not so many.
 */
function sidesOfSame(window: number, outputPadding: number) {
  const total = window - (window % 2) - outputPadding;
  const before = Math.max(0, Math.floor(total / 2));
  const cut: readonly [number, number] = [before, Math.max(0, total - before)];
  return { cut, added: Math.max(0, -total) };
}

/**
 * The transpose of {@link Conv1D}: [batch, steps, channels] → [batch, steps · stride, filters].
 *
 * @example
 * ```ts
 * import { Conv1DTranspose } from "@strata/layers";
 *
 * const layer = new Conv1DTranspose(1, 2, { strides: 2, kernelInitializer: "ones" });
 * console.log(layer.apply([[[1], [2]]]).arraySync()); // [[[1], [1], [2], [2]]]
 * ```
 */
export class Conv1DTranspose extends TransposedConvolution {
  static override readonly className: string = "Conv1DTranspose";
  static override readonly options = optionsFor(1);
}

/**
 * The transpose of {@link Conv2D}: [batch, height, width, channels] → [batch, height · stride, width · stride, filters].
 *
 * @example
 * ```ts
 * import { Conv2DTranspose } from "@strata/layers";
 *
 * const layer = new Conv2DTranspose(8, 3, { strides: 2, padding: "same" });
 * console.log(layer.computeOutputShape([null, 7, 7, 16])); // [null, 14, 14, 8]
 * ```
 */
export class Conv2DTranspose extends TransposedConvolution {
  static override readonly className: string = "Conv2DTranspose";
  static override readonly options = optionsFor(2);
}

/**
 * The transpose of {@link Conv3D}: [batch, depth, height, width, channels] → larger volumes of `filters` channels.
 *
 * @example
 * ```ts
 * import { Conv3DTranspose } from "@strata/layers";
 *
 * console.log(new Conv3DTranspose(2, 3).computeOutputShape([null, 4, 4, 4, 1])); // [null, 6, 6, 6, 2]
 * ```
 */
export class Conv3DTranspose extends TransposedConvolution {
  static override readonly className: string = "Conv3DTranspose";
  static override readonly options = optionsFor(3);
}
