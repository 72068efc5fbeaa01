import {
  add,
  cast,
  clip,
  equal,
  gather,
  logicalAnd,
  mod,
  searchSorted,
  Tensor,
  type TensorLike,
  tensor,
  where,
} from "@strata/core";
import type { CallOptions } from "../../../layer/any-layer.ts";
import type { SymbolicTensor } from "../../../layer/symbolic-tensor.ts";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { integer, numbers } from "../../../schema/vocabulary.ts";
import { flatValues } from "../text/texts.ts";
import { IndexLookup } from "./index-lookup.ts";
import { lookupOptions } from "./lookup-options.ts";

const options = {
  ...lookupOptions,
  /** The number that stands for nothing, whose index is 0. Null: none. */
  maskToken: integer().orNull(),
  /** The value that stands for unknown numbers. */
  oovToken: integer(-1).nullable(),
  /** The numbers in order, with or without the special ones. Null: `adapt` finds them. */
  vocabulary: numbers().orNull(),
};

/** Options of {@link IntegerLookup}. */
export interface IntegerLookupOptions extends Given<typeof options> {}

export interface IntegerLookup extends Values<typeof options> {}

/**
 * Whole numbers as their indices in a vocabulary, or with `invert` the other way round. Keeps the shape, or gives vectors of
 * the vocabulary's length. Where unknown numbers are hashed, or are errors, it takes values that are there, and stands before
 * a model; else it may be part of one.
 *
 * @example
 * ```ts
 * import { IntegerLookup } from "@strata/layers";
 *
 * const layer = new IntegerLookup({ vocabulary: [12, 36, 1138] });
 * console.log(layer.apply([12, 1138, 7]).arraySync()); // [1, 3, 0]
 * ```
 */
export class IntegerLookup extends IndexLookup<number> {
  static override readonly className: string = "IntegerLookup";
  static override readonly options = options;
  static override readonly configConstants = { sparse: false, vocabulary_dtype: "int64" };

  constructor(
    ...given:
      | [maxTokens?: number | null, options?: Rest<IntegerLookupOptions, "maxTokens">]
      | [options: IntegerLookupOptions]
  ) {
    super(named(new.target, given, "maxTokens"));
    if (this.salt !== null && this.oovMethod !== "farmhash") {
      throw new RangeError(
        `IntegerLookup: there is a salt, and oovMethod is "${this.oovMethod}"; it must be "farmhash" then`,
      );
    }
    this.start();
  }

  /** Looks up whole numbers; with `invert` indices. */
  override apply(inputs: SymbolicTensor, options?: CallOptions): SymbolicTensor;
  override apply(inputs: TensorLike, options?: CallOptions): Tensor;
  override apply(inputs: unknown, options?: CallOptions): unknown {
    return super.apply(inputs, options);
  }

  override call(inputs: unknown): Tensor {
    if (!(inputs instanceof Tensor)) throw new TypeError(`${this.name}: takes one tensor of whole numbers`);
    const given = cast(inputs, "int32");
    if (this.invert) return this.#tokens(given);
    const isHashed = this.numOovIndices > 1 && this.oovMethod === "farmhash";
    if (!isHashed && this.numOovIndices > 0) return this.encode(this.#indices(given));
    const indices = this.indicesOf(Array.from(given.dataSync()));
    return this.encode(tensor(indices, given.shape));
  }

  protected override documentsOf(data: unknown): readonly (readonly number[])[] {
    const { values, shape } = flatValues(this.name, data);
    const numbers = values.map(Number);
    const length = shape.length < 2 ? 1 : numbers.length / shape[0];
    return Array.from({ length: numbers.length / length }, (_, row) =>
      numbers.slice(row * length, (row + 1) * length),
    );
  }

  protected override tokenOf(line: string): number {
    const number = Number(line);
    if (line.trim() !== "" && Number.isSafeInteger(number)) return number;
    throw new RangeError(
      `${this.name}: ${JSON.stringify(line)} is a line of the vocabulary; it must be a whole number`,
    );
  }

  /** The indices of numbers, found without reading them. */
  #indices(given: Tensor): Tensor {
    const tokens = this.getVocabulary({ includeSpecialTokens: false }).filter((each) => each !== null);
    const sorted = tokens.toSorted((one, other) => one - other);
    const start = this.vocabularySizeNow() - tokens.length;
    const oovStart = start - this.numOovIndices;
    const unknown = this.numOovIndices > 1 ? add(mod(given, this.numOovIndices), oovStart) : oovStart;
    const keys = tensor(Int32Array.from(sorted));
    const places = clip(searchSorted(keys, given), 0, Math.max(0, sorted.length - 1));
    const indices = tensor(Int32Array.from(sorted, (token) => start + tokens.indexOf(token)));
    const found =
      sorted.length === 0
        ? add(given.mul(0), unknown)
        : where(equal(gather(keys, places), given), gather(indices, places), unknown);
    if (this.maskToken === null) return found;
    return where(equal(given, this.maskToken), this.outputMode === "int" ? 0 : -1, found);
  }

  /** The numbers of indices. */
  #tokens(given: Tensor): Tensor {
    const entries = this.getVocabulary();
    const known = tensor(Int32Array.from(entries, (each) => each ?? 0));
    const isKnown = logicalAnd(given.greaterEqual(0), given.less(entries.length));
    return where(isKnown, gather(known, clip(given, 0, entries.length - 1)), this.oovToken ?? -1);
  }
}
