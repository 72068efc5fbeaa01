import { type Tensor, tensor } from "@strata/core";
import {
  type AnyLayer,
  type CallOptions,
  type LayerKnowledge,
  layerOptions,
} from "../../../layer/any-layer.ts";
import type { SavedPart } from "../../../layer/members.ts";
import { named } from "../../../schema/configurable.ts";
import { type Given, type Option, option, type Rest, type Values } from "../../../schema/option.ts";
import {
  boolean,
  choice,
  integerWhere,
  naturalNumber,
  numbers,
  positiveInteger,
  texts,
} from "../../../schema/vocabulary.ts";
import { toSnakeCase } from "../../../utilities/names.ts";
import { isBatches } from "../adapt-data.ts";
import { StringLookup } from "../lookup/string-lookup.ts";
import { TokenCounts } from "../lookup/vocabulary-counts.ts";
import { TextLayer } from "./text-layer.ts";
import { flatTexts, type Texts } from "./texts.ts";
import { ngramsOf, type Split, type Standardize, splitText, standardized } from "./tokens.ts";

const options = {
  ...layerOptions,
  /** How many entries the vocabulary has at most, special ones included. Null: as many as there are. */
  maxTokens: integerWhere("an integer of at least 2", (value) => value > 1)().orNull(),
  /** How texts are simplified first: capital letters made small, punctuation left out; or a function of one text. */
  standardize: nameOrFunction<Exclude<Standardize, null>>(
    choice(["lowerAndStripPunctuation", "lower", "stripPunctuation"])(),
  )("lowerAndStripPunctuation").nullable(),
  /** How texts are split: into words, into characters, or by a function of one text. Null: each text is one token. */
  split: nameOrFunction<Exclude<Split, null>>(choice(["whitespace", "character"])())("whitespace").nullable(),
  /**
   * Which runs of tokens become tokens: those of 1 up to so many, or of the lengths in an array. Null: the tokens themselves.
   */
  ngrams: option<number | readonly number[]>({
    accepted: "a positive integer, or an array of them",
    read: (given) => {
      const lengths: unknown = typeof given === "number" ? [given] : given;
      const isValid = Array.isArray(lengths) && lengths.every((each) => Number.isInteger(each) && each > 0);
      return isValid && (typeof given === "number" || Array.isArray(given)) ? given : undefined;
    },
    write: (value) => value,
  })().orNull(),
  /**
   * The form of the results: `"int"`, the indices of its tokens; `"multiHot"`, ones for the tokens that occur; `"count"`, how
   * often each occurs; `"tfIdf"`, that times the token's weight; `"oneHot"`, a one in the place of each token.
   */
  outputMode: choice(["int", "oneHot", "multiHot", "count", "tfIdf"])("int"),
  /**
   * For `"int"`: how many indices each text gets, the rest filled up with 0. Null: as many as the longest of the batch needs.
   */
  outputSequenceLength: positiveInteger().orNull(),
  /** Whether vectors are as long as `maxTokens` says, even if the vocabulary is smaller. */
  padToMaxTokens: boolean(false),
  /** The tokens in order, with or without the special ones. Null: `adapt` finds them. */
  vocabulary: texts().orNull(),
  /** For `"tfIdf"`: how much each token of the vocabulary counts. Null: `adapt` finds it. */
  idfWeights: numbers().orNull(),
  /** The size of the vocabulary, special entries included, as configurations tell it. */
  vocabularySize: naturalNumber().orNull(),
};

/** Options of {@link TextVectorization}. */
export interface TextVectorizationOptions extends Given<typeof options> {}

export interface TextVectorization extends Values<typeof options> {}

/**
 * Texts as the indices of their words in a vocabulary: [batch] or [batch, 1] → [batch, words], filled up with 0; or as
 * vectors of the vocabulary's length, [batch, size]. It stands before a model, not in it: there are no tensors of texts.
 *
 * @example
 * ```ts
 * import { TextVectorization } from "@strata/layers";
 *
 * const layer = new TextVectorization();
 * layer.adapt(["the cat", "the dog!"]);
 * console.log(layer.getVocabulary()); // ["", "[UNK]", "the", "dog", "cat"]
 * console.log(layer.apply(["The dog", "a"]).arraySync()); // [[2, 3], [1, 0]]
 * ```
 */
export class TextVectorization extends TextLayer {
  static override readonly className: string = "TextVectorization";
  static override readonly options = options;
  static override readonly configConstants = { sparse: false, ragged: false, encoding: "utf-8" };
  readonly #lookup: StringLookup;

  constructor(
    ...given:
      | [maxTokens?: number | null, options?: Rest<TextVectorizationOptions, "maxTokens">]
      | [options: TextVectorizationOptions]
  ) {
    super(named(new.target, given, "maxTokens"));
    const { maxTokens, outputMode, padToMaxTokens, vocabulary, idfWeights, vocabularySize, name } = this;
    if (outputMode !== "int" && this.outputSequenceLength !== null) {
      throw new RangeError(
        `TextVectorization: there is an outputSequenceLength; it is for the outputMode "int" only`,
      );
    }
    const entries = { vocabulary, idfWeights, vocabularySize, maskToken: "" };
    this.#lookup = new StringLookup({ name, maxTokens, outputMode, padToMaxTokens, ...entries });
  }

  /** Makes indices or vectors of texts: [batch], or [batch, 1]. */
  override apply(inputs: Texts, options?: CallOptions): Tensor;
  override apply(inputs: unknown, options?: CallOptions): unknown {
    return super.apply(inputs, options);
  }

  override call(inputs: unknown): Tensor {
    const rows = this.#tokens(inputs).map((tokens) => Array.from(this.#lookup.indicesOf(tokens)));
    const isInt = this.outputMode === "int";
    const longest = rows.reduce((most, row) => Math.max(most, row.length), 0);
    const length = isInt ? (this.outputSequenceLength ?? longest) : longest;
    // What fills rows up is the mask's index, or no index.
    const filled = rows.flatMap((row) => Array.from({ length }, (_, at) => row[at] ?? (isInt ? 0 : -1)));
    return this.#lookup.encode(tensor(Int32Array.from(filled), [rows.length, length]));
  }

  /**
   * Makes the vocabulary of the tokens of texts, the most frequent first.
   *
   * @param data Texts, or an iterable of batches of them.
   */
  adapt(data: Texts | Iterable<Texts>): void {
    if (this.vocabulary !== null) {
      throw new RangeError(`${this.name}: adapt makes a vocabulary, but one was given to the constructor`);
    }
    const counts = new TokenCounts();
    for (const batch of isBatches<Texts>(data) ? data : [data]) counts.add(this.#tokens(batch));
    this.#lookup.adaptTo(counts);
  }

  /** As {@link StringLookup.getVocabulary}. */
  getVocabulary(options: { readonly includeSpecialTokens?: boolean } = {}): (string | null)[] {
    return this.#lookup.getVocabulary(options);
  }

  /** As {@link StringLookup.setVocabulary}. */
  setVocabulary(vocabulary: readonly string[], idfWeights: readonly number[] | null = null): void {
    this.#lookup.setVocabulary(vocabulary, idfWeights);
  }

  override get savedParts(): readonly SavedPart<AnyLayer>[] {
    return [{ name: "_lookup_layer", parts: this.#lookup }];
  }

  override readKnowledge(): LayerKnowledge {
    return this.#lookup.readKnowledge();
  }

  override takeKnowledge(knowledge: LayerKnowledge): void {
    this.#lookup.takeKnowledge(knowledge);
  }

  protected override optionValue(name: string, given: unknown): unknown {
    return name === "vocabularySize" ? this.#lookup.vocabularySizeNow() : super.optionValue(name, given);
  }

  /** The tokens of each text. */
  #tokens(inputs: unknown): readonly (readonly string[])[] {
    const { values, shape } = flatTexts(this.name, inputs);
    const { split, ngrams } = this;
    const simple = values.map((value) => standardized(value, this.standardize));
    if (split !== null && shape.length > 1 && shape[shape.length - 1] !== 1) {
      throw new RangeError(
        `${this.name}: the texts have the shape [${shape.join(", ")}]; texts that are split must be [batch] or [batch, 1]`,
      );
    }
    const width = split === null && shape.length > 1 ? simple.length / shape[0] : 1;
    const rows =
      split === null
        ? Array.from({ length: simple.length / width }, (_, row) =>
            simple.slice(row * width, (row + 1) * width),
          )
        : simple.map((each) => splitText(each, split));
    if (ngrams === null) return rows;
    const lengths =
      typeof ngrams === "number" ? Array.from({ length: ngrams }, (_, index) => index + 1) : ngrams;
    return rows.map((row) => ngramsOf(row, lengths));
  }
}

/** An option that is one of some names, or a function. */
function nameOrFunction<Value>(names: Option<string & Value, unknown>) {
  return option<Value>({
    accepted: "a name or a function",
    read: (given, owner) => (isFunction<Value>(given) ? given : names.read(owner, "the name", given)),
    write: (value, serialize) => (typeof value === "string" ? toSnakeCase(value) : serialize(value)),
    restore: (json, restore) => (typeof json === "string" ? json : restore(json)),
  });
}

function isFunction<Value>(value: unknown): value is Value {
  return typeof value === "function";
}
