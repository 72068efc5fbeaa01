import type { Tensor } from "@strata/core";
import type { Mapped, TensorStructure } from "../../layer/structure.ts";
import { isPlainObject, named } from "../../schema/configurable.ts";
import type { Given, Rest } from "../../schema/option.ts";
import { isShape, type SymbolicShape } from "../../utilities/shapes.ts";
import { cell, type RecurrentCell } from "./cell.ts";
import {
  type OutputsOf,
  RecurrentLayer,
  type RecurrentValues,
  type ReturnState,
  recurrentOptions,
} from "./recurrent-layer.ts";
import { StackedRNNCells } from "./stacked-cells.ts";

const options = {
  ...recurrentOptions,
  /** The layer that computes a step. */
  cell: cell(),
};

/** Options of {@link RNN}. */
export interface RNNOptions extends Given<typeof options> {}

export interface RNN<State extends boolean = false> extends RecurrentValues<typeof options, State> {}

/**
 * Runs a cell over the steps of sequences, [batch, steps, ...] → the output of the last step, or [batch, steps, ...] with
 * `returnSequences`. A cell is a layer that maps [inputs, states] to [output, states], and has a `stateSize`; several of
 * them in an array are stacked, as in {@link StackedRNNCells}. Steps that are masked keep the states.
 *
 * @typeParam State Whether the states after the last step are returned too.
 *
 * @example
 * ```ts
 * import { ones, type Tensor } from "@strata/core";
 * import { type CellInputs, type CellOutputs, Layer, RNN } from "@strata/layers";
 *
 * class Total extends Layer<CellInputs<readonly [Tensor]>, CellOutputs> {
 *   readonly stateSize = 2;
 *
 *   override call([inputs, [total]]: CellInputs<readonly [Tensor]>): CellOutputs {
 *     const sum = total.add(inputs);
 *     return [sum, [sum]];
 *   }
 * }
 *
 * console.log(new RNN(new Total()).apply(ones([1, 3, 2])).arraySync()); // [[3, 3]]
 * ```
 */
export class RNN<State extends boolean = false> extends RecurrentLayer<
  State,
  readonly [output: Tensor, ...states: TensorStructure[]]
> {
  static override readonly className: string = "RNN";
  static override readonly options = options;
  declare readonly cell: RecurrentCell;

  constructor(
    ...given:
      | [
          cell: RecurrentCell | readonly RecurrentCell[],
          options?: Rest<RNNOptions, "cell"> & ReturnState<State>,
        ]
      | [options: RNNOptions & ReturnState<State>]
  ) {
    super(withOneCell(named(new.target, given, "cell")));
  }

  /** As in Keras, the state of a stacked cell that has one stands here without the array that it is returned in. */
  override computeOutputShape(
    inputShape: SymbolicShape,
  ): Mapped<OutputsOf<State, readonly [output: Tensor, ...states: TensorStructure[]]>, SymbolicShape>;
  override computeOutputShape(inputShape: SymbolicShape): unknown {
    const shapes: unknown = super.computeOutputShape(inputShape);
    return this.returnState && Array.isArray(shapes) ? shapes.map(withoutArrayOfOne) : shapes;
  }
}

function withoutArrayOfOne(shape: unknown): unknown {
  return Array.isArray(shape) && shape.length === 1 && isShape(shape[0]) ? shape[0] : shape;
}

function withOneCell(given: object): object {
  const cells: unknown = isPlainObject(given) ? given.cell : undefined;
  return Array.isArray(cells) ? { ...given, cell: new StackedRNNCells({ cells }) } : given;
}
