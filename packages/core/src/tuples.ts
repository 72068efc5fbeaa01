/** Types of lists of tensors whose length the types know. */
import type { Tensor } from "./tensor.ts";

/** As many tensors as the list has items: a tuple for a tuple. */
export type Tensors<Items extends readonly unknown[]> = { -readonly [Index in keyof Items]: Tensor };

/** The result of {@link split}: as many tensors as there are parts, where the types know how many. */
export type Parts<Given extends number | readonly number[]> = Given extends readonly number[]
  ? Tensors<Given>
  : Given extends number
    ? TensorsCounted<Given>
    : never;

/** The longest tuple that is worth its name. */
type Longest = 64;

/** A tuple of so many tensors; an array for a number that is not known, or larger than tuples are long. */
type TensorsCounted<Count extends number, Counted extends readonly Tensor[] = []> = number extends Count
  ? Tensor[]
  : Counted["length"] extends Count
    ? Counted
    : Counted["length"] extends Longest
      ? Tensor[]
      : TensorsCounted<Count, [...Counted, Tensor]>;
