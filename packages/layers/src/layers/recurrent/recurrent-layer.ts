import { cast, ShapeError, type Tensor, transpose, type Variable, variable, zeros } from "@strata/core";
import { formatShape, isInferringTypes, outsideTraces, sameShape } from "@strata/core/internal";
import { type CallArguments, type CallContext, layerOptions } from "../../layer/any-layer.ts";
import { type MaskStructure, singleMask } from "../../layer/masks.ts";
import { describeForm, leavesOf, mapStructure, type Structure, withLeaves } from "../../layer/structure.ts";
import type { Given, Values } from "../../schema/option.ts";
import { boolean } from "../../schema/vocabulary.ts";
import { isShape, type SymbolicShape } from "../../utilities/shapes.ts";
import { initialStates, isPrepared, type RecurrentCell, readStep, stateShapes, statesOf } from "./cell.ts";
import { recur } from "./recur.ts";
import { givenStates, type SequenceArguments, SequenceLayer } from "./sequence-layer.ts";

/** The options of all recurrent layers. */
export const recurrentOptions = {
  ...layerOptions,
  /** Whether the result is the output of every step, [batch, steps, ...], and not that of the last one. */
  returnSequences: boolean(false),
  /** Whether the result is an array: the output, then the states after the last step. */
  returnState: boolean(false),
  /** Whether the last step comes first; outputs are in the order in which they are computed. */
  goBackwards: boolean(false),
  /** Whether a batch begins with the states that the one before ended with; all batches then have one size. */
  stateful: boolean(false),
  /** Whether the steps stand one by one in the program in place of a loop: faster to run for few steps, slower to compile. */
  unroll: boolean(false),
  /** Whether the output of a step that is masked is zero, and not that of the step before. */
  zeroOutputForMask: boolean(false),
};

/** The results of a recurrent layer: with `returnState` all of them, else the output alone. */
export type OutputsOf<State extends boolean, All extends readonly unknown[]> = State extends true
  ? All
  : Tensor;

/** The option that says what a recurrent layer returns. */
export interface ReturnState<State extends boolean> {
  /** Whether the result is an array: the output, then the states after the last step. Default: false. */
  readonly returnState?: State | undefined;
}

/** The properties of a recurrent layer for its table of options. */
export type RecurrentValues<Table, State extends boolean> = Omit<Values<Table>, "returnState"> & {
  /** Whether the result is an array: the output, then the states after the last step. */
  readonly returnState: State;
};

/** Options of all recurrent layers. */
export interface RecurrentOptions extends Given<typeof recurrentOptions> {}

// biome-ignore lint/correctness/noUnusedVariables: declarations that merge have the same type parameters
export interface RecurrentLayer<State extends boolean, All extends readonly unknown[]>
  extends RecurrentValues<typeof recurrentOptions, State> {}

/** Runs a cell over the steps of sequences, [batch, steps, ...]; subclasses say which. */
export abstract class RecurrentLayer<
  State extends boolean,
  All extends readonly unknown[],
> extends SequenceLayer<OutputsOf<State, All>> {
  static override readonly options = recurrentOptions;
  /** The layer that computes a step. */
  abstract readonly cell: RecurrentCell;
  #states: readonly Structure<Variable>[] | null = null;

  /** The states that a stateful layer keeps, in the order of the cell's; null before its first call. */
  get states(): readonly Structure<Variable>[] | null {
    return this.#states;
  }

  override resetStates(): void {
    for (const state of this.#states ?? []) {
      for (const each of leavesOf<Variable>(state)) each.assign(zeros(each.shape, each.dtype));
    }
  }

  override build(inputShape: SymbolicShape): void {
    super.build(inputShape);
    const batch = isShape(this.buildShape) ? this.buildShape[0] : null;
    this.cell.buildFor([[batch, ...inputShape.slice(2)], stateShapes(this.cell, batch)]);
  }

  override call(
    inputs: Tensor,
    context: CallContext,
    given: CallArguments & SequenceArguments,
  ): OutputsOf<State, All>;
  override call(
    inputs: Tensor,
    context: CallContext,
    { mask: masks, initialState = null }: CallArguments & SequenceArguments,
  ): unknown {
    const { name, cell, returnSequences, returnState, zeroOutputForMask, goBackwards, unroll, stateful } =
      this;
    const beginning = zeros([inputs.shape[0], ...inputs.shape.slice(2)], inputs.dtype);
    const zero = initialStates(cell, beginning);
    const states = this.#startingStates(zero, initialState);
    const mask = singleMask(masks);
    const [sequence, further] = isPrepared(cell)
      ? cell.prepare(withStepsFirst(inputs), states, context)
      : [withStepsFirst(inputs), {}];
    const result = recur({
      name,
      sequence,
      states,
      startsAtZero: initialState === null && !stateful,
      mask: mask === null ? null : withStepsFirst(cast(mask, "bool")),
      zeroOutputForMask,
      goBackwards,
      unroll,
      returnSequences,
      step: (x, before) => {
        const losses: Tensor[] = [];
        const surroundings = { ...context, ...further, addLoss: (loss: Tensor) => void losses.push(loss) };
        const result = readStep(cell, before, cell.apply([x, before], surroundings));
        return { ...result, loss: sumOf(losses) };
      },
    });
    if (result.loss !== null) context.addLoss(result.loss);
    if (stateful) this.#keepStates(leavesOf(result.states));
    const output = returnSequences ? withStepsFirst(result.outputs) : result.outputs;
    return returnState ? [output, ...statesOf(cell.name, result.states)] : output;
  }

  /** The options that a layer's cell takes over from it, under a name of its own. */
  protected optionsOfPart(name: string) {
    return { name, trainable: this.trainable, dtype: this.dtypePolicy };
  }

  /** As in Keras 3.16, masks end here: its whole runs compare the outputs of all steps with targets. */
  override computeMask(): MaskStructure | null {
    return null;
  }

  /** The states to begin with: those given, those that a stateful layer keeps, or zeros. */
  #startingStates(zero: readonly Structure<Tensor>[], given: unknown): readonly Structure<Tensor>[] {
    if (this.stateful) this.#makeStates(zero);
    if (given !== null) {
      const states = readStates(this.name, zero, given);
      this.noteInitialState(states);
      return states;
    }
    this.noteInitialState(null);
    if (this.#states === null || isInferringTypes()) return zero;
    return this.#states.map((state) => mapStructure(state, (each) => each.value));
  }

  /** Makes the Variables that a stateful layer keeps its states in, if there are none yet. */
  #makeStates(zero: readonly Structure<Tensor>[]): void {
    if (isInferringTypes()) return;
    this.#states ??= outsideTraces(() =>
      zero.map((state, index) =>
        mapStructure(state, ({ shape, dtype }) =>
          variable(zeros(shape, dtype), { name: `${this.name}/state_${index}`, trainable: false }),
        ),
      ),
    );
    const kept = this.#states.flatMap((state) => leavesOf<Variable>(state));
    const differing = zero
      .flatMap((state) => leavesOf(state))
      .findIndex(({ shape }, index) => !sameShape(shape, kept[index].shape));
    if (differing === -1) return;
    throw new ShapeError(
      `${this.name}: the layer is stateful, and its state has the shape ${formatShape(kept[differing].shape)}; for this batch it ` +
        "would have another; all batches must have one size",
    );
  }

  #keepStates(states: readonly Tensor[]): void {
    if (isInferringTypes()) return;
    const kept = (this.#states ?? []).flatMap((state) => leavesOf<Variable>(state));
    kept.forEach((each, index) => {
      each.assign(states[index]);
    });
  }
}

/** [batch, steps, ...] → [steps, batch, ...], and back. */
function withStepsFirst(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [1, 0, ...axes.slice(2)]);
}

/** The states that a call is given, in the form and dtypes of the cell's. */
function readStates(
  layer: string,
  zero: readonly Structure<Tensor>[],
  given: unknown,
): readonly Structure<Tensor>[] {
  const expected = leavesOf<Tensor>(zero);
  const list = Array.isArray(given) && given.length === zero.length ? given : [given];
  const found = list.flatMap((each) => leavesOf(givenStates(each)));
  if (found.length !== expected.length) {
    throw new ShapeError(
      `${layer}: initialState holds ${found.length} tensors; the cell's states are ${describeForm(zero)}, where • is a tensor`,
    );
  }
  const states = found.map((each, index) => {
    const state = cast(each, expected[index].dtype);
    if (sameShape(state.shape, expected[index].shape)) return state;
    throw new ShapeError(
      `${layer}: initialState has the shape ${formatShape(state.shape)} in place ${index}; it must be ${formatShape(expected[index].shape)}`,
    );
  });
  return statesOf(layer, withLeaves<Tensor, Tensor>(zero, states));
}

function sumOf(losses: readonly Tensor[]): Tensor | null {
  return losses.length === 0 ? null : losses.reduce((total, each) => total.add(each));
}
