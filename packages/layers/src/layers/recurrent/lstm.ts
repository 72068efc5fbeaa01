import { add, matmul, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, lastSize } from "../../layer/input-rule.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";
import { addBias } from "../add-bias.ts";
import { outputPenaltyOptions, unitOptions } from "./cell-options.ts";
import { MemoryCell, memoryOptions } from "./memory-cell.ts";
import {
  RecurrentLayer,
  type RecurrentValues,
  type ReturnState,
  recurrentOptions,
} from "./recurrent-layer.ts";

const lstmOptions = { ...unitOptions, ...memoryOptions };

const cellOptions = { ...layerOptions, ...lstmOptions };

/** Options of {@link LSTMCell}. */
export interface LSTMCellOptions extends Given<typeof cellOptions> {}

export interface LSTMCell extends Values<typeof cellOptions> {}

/**
 * A step of {@link LSTM}: [inputs, [h, c]] → [h', [h', c']].
 *
 * @example
 * ```ts
 * import { ones, zeros } from "@strata/core";
 * import { LSTMCell } from "@strata/layers";
 *
 * const [output, states] = new LSTMCell(2).apply([ones([1, 3]), [zeros([1, 2]), zeros([1, 2])]]);
 * console.log(output.shape, states.length); // [1, 2] 2
 * ```
 */
export class LSTMCell extends MemoryCell {
  static override readonly className: string = "LSTMCell";
  static override readonly options = cellOptions;
  readonly stateSize: readonly [hidden: number, memory: number];

  constructor(
    ...given: [units: number, options?: Rest<LSTMCellOptions, "units">] | [options: LSTMCellOptions]
  ) {
    super(named(new.target, given, "units"));
    this.stateSize = [this.units, this.units];
  }

  override build([inputShape]: readonly [SymbolicShape, unknown]): void {
    const { units } = this;
    this.addWeights([lastSize(this, inputShape), 4 * units], [units, 4 * units], [4 * units]);
  }

  protected override step(
    inputs: Tensor,
    hidden: Tensor,
    [, memory]: readonly Tensor[],
  ): readonly [Tensor, readonly Tensor[]] {
    const sums = add(matmul(inputs, this.kernel), matmul(hidden, this.recurrentKernel));
    return this.remember(addBias(sums, this.bias), memory, -1);
  }
}

const options = { ...recurrentOptions, ...outputPenaltyOptions, ...lstmOptions };

/** Options of {@link LSTM}. */
export interface LSTMOptions extends Given<typeof options> {}

export interface LSTM<State extends boolean = false> extends RecurrentValues<typeof options, State> {}

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000), [batch, steps,
 * features] → [batch, units], or [batch, steps, units] with `returnSequences`. With the gates i, f, o and the candidate g,
 * which are sums xₜ · kernel + hₜ₋₁ · recurrentKernel + bias under `recurrentActivation` and `activation`:
 * cₜ = f · cₜ₋₁ + i · g and hₜ = o · activation(cₜ). Steps that are masked keep the states.
 *
 * @typeParam State Whether the states after the last step, h and c, are returned too.
 *
 * @example
 * ```ts
 * import { zeros } from "@strata/core";
 * import { LSTM } from "@strata/layers";
 *
 * console.log(new LSTM(4).apply(zeros([2, 5, 3])).shape); // [2, 4]
 * const layer = new LSTM(4, { returnSequences: true, returnState: true });
 * const [outputs, hidden, memory] = layer.apply(zeros([2, 5, 3]));
 * console.log(outputs.shape, hidden.shape, memory.shape); // [2, 5, 4] [2, 4] [2, 4]
 * ```
 */
export class LSTM<State extends boolean = false> extends RecurrentLayer<
  State,
  readonly [output: Tensor, hidden: Tensor, memory: Tensor]
> {
  static override readonly className: string = "LSTM";
  static override readonly options = options;
  readonly cell: LSTMCell;

  constructor(
    ...given:
      | [units: number, options?: Rest<LSTMOptions, "units"> & ReturnState<State>]
      | [options: LSTMOptions & ReturnState<State>]
  ) {
    super(named(new.target, given, "units"));
    this.cell = new LSTMCell({ ...this.optionsOfPart("lstm_cell"), ...this.valuesOf(lstmOptions) });
  }

  protected override get inputRule(): InputRule {
    return { axes: ["batch", "steps", "features"] };
  }
}
