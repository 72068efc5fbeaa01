import type { Tensor } from "@strata/core";
import { type CallArguments, type CallContext, layerOptions } from "../../layer/any-layer.ts";
import { Layer } from "../../layer/layer.ts";
import type { Structure, TensorStructure } from "../../layer/structure.ts";
import { isPlainObject, named } from "../../schema/configurable.ts";
import type { Given, Json, Rest, Values } from "../../schema/option.ts";
import { isShape, type SymbolicShape } from "../../utilities/shapes.ts";
import {
  type CellInputs,
  type CellOutputs,
  cells,
  initialStates,
  outputSizeOf,
  type PreparedCell,
  type RecurrentCell,
  readStep,
  type StateSize,
  stateShapes,
  statesOf,
  withInputsOnly,
} from "./cell.ts";
import { type DropoutFactors, WeightedCell } from "./weighted-cell.ts";

const options = {
  ...layerOptions,
  /** The cells; each takes the output of the one before it. */
  cells: cells(),
};

/** Options of {@link StackedRNNCells}. */
export interface StackedRNNCellsOptions extends Given<typeof options> {}

export interface StackedRNNCells extends Values<typeof options> {}

interface StackedArguments {
  /** The dropout mask of each cell; null for those that draw it themselves, or drop nothing. */
  readonly factors?: readonly (DropoutFactors | null)[];
}

/**
 * Several cells as one: the output of each is the input of the next. The states are an array with those of each cell.
 *
 * @example
 * ```ts
 * import { ones } from "@strata/core";
 * import { GRUCell, LSTMCell, RNN, StackedRNNCells } from "@strata/layers";
 *
 * const cell = new StackedRNNCells([new LSTMCell(4), new GRUCell(2)]);
 * console.log(new RNN(cell).apply(ones([1, 5, 3])).shape); // [1, 2]
 * ```
 */
export class StackedRNNCells
  extends Layer<CellInputs<TensorStructure>, CellOutputs<TensorStructure>, StackedArguments>
  implements PreparedCell
{
  static override readonly className: string = "StackedRNNCells";
  static override readonly options = options;
  static override readonly callArguments = ["factors"];
  readonly stateSize: readonly StateSize[];
  readonly outputSize: number;

  constructor(
    ...given:
      | [cells: readonly RecurrentCell[], options?: Rest<StackedRNNCellsOptions, "cells">]
      | [options: StackedRNNCellsOptions]
  ) {
    super(named(new.target, given, "cells"));
    this.stateSize = this.cells.map((cell) => cell.stateSize);
    this.outputSize = outputSizeOf(this.cells[this.cells.length - 1]);
  }

  getInitialState(_batchSize: number, inputs: Tensor): readonly (readonly Structure<Tensor>[])[] {
    return this.cells.map((cell) => initialStates(cell, inputs));
  }

  override build([inputShape]: readonly [SymbolicShape, unknown]): void {
    const [shape] = Array.isArray(this.buildShape) ? this.buildShape : [];
    const batch = isShape(shape) ? shape[0] : null;
    let sizes = inputShape.slice(1);
    for (const cell of this.cells) {
      cell.buildFor([[batch, ...sizes], stateShapes(cell, batch)]);
      sizes = [outputSizeOf(cell)];
    }
  }

  override call(
    [inputs, states]: CellInputs<TensorStructure>,
    context: CallContext,
    { factors = [] }: CallArguments & StackedArguments,
  ): CellOutputs<TensorStructure> {
    const given = statesOf(this.name, states);
    let output = inputs;
    const next = this.cells.map((cell, index) => {
      const further = factors[index] ? { factors: factors[index] } : {};
      const result = readStep(
        cell,
        given[index],
        cell.apply([output, given[index]], { ...context, ...further }),
      );
      output = result.output;
      return result.states;
    });
    return [output, next];
  }

  prepare(
    sequence: Tensor,
    states: readonly Structure<Tensor>[],
    context: CallContext,
  ): readonly [Tensor, StackedArguments] {
    const [, batch, ...sizes] = sequence.shape;
    const factors = this.cells.map((cell, index) => {
      const shape = [batch, ...(index === 0 ? sizes : [outputSizeOf(this.cells[index - 1])])];
      return cell instanceof WeightedCell ? cell.drawFactors(shape, states[index], context) : null;
    });
    return [sequence, { factors }];
  }

  override buildConfig(): Json | null {
    return withInputsOnly(super.buildConfig());
  }

  override buildFromConfig(config: Json): void {
    const shape = isPlainObject(config) ? config.input_shape : null;
    if (isShape(shape)) this.buildFor([shape, stateShapes(this, shape[0])]);
  }
}
