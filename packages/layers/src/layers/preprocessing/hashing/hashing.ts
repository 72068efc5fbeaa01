import { type Tensor, tensor } from "@strata/core";
import { type CallOptions, layerOptions } from "../../../layer/any-layer.ts";
import { named } from "../../../schema/configurable.ts";
import { type Given, option, type Rest, type Values } from "../../../schema/option.ts";
import { choice, positiveInteger } from "../../../schema/vocabulary.ts";
import { encodeCategories } from "../numbers/encode-categories.ts";
import { TextLayer } from "../text/text-layer.ts";
import { flatValues, type TextsOrNumbers } from "../text/texts.ts";
import { bucketOf, salt } from "./buckets.ts";
import { type ResultDType, resolvedDType, resultDType, storedDType } from "./result-dtype.ts";

const options = {
  ...layerOptions,
  /** The dtype of the result. Null: whole numbers for `"int"`, floats for the others. */
  dtype: resultDType().orNull().kept(),
  /** How many buckets there are. */
  numBins: positiveInteger(),
  /** The value that has the bucket 0 to itself. Null: nothing. */
  maskValue: option<string | number>({
    accepted: "a string or a number",
    read: (given) => (typeof given === "string" || typeof given === "number" ? given : undefined),
    write: (value) => value,
  })().orNull(),
  /** The key of SipHash: two whole numbers, or one for both. Null: the fingerprint of FarmHash. */
  salt: salt().orNull(),
  /**
   * The form of the results: `"int"`, their bucket; `"oneHot"`, a one in its place; `"multiHot"`, ones for the buckets that
   * occur in a sample; `"count"`, how often each occurs.
   */
  outputMode: choice(["int", "oneHot", "multiHot", "count"])("int"),
};

/** Options of {@link Hashing}. */
export interface HashingOptions extends Given<typeof options> {}

export interface Hashing extends Values<typeof options> {}

/**
 * Puts texts or whole numbers into so many buckets by a hash of them, which needs no vocabulary. Keeps the shape, or gives
 * [batch, numBins]. It takes values that are there: it stands before a model, not in it.
 *
 * @example
 * ```ts
 * import { Hashing } from "@strata/layers";
 *
 * console.log(new Hashing(3).apply(["A", "B", "C"]).arraySync()); // [1, 0, 1]
 * ```
 */
export class Hashing extends TextLayer {
  static override readonly className: string = "Hashing";
  static override readonly options = options;
  static override readonly configConstants = { sparse: false };
  /** The dtype of the result, by Keras's name. */
  readonly resultDType: ResultDType;

  constructor(
    ...given: [numBins: number, options?: Rest<HashingOptions, "numBins">] | [options: HashingOptions]
  ) {
    super(named(new.target, given, "numBins"));
    this.resultDType = resolvedDType(this.valuesOf(options).dtype, this.outputMode === "int");
  }

  /** Hashes texts, or whole numbers. */
  override apply(inputs: TextsOrNumbers, options?: CallOptions): Tensor;
  override apply(inputs: unknown, options?: CallOptions): unknown {
    return super.apply(inputs, options);
  }

  override call(inputs: unknown): Tensor {
    const { numBins, maskValue, outputMode } = this;
    const { values, shape } = flatValues(this.name, inputs);
    // The bucket of the mask is one of them.
    const isMasked = maskValue !== null && numBins > 1;
    const bins = values.map((value) => {
      if (!isMasked) return bucketOf(value, numBins, this.salt);
      return value === maskValue ? 0 : 1 + bucketOf(value, numBins - 1, this.salt);
    });
    const code = { outputMode, depth: numBins, dtype: storedDType(this.resultDType) };
    return encodeCategories(tensor(Int32Array.from(bins), shape), code);
  }

  protected override optionValue(name: string, given: unknown): unknown {
    return name === "dtype" ? this.resultDType : super.optionValue(name, given);
  }
}
