/** Cells: layers that compute one step of a recurrence. */
import { ShapeError, type Tensor, zeros } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { AnyLayer, type CallContext } from "../../layer/any-layer.ts";
import { layerWhere } from "../../layer/layer-option.ts";
import {
  describeForm,
  hasFormOf,
  isTensorValue,
  mapStructure,
  parseStructure,
  type Structure,
  type TensorStructure,
} from "../../layer/structure.ts";
import { isPlainObject } from "../../schema/configurable.ts";
import { type Json, option } from "../../schema/option.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";
import { toTensor } from "../../utilities/tensors.ts";

/** The size of a cell's state; an array for several states, nested for cells that are made of cells. */
export type StateSize = number | readonly StateSize[];

/** The inputs of a cell: those of one step, [batch, ...], and the states before it. */
export type CellInputs<States extends TensorStructure = readonly Tensor[]> = readonly [
  inputs: Tensor,
  states: States,
];

/** The results of a cell: the output of the step, and the states after it. */
export type CellOutputs<States extends TensorStructure = readonly Tensor[]> = readonly [
  output: Tensor,
  states: States,
];

/** A layer that `RNN` runs over time: it maps [inputs, states] to [output, states], and tells the sizes of its states. */
export interface RecurrentCell extends AnyLayer {
  /** The size of its state, or of each of its states. */
  readonly stateSize: StateSize;
  /** The size of its output. Default: that of its first state. */
  readonly outputSize?: number;
  /** The states before the first step. Default: zeros, [batch, size] each. `inputs` has the shape of those of a step. */
  getInitialState?(batchSize: number, inputs: Tensor): TensorStructure;
}

/** A cell that does once for a whole sequence what its steps have in common. */
export interface PreparedCell extends RecurrentCell {
  /**
   * @param sequence The inputs of all steps, [steps, batch, ...].
   * @param states The states before the first one.
   * @returns The inputs to take apart, and further arguments for the call of each step.
   */
  prepare(sequence: Tensor, states: Structure<Tensor>, context: CallContext): readonly [Tensor, object];
}

/** Whether a value is a layer that can serve as a cell. */
export function isCell(value: unknown): value is RecurrentCell {
  return value instanceof AnyLayer && "stateSize" in value && isStateSize(value.stateSize);
}

/** Whether a cell prepares itself for a sequence. */
export function isPrepared(cell: RecurrentCell): cell is PreparedCell {
  return "prepare" in cell && typeof cell.prepare === "function";
}

/** An option that is a cell. */
export const cell = layerWhere<RecurrentCell>(
  "a cell: a layer of [inputs, states] that has a stateSize",
  isCell,
);

/** An option that is a list of cells. */
export const cells = option<readonly RecurrentCell[]>({
  accepted: "an array of cells: layers of [inputs, states] that have a stateSize",
  read: (given) => (Array.isArray(given) && given.length > 0 && given.every(isCell) ? given : undefined),
  restore: (json, restore) => (Array.isArray(json) ? json.map((each) => restore(each)) : json),
});

/** The states before the first step, for inputs of a step; they are always in an array, also where there is one. */
export function initialStates(cell: RecurrentCell, inputs: Tensor): readonly Structure<Tensor>[] {
  const [batch] = inputs.shape;
  const made =
    cell.getInitialState?.(batch, inputs) ??
    mapStructure(cell.stateSize, (size) => zeros([batch, size], cell.computeDType));
  return statesOf(cell.name, made);
}

/** The states that a cell made or gave; one that is not in an array is put into one. */
export function statesOf(name: string, given: unknown): readonly Structure<Tensor>[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.map((state) =>
    mapStructure(
      parseStructure<unknown>(state, isTensorValue, (leaf) => leaf),
      (leaf) => {
        if (isTensorValue(leaf)) return toTensor(leaf);
        throw new TypeError(
          `${name}: ${describeValue(leaf)} stands among the cell's states; they must be tensors`,
        );
      },
    ),
  );
}

/** The shapes of the states for batches of a size. */
export function stateShapes({ stateSize }: RecurrentCell, batch: number | null): Structure<SymbolicShape> {
  const shapes = mapStructure<number, SymbolicShape>(stateSize, (size) => [batch, size]);
  return typeof stateSize === "number" ? [shapes] : shapes;
}

/** The build configuration of a cell as Keras has it, of whose inputs it tells those of a step and not the states. */
export function withInputsOnly(config: Json | null): Json | null {
  const shapes = isPlainObject(config) ? config.input_shape : null;
  return Array.isArray(shapes) ? { input_shape: shapes[0] } : config;
}

/** The size of a cell's output. */
export function outputSizeOf({ outputSize, stateSize }: RecurrentCell): number {
  return outputSize ?? firstSize(stateSize);
}

function firstSize(size: StateSize): number {
  return typeof size === "number" ? size : firstSize(size[0]);
}

function isStateSize(value: unknown): value is StateSize {
  if (Array.isArray(value)) return value.length > 0 && value.every(isStateSize);
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}

/** The result of a cell for the inputs of a step and its states. */
export interface StepResult {
  /** The output of the step. */
  readonly output: Tensor;
  /** The states after it. */
  readonly states: readonly Structure<Tensor>[];
}

/** The result of a cell's call, checked against the states that it was given. */
export function readStep(cell: RecurrentCell, before: Structure<Tensor>, given: unknown): StepResult {
  const [output, after] = Array.isArray(given) ? given : [];
  if (!isTensorValue(output) || after === undefined) {
    throw new TypeError(`${cell.name}: the cell gave ${describeValue(given)}; it must give [output, states]`);
  }
  const states = statesOf(cell.name, after);
  if (hasFormOf(states, before)) return { output: toTensor(output), states };
  throw new ShapeError(
    `${cell.name}: the cell gave the states ${describeForm(states)}, and was given ${describeForm(before)}, where • is a ` +
      "tensor; they must be of one form",
  );
}
