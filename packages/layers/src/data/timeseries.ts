import { type Tensor, tensor } from "@strata/core";
import { allocateArray, sizeOf } from "@strata/core/internal";
import { readOptionTable } from "../schema/configurable.ts";
import type { Given } from "../schema/option.ts";
import { boolean, naturalNumber, positiveInteger } from "../schema/vocabulary.ts";
import { type DataLike, toArrayData } from "../training/arrays.ts";
import { batchPass } from "./batches.ts";
import { Dataset } from "./dataset.ts";
import { NumpyRandom } from "./numpy-random.ts";
import { chosenSeed, orderSeed, shuffleBuffer } from "./order.ts";
import { mapPass } from "./passes.ts";

const operation = "timeseriesDatasetFromArray";

const options = {
  /** The number of steps of a sequence. */
  sequenceLength: positiveInteger(),
  /** How many steps after one sequence the next one begins. */
  sequenceStride: positiveInteger(1),
  /** The distance of the steps of a sequence: 2 takes every other one. */
  samplingRate: positiveInteger(1),
  /** The number of sequences of a batch; null for sequences one by one. */
  batchSize: positiveInteger(128).nullable(),
  /** Whether the sequences come in a random order, another one in each pass. */
  shuffle: boolean(false),
  /** The seed of that order; null for one that follows from `setSeed`. */
  seed: orderSeed(),
  /** The first step that is used; null for the first of the data. */
  startIndex: naturalNumber().orNull(),
  /** The step before which those that are used end; null for the end of the data. */
  endIndex: positiveInteger().orNull(),
};

/** Options of {@link timeseriesDatasetFromArray}. */
export interface TimeseriesOptions extends Given<typeof options> {}

/**
 * Sequences of successive steps of a time series, each with its target: windows that slide over the data.
 *
 * @param data The steps, along the first axis: [steps, ...].
 * @param targets The target of the sequence that begins at step i, at place i: [steps, ...]; null for sequences alone.
 * @param options The length of a sequence, the distances of sequences and of their steps, batches, order, and the part of the
 * data that is used.
 * @returns Batches [batch, sequenceLength, ...] and their targets [batch, ...], as `[sequences, targets]`, or the sequences alone.
 * @throws RangeError for an option that is not accepted, and where the data are shorter than a sequence.
 *
 * @example
 * ```ts
 * import { timeseriesDatasetFromArray } from "@strata/layers";
 *
 * const temperatures = [10, 11, 13, 12, 9, 8];
 * // Of three days the next one is to be told.
 * const days = timeseriesDatasetFromArray(temperatures, temperatures.slice(3), { sequenceLength: 3 });
 * for await (const [x, y] of days) console.log(x.arraySync(), y.arraySync());
 * // [[10, 11, 13], [11, 13, 12], [13, 12, 9]] [12, 9, 8]
 * ```
 */
export function timeseriesDatasetFromArray(
  data: DataLike,
  targets: DataLike,
  options: TimeseriesOptions,
): Dataset<readonly [sequences: Tensor, targets: Tensor]>;
export function timeseriesDatasetFromArray(
  data: DataLike,
  targets: null,
  options: TimeseriesOptions,
): Dataset<Tensor>;
export function timeseriesDatasetFromArray(
  data: DataLike,
  targets: DataLike | null,
  given: TimeseriesOptions,
): Dataset<unknown> {
  const values = readOptionTable(operation, options, given);
  const { sequenceLength, sequenceStride, samplingRate, batchSize, shuffle } = values;
  const steps = stepsOf(data, "data");
  const results = targets === null ? null : stepsOf(targets, "targets");
  const { start, end } = partOf(steps.count, values);
  const reach = (sequenceLength - 1) * samplingRate + 1;
  const begins = Math.min(end - start - reach + 1, results === null ? Infinity : results.count - start);
  if (begins < 1) {
    throw new RangeError(
      `${operation}: no sequence fits: one of ${sequenceLength} steps at a samplingRate of ${samplingRate} takes ${reach} steps; ` +
        `there are ${end - start}${results === null ? "" : `, and ${Math.max(0, results.count - start)} targets`}`,
    );
  }
  const count = Math.ceil(begins / sequenceStride);
  const seed = chosenSeed(values.seed);
  const order = shuffle ? new NumpyRandom(seed).permutation(count) : null;
  const positions = new Dataset({
    size: count,
    *pass(): Generator<number> {
      for (let index = 0; index < count; index++) yield start + (order?.[index] ?? index) * sequenceStride;
    },
  });
  const ordered = shuffle ? positions.shuffle(shuffleBuffer(batchSize), { seed }) : positions;
  const within = Array.from({ length: sequenceLength }, (_, step) => step * samplingRate);
  const join = (first: readonly number[], isBatch: boolean): unknown => {
    const sequences = steps.gather(
      first.flatMap((position) => within.map((step) => position + step)),
      isBatch ? [first.length, sequenceLength] : [sequenceLength],
    );
    return results === null ? sequences : [sequences, results.gather(first, isBatch ? [first.length] : [])];
  };
  return new Dataset({
    size: batchSize === null ? count : Math.ceil(count / batchSize),
    pass: (round) =>
      batchSize === null
        ? mapPass(ordered.pass(round), (position) => join([position], false), 1)
        : batchPass(ordered.pass(round), batchSize, false, (first) => join(first, true)),
  });
}

/** The part of the data that is used, as the options say. */
function partOf(
  count: number,
  values: {
    startIndex: number | null;
    endIndex: number | null;
    sequenceStride: number;
    samplingRate: number;
  },
): { readonly start: number; readonly end: number } {
  const { startIndex, endIndex } = values;
  const refuse = (name: string, value: number, rule: string): never => {
    throw new RangeError(`${operation}: ${name} is ${value}; it must be ${rule}`);
  };
  for (const name of ["startIndex", "endIndex", "sequenceStride", "samplingRate"] as const) {
    const value = values[name] ?? 0;
    if (value >= count && value > 1) refuse(name, value, `below the number of steps, ${count}`);
  }
  const start = startIndex ?? 0;
  if (endIndex !== null && endIndex <= start) refuse("endIndex", endIndex, `above startIndex, ${start}`);
  return { start, end: endIndex ?? count };
}

interface Steps {
  readonly count: number;
  /** Some steps, in the places that a shape has. */
  gather(indices: readonly number[], shape: readonly number[]): Tensor;
}

function stepsOf(data: DataLike, name: string): Steps {
  const { values, shape, dtype } = toArrayData(data, {
    operation,
    name,
    dtype: "float32",
    sampleShape: null,
  });
  const [count, ...rest] = shape;
  const size = sizeOf(rest);
  return {
    count,
    gather(indices, places) {
      const gathered = allocateArray(dtype, indices.length * size);
      indices.forEach((index, place) => {
        gathered.set(values.subarray(index * size, (index + 1) * size), place * size);
      });
      return tensor(gathered, [...places, ...rest], dtype);
    },
  };
}
