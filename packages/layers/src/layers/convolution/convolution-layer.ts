import { ShapeError, type Tensor, type Variable } from "@strata/core";
import { activation } from "../../activations/registry.ts";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, knownSize } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { regularizer } from "../../regularizers/registry.ts";
import type { Values } from "../../schema/option.ts";
import { choice, dataFormat, perDimension } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";
import { addBias } from "../add-bias.ts";
import { channelAxis, imageAxes, withChannelsLast } from "../channels.ts";
import { biasOptions } from "../kernel-options.ts";

/** The option of what surrounds the input. */
export const padding = choice(["valid", "same"]);

/** The options of all convolutions of inputs with so many spatial dimensions. */
export const convolutionOptions = (rank: number) => ({
  ...layerOptions,
  /** The size of the kernel's window, for each dimension or all. */
  kernelSize: perDimension(rank)(),
  /** The distances between windows, for each dimension or all. */
  strides: perDimension(rank)(1),
  /** `"valid"`: windows lie within the input; `"same"`: zeros around it give ⌈size / stride⌉ windows. */
  padding: padding("valid"),
  /** The place of the channels in the shape. */
  dataFormat: dataFormat("channelsLast"),
  /** The distances between neighbours within a window, for each dimension or all. */
  dilationRate: perDimension(rank)(1),
  /** Applied to the result, by name or as a function. */
  activation: activation("linear"),
  ...biasOptions,
  /** A penalty for the layer's output, divided by the size of the batch and added to the loss. */
  activityRegularizer: regularizer(),
});

export interface ConvolutionLayer extends Values<Omit<ReturnType<typeof convolutionOptions>, "padding">> {}

/** A layer that slides windows over the spatial dimensions of its input, adds a bias, and applies an activation. */
export abstract class ConvolutionLayer extends Layer {
  /** The offsets, one a channel of the result; null without them. */
  bias: Variable | null = null;
  #inputChannels: number | null = null;

  /** Makes the kernels. */
  protected abstract buildKernels(inputChannels: number): void;

  /** The number of channels of the result. */
  protected abstract outputChannels(inputChannels: number): number;

  /** The convolution of inputs with channels last. */
  protected abstract convolve(inputs: Tensor): Tensor;

  /** The number of spatial dimensions. */
  protected get spatialRank(): number {
    return this.kernelSize.length;
  }

  protected override get inputRule(): InputRule {
    const sizes = this.#inputChannels === null ? {} : { [channelAxis(this.dataFormat)]: this.#inputChannels };
    return { axes: imageAxes(this.spatialRank, this.dataFormat), sizes };
  }

  override build(inputShape: SymbolicShape): void {
    const inputChannels = knownSize(this, inputShape, channelAxis(this.dataFormat));
    this.buildKernels(inputChannels);
    if (this.useBias) this.bias = this.addWeight("bias", [this.outputChannels(inputChannels)]);
    this.#inputChannels = inputChannels;
  }

  override call(inputs: Tensor): Tensor {
    const { bias, dataFormat } = this;
    const outputs = withChannelsLast(dataFormat, inputs, (images) => {
      const convolved = this.convolve(images);
      return addBias(convolved, bias);
    });
    return this.activation(outputs);
  }

  /** Throws a RangeError for windows that are both apart and dilated, as Keras does. */
  protected refuseDilatedStrides(): void {
    const { strides, dilationRate } = this;
    if (Math.max(...strides) === 1 || Math.max(...dilationRate) === 1) return;
    throw new RangeError(
      `${this.name}: strides is ${JSON.stringify(strides)} and dilationRate ${JSON.stringify(dilationRate)}; one of them must ` +
        "be 1",
    );
  }
}

/** The number of channels in each of so many groups; throws a ShapeError if there is none. */
export function channelsOfGroups(layer: string, channels: number, groups: number): number {
  if (channels % groups === 0) return channels / groups;
  throw new ShapeError(
    `${layer}: the input has ${channels} channels, which ${groups} groups do not divide; groups must be a divisor`,
  );
}
