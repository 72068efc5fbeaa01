import { add, matmul, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, lastSize } from "../../layer/input-rule.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { seed } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";
import { addBias } from "../add-bias.ts";
import { outputPenaltyOptions, unitOptions } from "./cell-options.ts";
import {
  RecurrentLayer,
  type RecurrentValues,
  type ReturnState,
  recurrentOptions,
} from "./recurrent-layer.ts";
import { WeightedCell } from "./weighted-cell.ts";

const cellOptions = { ...layerOptions, ...unitOptions };

/** Options of {@link SimpleRNNCell}. */
export interface SimpleRNNCellOptions extends Given<typeof cellOptions> {}

export interface SimpleRNNCell extends Values<typeof cellOptions> {}

/**
 * A step of {@link SimpleRNN}: [inputs, [h]] → [h', [h']], where h' = activation(inputs · kernel + h · recurrentKernel + bias).
 *
 * @example
 * ```ts
 * import { ones, zeros } from "@strata/core";
 * import { SimpleRNNCell } from "@strata/layers";
 *
 * const cell = new SimpleRNNCell(1, { kernelInitializer: "ones", activation: "linear" });
 * const [output] = cell.apply([ones([1, 3]), [zeros([1, 1])]]);
 * console.log(output.arraySync()); // [[3]]
 * ```
 */
export class SimpleRNNCell extends WeightedCell {
  static override readonly className: string = "SimpleRNNCell";
  static override readonly options = cellOptions;
  readonly stateSize: number;

  constructor(
    ...given: [units: number, options?: Rest<SimpleRNNCellOptions, "units">] | [options: SimpleRNNCellOptions]
  ) {
    super(named(new.target, given, "units"));
    this.stateSize = this.units;
  }

  override build([inputShape]: readonly [SymbolicShape, unknown]): void {
    const { units } = this;
    this.addWeights([lastSize(this, inputShape), units], [units, units], [units]);
  }

  protected override step(inputs: Tensor, hidden: Tensor): readonly [Tensor, readonly Tensor[]] {
    const { kernel, recurrentKernel, bias } = this;
    const product = matmul(inputs, kernel);
    const sums = add(addBias(product, bias), matmul(hidden, recurrentKernel));
    const output = this.activation(sums);
    return [output, [output]];
  }
}

const options = {
  ...recurrentOptions,
  ...outputPenaltyOptions,
  ...unitOptions,
  /** An integer that gives the layer a stream of random numbers of its own; null continues that of `setSeed`. */
  seed: seed().omitted("always"),
};

/** Options of {@link SimpleRNN}. */
export interface SimpleRNNOptions extends Given<typeof options> {}

export interface SimpleRNN<State extends boolean = false> extends RecurrentValues<typeof options, State> {}

/**
 * The plain recurrent network: hₜ = activation(xₜ · kernel + hₜ₋₁ · recurrentKernel + bias), [batch, steps, features] →
 * [batch, units], or [batch, steps, units] with `returnSequences` (Elman 1990). Steps that are masked keep the state.
 *
 * @typeParam State Whether the state after the last step is returned too.
 *
 * @example
 * ```ts
 * import { SimpleRNN } from "@strata/layers";
 *
 * const layer = new SimpleRNN(1, { kernelInitializer: "ones", recurrentInitializer: "ones", activation: "linear" });
 * console.log(layer.apply([[[1], [2], [3]]]).arraySync()); // [[6]]
 * ```
 */
export class SimpleRNN<State extends boolean = false> extends RecurrentLayer<
  State,
  readonly [output: Tensor, hidden: Tensor]
> {
  static override readonly className: string = "SimpleRNN";
  static override readonly options = options;
  readonly cell: SimpleRNNCell;

  constructor(
    ...given:
      | [units: number, options?: Rest<SimpleRNNOptions, "units"> & ReturnState<State>]
      | [options: SimpleRNNOptions & ReturnState<State>]
  ) {
    super(named(new.target, given, "units"));
    this.cell = new SimpleRNNCell({
      ...this.optionsOfPart("simple_rnn_cell"),
      ...this.valuesOf(unitOptions),
    });
  }

  protected override get inputRule(): InputRule {
    return { axes: ["batch", "steps", "features"] };
  }
}
