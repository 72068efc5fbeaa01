import { type DType, type Tensor, tensor } from "@strata/core";
import { readOptions } from "@strata/core/internal";

/** Options of {@link padSequences}. */
export interface PadSequencesOptions {
  /** The length of all sequences. Default: that of the longest. */
  readonly maxLength?: number | null;
  /** The dtype of the result. Default: int32. */
  readonly dtype?: DType;
  /** The end at which short sequences are filled up. Default: `"pre"`. */
  readonly padding?: "pre" | "post";
  /** The end at which long sequences are cut off. Default: `"pre"`. */
  readonly truncating?: "pre" | "post";
  /** The value that sequences are filled up with. Default: 0. */
  readonly value?: number;
}

/**
 * Sequences of different lengths as a matrix: [number of sequences, maxLength].
 *
 * @param sequences Numbers, sequence by sequence.
 * @param options The length, the dtype, where sequences are filled up and cut off, and the value that fills.
 * @throws RangeError for an unknown option, or another place than `"pre"` or `"post"`.
 *
 * @example
 * ```ts
 * import { padSequences } from "@strata/layers";
 *
 * console.log(padSequences([[1, 2, 3], [4]], { maxLength: 2 }).arraySync()); // [[2, 3], [0, 4]]
 * ```
 */
export function padSequences(
  sequences: readonly ArrayLike<number>[],
  options: PadSequencesOptions = {},
): Tensor {
  readOptions("padSequences", options, ["maxLength", "dtype", "padding", "truncating", "value"]);
  const { maxLength, dtype = "int32", padding = "pre", truncating = "pre", value = 0 } = options;
  for (const [name, place] of Object.entries({ padding, truncating })) {
    if (place === "pre" || place === "post") continue;
    throw new RangeError(`padSequences: ${name} is ${JSON.stringify(place)}; it must be "pre" or "post"`);
  }
  const length = maxLength ?? sequences.reduce((most, each) => Math.max(most, each.length), 0);
  const rows = sequences.map((sequence) => {
    const given = Array.from(sequence);
    const kept =
      truncating === "pre" ? given.slice(Math.max(0, given.length - length)) : given.slice(0, length);
    const filling = new Array<number>(length - kept.length).fill(value);
    return padding === "pre" ? [...filling, ...kept] : [...kept, ...filling];
  });
  return tensor(Float64Array.from(rows.flat()), [sequences.length, length]).cast(dtype);
}
