import type { Tensor } from "@strata/core";
import type { InputRule } from "../../layer/input-rule.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest } from "../../schema/option.ts";
import { choice, dataFormat, perDimension, positiveInteger } from "../../schema/vocabulary.ts";
import { outputPenaltyOptions, recurrentDropoutOptions, recurrentWeightOptions } from "./cell-options.ts";
import { ConvLSTMCell } from "./conv-lstm-cell.ts";
import { memoryOptions } from "./memory-cell.ts";
import {
  RecurrentLayer,
  type RecurrentValues,
  type ReturnState,
  recurrentOptions,
} from "./recurrent-layer.ts";

const convLSTMOptions = (rank: number) => ({
  /** The number of channels of the output and of each state. */
  filters: positiveInteger(),
  /** The size of the windows, for each dimension or all. */
  kernelSize: perDimension(rank)(),
  /** The distances between windows of the inputs, for each dimension or all. */
  strides: perDimension(rank)(1),
  /** `"valid"`: windows of the inputs lie within them; `"same"`: zeros around them give ⌈size / stride⌉ windows. */
  padding: choice(["valid", "same"])("valid"),
  /** The place of the channels in the shape. */
  dataFormat: dataFormat("channelsLast"),
  /** The distances between neighbours within a window of the inputs, for each dimension or all. */
  dilationRate: perDimension(rank)(1),
  ...memoryOptions,
  ...recurrentWeightOptions,
  ...recurrentDropoutOptions,
});

const optionsFor = (rank: number) => ({
  ...recurrentOptions,
  ...outputPenaltyOptions,
  ...convLSTMOptions(rank),
});

type Table = ReturnType<typeof optionsFor>;

/** Options of {@link ConvLSTM1D}, {@link ConvLSTM2D} and {@link ConvLSTM3D}. */
export interface ConvLSTMOptions extends Given<Table> {}

/** The arguments of the constructors. */
type Arguments<State extends boolean> =
  | [
      filters: number,
      kernelSize: number | readonly number[],
      options?: Rest<ConvLSTMOptions, "filters" | "kernelSize"> & ReturnState<State>,
    ]
  | [options: ConvLSTMOptions & ReturnState<State>];

export interface ConvLSTM<State extends boolean> extends RecurrentValues<Table, State> {}

/** An LSTM whose products are convolutions, so that its states are images. */
export abstract class ConvLSTM<State extends boolean> extends RecurrentLayer<
  State,
  readonly [output: Tensor, hidden: Tensor, memory: Tensor]
> {
  readonly cell: ConvLSTMCell;

  constructor(options: object) {
    super(options);
    const own = this.valuesOf(convLSTMOptions(this.kernelSize.length));
    this.cell = new ConvLSTMCell({ ...this.optionsOfPart("conv_lstm_cell"), ...own });
  }

  protected override get inputRule(): InputRule {
    return { rank: this.kernelSize.length + 3 };
  }
}

/**
 * The LSTM of sequences of sequences (Shi et al. 2015): [batch, steps, size, channels] → [batch, size', filters], or
 * [batch, steps, size', filters] with `returnSequences`. The gates are convolutions of the inputs and of the output before.
 *
 * @typeParam State Whether the states after the last step, h and c, are returned too.
 *
 * @example
 * ```ts
 * import { ConvLSTM1D } from "@strata/layers";
 *
 * const layer = new ConvLSTM1D(4, 3, { padding: "same" });
 * console.log(layer.computeOutputShape([null, 5, 10, 2])); // [null, 10, 4]
 * ```
 */
export class ConvLSTM1D<State extends boolean = false> extends ConvLSTM<State> {
  static override readonly className: string = "ConvLSTM1D";
  static override readonly options = optionsFor(1);

  constructor(...given: Arguments<State>) {
    super(named(new.target, given, "filters", "kernelSize"));
  }
}

/**
 * As {@link ConvLSTM1D}, of sequences of images: [batch, steps, height, width, channels] → [batch, height', width', filters].
 *
 * @example
 * ```ts
 * import { ConvLSTM2D } from "@strata/layers";
 *
 * const layer = new ConvLSTM2D(4, 3, { returnSequences: true });
 * console.log(layer.computeOutputShape([null, 5, 10, 10, 2])); // [null, 5, 8, 8, 4]
 * ```
 */
export class ConvLSTM2D<State extends boolean = false> extends ConvLSTM<State> {
  static override readonly className: string = "ConvLSTM2D";
  static override readonly options = optionsFor(2);

  constructor(...given: Arguments<State>) {
    super(named(new.target, given, "filters", "kernelSize"));
  }
}

/**
 * As {@link ConvLSTM1D}, of sequences of volumes: [batch, steps, depth, height, width, channels] → [batch, depth', height',
 * width', filters].
 *
 * @example
 * ```ts
 * import { ConvLSTM3D } from "@strata/layers";
 *
 * const layer = new ConvLSTM3D(2, [1, 2, 2]);
 * console.log(layer.computeOutputShape([null, 3, 4, 4, 4, 1])); // [null, 4, 3, 3, 2]
 * ```
 */
export class ConvLSTM3D<State extends boolean = false> extends ConvLSTM<State> {
  static override readonly className: string = "ConvLSTM3D";
  static override readonly options = optionsFor(3);

  constructor(...given: Arguments<State>) {
    super(named(new.target, given, "filters", "kernelSize"));
  }
}
