/** A cell over the steps of a sequence. */
import { flip, reshape, scan, stack, type Tensor, unstack, where, zeros, zerosLike } from "@strata/core";
import { withPlaceholders } from "@strata/core/internal";
import { leavesOf, type Structure, withLeaves } from "../../layer/structure.ts";
import type { StepResult } from "./cell.ts";

/** A step of a recurrence. */
export interface RecurrenceStep extends StepResult {
  /** The terms that it adds to the loss, as one scalar; null if there are none. */
  readonly loss: Tensor | null;
}

/** A recurrence. */
export interface Recurrence {
  /** Its name, for messages. */
  readonly name: string;
  /** The inputs of all steps, [steps, batch, ...]. */
  readonly sequence: Tensor;
  /** The states before the first step. */
  readonly states: Structure<Tensor>;
  /** Whether those are zeros. */
  readonly startsAtZero: boolean;
  /** Which steps count, [steps, batch]; null if all do. The others keep the states. */
  readonly mask: Tensor | null;
  /** Whether the output of a step that does not count is zero, and not that of the step before. */
  readonly zeroOutputForMask: boolean;
  /** Whether the last step comes first. */
  readonly goBackwards: boolean;
  /** Whether the steps stand one by one in the program, which is no loop then. */
  readonly unroll: boolean;
  /** Whether the outputs of all steps are kept. */
  readonly returnSequences: boolean;
  /** Computes a step. */
  readonly step: (inputs: Tensor, states: Structure<Tensor>) => RecurrenceStep;
}

/** The results of a recurrence. */
export interface Recurred {
  /** The outputs of all steps in the order in which they were computed, [steps, batch, ...], or the last one. */
  readonly outputs: Tensor;
  /** The states after the last step. */
  readonly states: Structure<Tensor>;
  /** The sum of the terms that the steps add to the loss; null if there are none. */
  readonly loss: Tensor | null;
}

/** Runs a recurrence: as one compiled loop, or step by step. */
export function recur(recurrence: Recurrence): Recurred {
  const { sequence, states, mask, zeroOutputForMask, goBackwards, unroll, returnSequences, step } =
    recurrence;
  const initial = leavesOf(states);
  const outline = outlineOf(recurrence);
  const repeats = mask !== null && !zeroOutputForMask;
  // Many cells give a state as their output, which then need not be carried along a second time.
  const carriesOutput =
    (repeats || !returnSequences) &&
    (outline.state === -1 || (mask !== null && (zeroOutputForMask || !recurrence.startsAtZero)));

  const next: Step = (carry, [inputs, isCounted]) => {
    const before = carry.slice(0, initial.length);
    const { output, states: after, loss } = step(inputs, withLeaves(states, before));
    const leaves = leavesOf(after);
    const chosen = (counted: Tensor, other: Tensor) => choose(isCounted, counted, other);
    const kept = leaves.map((state, index) => chosen(state, before[index]));
    let shown = output;
    if (carriesOutput || zeroOutputForMask)
      shown = chosen(output, repeats ? carry[initial.length] : zerosLike(output));
    else if (repeats) shown = kept[outline.state];
    const results = [...(returnSequences ? [shown] : []), ...(loss === null ? [] : [loss])];
    return [[...kept, ...(carriesOutput ? [shown] : [])], results];
  };

  const carried = carriesOutput ? [zeros(outline.shape, outline.dtype)] : [];
  const steps = mask === null ? [sequence] : [sequence, mask];
  const [last, results] = (unroll ? unrolled : looped)(next, [...initial, ...carried], steps, goBackwards);
  const losses = results[returnSequences ? 1 : 0];
  const lastOutput = last[carriesOutput ? initial.length : outline.state];
  return {
    outputs: returnSequences ? inOrderOfSteps(results[0], goBackwards) : lastOutput,
    states: withLeaves(states, last.slice(0, initial.length)),
    loss: losses === undefined ? null : losses.sum(),
  };
}

type Step = (
  carry: readonly Tensor[],
  entries: readonly Tensor[],
) => readonly [carry: readonly Tensor[], results: readonly Tensor[]];

/** As core's `scan`: results are stacked in the order of the entries, whichever way the loop goes. */
type Loop = (
  step: Step,
  initial: readonly Tensor[],
  entries: readonly Tensor[],
  reverse: boolean,
) => readonly [carry: readonly Tensor[], results: readonly Tensor[]];

const looped: Loop = (step, initial, entries, reverse) => scan(step, initial, entries, { reverse });

const unrolled: Loop = (step, initial, entries, reverse) => {
  const parts = entries.map((each) => unstack(each));
  const indices = parts[0].map((_, index) => index);
  const results: (readonly Tensor[])[] = [];
  let carry = initial;
  for (const index of reverse ? indices.reverse() : indices) {
    const [after, result] = step(
      carry,
      parts.map((each) => each[index]),
    );
    carry = after;
    results.push(result);
  }
  if (reverse) results.reverse();
  return [carry, results[0].map((_, which) => stack(results.map((each) => each[which])))];
};

function inOrderOfSteps(outputs: Tensor, goBackwards: boolean): Tensor {
  return goBackwards ? flip(outputs, 0) : outputs;
}

/** `counted` where a step counts, else `other`. */
function choose(isCounted: Tensor | undefined, counted: Tensor, other: Tensor): Tensor {
  if (isCounted === undefined) return counted;
  const missing = Math.max(counted.rank - isCounted.rank, 0);
  return where(
    reshape(isCounted, [...isCounted.shape, ...new Array<number>(missing).fill(1)]),
    counted,
    other,
  );
}

/** The type of a step's output, and which of the states after the step it is; -1 if none. */
function outlineOf({ name, sequence, states, step }: Recurrence) {
  const types = [{ shape: sequence.shape.slice(1), dtype: sequence.dtype }, ...leavesOf(states)].map(
    ({ shape, dtype }) => ({ shape, dtype }),
  );
  return withPlaceholders(name, types, ([inputs, ...before]) => {
    const { output, states: after } = step(inputs, withLeaves(states, before));
    return { shape: output.shape, dtype: output.dtype, state: leavesOf(after).indexOf(output) };
  });
}
