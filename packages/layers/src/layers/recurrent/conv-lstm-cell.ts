import {
  add,
  conv1d,
  conv2d,
  conv3d,
  split,
  type Tensor,
  type TensorLike,
  type WindowOptions,
  zeros,
} from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import { knownSize } from "../../layer/input-rule.ts";
import type { Given, Values } from "../../schema/option.ts";
import { choice, dataFormat, numbers, positiveInteger } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";
import { addBias } from "../add-bias.ts";
import { channelAxis, withChannelsLast } from "../channels.ts";
import { recurrentDropoutOptions, recurrentWeightOptions } from "./cell-options.ts";
import { MemoryCell, memoryOptions } from "./memory-cell.ts";

const options = {
  ...layerOptions,
  /** The number of channels of the output and of each state. */
  filters: positiveInteger(),
  /** The sizes of the windows. */
  kernelSize: numbers(),
  /** How far windows of the inputs are apart. */
  strides: numbers(),
  /** Whether inputs are padded, so that with strides of 1 the output has their size. */
  padding: choice(["valid", "same"])(),
  /** The place of the channels in the shape. */
  dataFormat: dataFormat(),
  /** How far elements within a window of the inputs are apart. */
  dilationRate: numbers(),
  ...memoryOptions,
  ...recurrentWeightOptions,
  ...recurrentDropoutOptions,
};

/** Options of {@link ConvLSTMCell}. */
export interface ConvLSTMCellOptions extends Given<typeof options> {}

export interface ConvLSTMCell extends Values<typeof options> {}

const convolutions = [conv1d, conv2d, conv3d];

/** A step of the layers `ConvLSTM1D` … `ConvLSTM3D`: an LSTM whose products are convolutions. */
export class ConvLSTMCell extends MemoryCell {
  static override readonly className: string = "ConvLSTMCell";
  static override readonly options = options;
  readonly stateSize: readonly [hidden: number, memory: number];

  constructor(given: ConvLSTMCellOptions) {
    super(given);
    this.stateSize = [this.filters, this.filters];
  }

  override build([inputShape]: readonly [SymbolicShape, unknown]): void {
    const { kernelSize, filters, dataFormat } = this;
    const channels = knownSize(this, inputShape, channelAxis(dataFormat));
    const gates = 4 * filters;
    this.addWeights([...kernelSize, channels, gates], [...kernelSize, filters, gates], [gates]);
  }

  /** Zeros of the size that the convolution of the inputs has. */
  getInitialState(_batchSize: number, inputs: Tensor): readonly Tensor[] {
    const [{ shape }] = split(this.#sumsOfInputs(inputs), 4, channelAxis(this.dataFormat));
    return [zeros(shape, this.computeDType), zeros(shape, this.computeDType)];
  }

  protected override step(
    inputs: Tensor,
    hidden: Tensor,
    [, memory]: readonly Tensor[],
  ): readonly [Tensor, readonly Tensor[]] {
    const { dataFormat, recurrentKernel } = this;
    const fromHidden = withChannelsLast(dataFormat, hidden, (images) =>
      this.#convolve(images, recurrentKernel, { padding: "same" }),
    );
    return this.remember(add(this.#sumsOfInputs(inputs), fromHidden), memory, channelAxis(dataFormat));
  }

  #sumsOfInputs(inputs: Tensor): Tensor {
    const { strides, padding, dilationRate: dilations, kernel, bias } = this;
    return withChannelsLast(this.dataFormat, inputs, (images) => {
      const convolved = this.#convolve(images, kernel, { strides, padding, dilations });
      return addBias(convolved, bias);
    });
  }

  #convolve(images: Tensor, kernel: TensorLike, windows: WindowOptions): Tensor {
    return convolutions[this.kernelSize.length - 1](images, kernel, windows);
  }
}
