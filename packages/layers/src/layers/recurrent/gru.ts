import { add, matmul, mul, slice, split, sub, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, lastSize } from "../../layer/input-rule.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { boolean } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";
import { addBias } from "../add-bias.ts";
import { gateOptions, outputPenaltyOptions, unitOptions } from "./cell-options.ts";
import {
  RecurrentLayer,
  type RecurrentValues,
  type ReturnState,
  recurrentOptions,
} from "./recurrent-layer.ts";
import { WeightedCell } from "./weighted-cell.ts";

const gruOptions = {
  ...unitOptions,
  ...gateOptions,
  /** Whether the reset gate is applied after the state is multiplied by the recurrent kernel, and not before. */
  resetAfter: boolean(true),
};

const cellOptions = { ...layerOptions, ...gruOptions };

/** Options of {@link GRUCell}. */
export interface GRUCellOptions extends Given<typeof cellOptions> {}

export interface GRUCell extends Values<typeof cellOptions> {}

/**
 * A step of {@link GRU}: [inputs, [h]] → [h', [h']].
 *
 * @example
 * ```ts
 * import { ones, zeros } from "@strata/core";
 * import { GRUCell } from "@strata/layers";
 *
 * const [output, states] = new GRUCell(2).apply([ones([1, 3]), [zeros([1, 2])]]);
 * console.log(output.shape, states.length); // [1, 2] 1
 * ```
 */
export class GRUCell extends WeightedCell {
  static override readonly className: string = "GRUCell";
  static override readonly options = cellOptions;
  readonly stateSize: number;

  constructor(
    ...given: [units: number, options?: Rest<GRUCellOptions, "units">] | [options: GRUCellOptions]
  ) {
    super(named(new.target, given, "units"));
    this.stateSize = this.units;
  }

  override build([inputShape]: readonly [SymbolicShape, unknown]): void {
    const { units, resetAfter } = this;
    const gates = 3 * units;
    this.addWeights([lastSize(this, inputShape), gates], [units, gates], resetAfter ? [2, gates] : [gates]);
  }

  protected override step(inputs: Tensor, hidden: Tensor): readonly [Tensor, readonly Tensor[]] {
    const { activation, recurrentActivation: gate, resetAfter, recurrentKernel } = this;
    const [inputBias, recurrentBias] = this.#biases();
    const [updateInput, resetInput, candidateInput] = split(
      addBias(matmul(inputs, this.kernel), inputBias),
      3,
      -1,
    );
    const gates = resetAfter ? 3 : 2;
    const gateKernel = resetAfter ? recurrentKernel : this.#kernelOfGates(0, gates);
    const [updateSum, resetSum, candidateSum = null] = split(
      addBias(matmul(hidden, gateKernel), recurrentBias),
      gates,
      -1,
    );
    const update = gate(add(updateInput, updateSum));
    const reset = gate(add(resetInput, resetSum));
    const remembered =
      candidateSum === null
        ? matmul(mul(reset, hidden), this.#kernelOfGates(2, 3))
        : mul(reset, candidateSum);
    const candidate = activation(add(candidateInput, remembered));
    const output = add(mul(update, hidden), mul(sub(1, update), candidate));
    return [output, [output]];
  }

  /** The offsets of the products with the inputs and with the state. */
  #biases(): readonly [Tensor | null, Tensor | null] {
    const { bias, resetAfter } = this;
    if (bias === null) return [null, null];
    return resetAfter ? [slice(bias, [0]), slice(bias, [1])] : [bias.value, null];
  }

  #kernelOfGates(first: number, end: number): Tensor {
    return slice(this.recurrentKernel, [null, [first * this.units, end * this.units]]);
  }
}

const options = { ...recurrentOptions, ...outputPenaltyOptions, ...gruOptions };

/** Options of {@link GRU}. */
export interface GRUOptions extends Given<typeof options> {}

export interface GRU<State extends boolean = false> extends RecurrentValues<typeof options, State> {}

/**
 * The gated recurrent unit (Cho et al. 2014), [batch, steps, features] → [batch, units], or [batch, steps, units] with
 * `returnSequences`: hₜ = z · hₜ₋₁ + (1 − z) · ĥ, with the update gate z and the candidate ĥ, which sees hₜ₋₁ through the
 * reset gate r. Weights hold them in the order z, r, ĥ. Steps that are masked keep the state.
 *
 * @typeParam State Whether the state after the last step is returned too.
 *
 * @example
 * ```ts
 * import { zeros } from "@strata/core";
 * import { GRU } from "@strata/layers";
 *
 * console.log(new GRU(4).apply(zeros([2, 5, 3])).shape); // [2, 4]
 * const [outputs, hidden] = new GRU(4, { returnSequences: true, returnState: true }).apply(zeros([2, 5, 3]));
 * console.log(outputs.shape, hidden.shape); // [2, 5, 4] [2, 4]
 * ```
 */
export class GRU<State extends boolean = false> extends RecurrentLayer<
  State,
  readonly [output: Tensor, hidden: Tensor]
> {
  static override readonly className: string = "GRU";
  static override readonly options = options;
  readonly cell: GRUCell;

  constructor(
    ...given:
      | [units: number, options?: Rest<GRUOptions, "units"> & ReturnState<State>]
      | [options: GRUOptions & ReturnState<State>]
  ) {
    super(named(new.target, given, "units"));
    this.cell = new GRUCell({ ...this.optionsOfPart("gru_cell"), ...this.valuesOf(gruOptions) });
  }

  protected override get inputRule(): InputRule {
    return { axes: ["batch", "steps", "features"] };
  }
}
