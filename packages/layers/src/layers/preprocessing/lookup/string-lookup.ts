import type { Tensor, TensorLike } from "@strata/core";
import type { CallOptions } from "../../../layer/any-layer.ts";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { text, texts } from "../../../schema/vocabulary.ts";
import { flatTexts, flatValues, nested, type Texts } from "../text/texts.ts";
import { IndexLookup } from "./index-lookup.ts";
import { lookupOptions } from "./lookup-options.ts";

const options = {
  ...lookupOptions,
  /** The token that stands for nothing, whose index is 0. Null: none. */
  maskToken: text().orNull(),
  /** The value that stands for unknown tokens. */
  oovToken: text("[UNK]").nullable(),
  /** The tokens in order, with or without the special ones. Null: `adapt` finds them. */
  vocabulary: texts().orNull(),
};

/** Options of {@link StringLookup}. */
export interface StringLookupOptions extends Given<typeof options> {}

export interface StringLookup extends Values<typeof options> {}

/**
 * Texts as their indices in a vocabulary, or with `invert` the other way round. Keeps the shape, or gives vectors of the
 * vocabulary's length. It stands before a model, not in it: there are no tensors of texts.
 *
 * @example
 * ```ts
 * import { StringLookup } from "@strata/layers";
 *
 * const layer = new StringLookup({ vocabulary: ["a", "b"] });
 * console.log(layer.getVocabulary()); // ["[UNK]", "a", "b"]
 * console.log(layer.apply([["a", "z"], ["b", "a"]]).arraySync()); // [[1, 0], [2, 1]]
 *
 * const learned = new StringLookup();
 * learned.adapt(["x", "y", "x"]);
 * console.log(learned.getVocabulary({ includeSpecialTokens: false })); // ["x", "y"]
 * ```
 */
export class StringLookup extends IndexLookup<string> {
  static override readonly className: string = "StringLookup";
  static override readonly options = options;
  static override readonly configConstants = { sparse: false, encoding: "utf-8" };

  constructor(
    ...given:
      | [maxTokens?: number | null, options?: Rest<StringLookupOptions, "maxTokens">]
      | [options: StringLookupOptions]
  ) {
    super(named(new.target, given, "maxTokens"));
    this.start();
  }

  /**
   * Looks up texts; with `invert` indices, for which it gives texts in nested arrays.
   *
   * @throws RangeError for unknown texts if `numOovIndices` is 0.
   */
  override apply(inputs: Texts, options?: CallOptions): Tensor;
  override apply(inputs: TensorLike, options?: CallOptions): Texts;
  override apply(inputs: unknown, options?: CallOptions): unknown {
    return super.apply(inputs, options);
  }

  override call(inputs: unknown): unknown {
    if (this.invert) {
      const { values, shape } = flatValues(this.name, inputs);
      return nested({ values: this.tokensOf(values.map(Number)), shape });
    }
    const { values, shape } = flatTexts(this.name, inputs);
    return this.encoded({ values: Array.from(this.indicesOf(values)), shape });
  }

  protected override tokenOf(line: string): string {
    return line;
  }

  protected override documentsOf(data: unknown): readonly (readonly string[])[] {
    const { values, shape } = flatTexts(this.name, data);
    const length = shape.length < 2 ? 1 : values.length / shape[0];
    return Array.from({ length: values.length / length }, (_, row) =>
      values.slice(row * length, (row + 1) * length),
    );
  }
}
