import { mul, type Tensor, tensor } from "@strata/core";
import type { LayerKnowledge } from "../../../layer/any-layer.ts";
import { dtypePolicy } from "../../../layer/dtype-policy.ts";
import type { Json, OptionTable, OptionValues } from "../../../schema/option.ts";
import { classNameOf } from "../../../utilities/names.ts";
import { isBatches } from "../adapt-data.ts";
import { bucketOf } from "../hashing/buckets.ts";
import { encodeCategories } from "../numbers/encode-categories.ts";
import { TextLayer } from "../text/text-layer.ts";
import type { Flat } from "../text/texts.ts";
import { lookupOptions } from "./lookup-options.ts";
import { type Token, TokenCounts } from "./vocabulary-counts.ts";

/** The vocabulary of a layer, as it is at the moment. */
interface Vocabulary<Of extends Token> {
  /** The tokens without the special ones. */
  readonly tokens: readonly Of[];
  /** The index of each token, special entries counted. */
  readonly indices: ReadonlyMap<Token, number>;
}

/**
 * Looks tokens up in a vocabulary, whose first indices are those of the mask (0, if there is one and the mode is `"int"`) and
 * of unknown tokens.
 *
 * @typeParam Of What the tokens are.
 */
export abstract class IndexLookup<Of extends Token> extends TextLayer {
  static override readonly options: OptionTable = lookupOptions;
  /** The token that stands for nothing; null if there is none. */
  abstract readonly maskToken: Of | null;
  /** The value that stands for unknown tokens. */
  abstract readonly oovToken: Of | null;
  /** The vocabulary that was given; null if `adapt` finds it. */
  abstract readonly vocabulary: readonly Of[] | null;
  readonly #given: OptionValues<typeof lookupOptions>;
  #known: Vocabulary<Of> = { tokens: [], indices: new Map() };
  #idfWeights: readonly number[] | null = null;
  #size: number | null;

  constructor(options: object) {
    super(options);
    this.#given = this.valuesOf(lookupOptions);
    const { maxTokens, padToMaxTokens, invert, outputMode, idfWeights, vocabularySize } = this.#given;
    this.#size = vocabularySize;
    const owner = classNameOf(this);
    if (padToMaxTokens && maxTokens === null) {
      throw new RangeError(
        `${owner}: padToMaxTokens is true, and maxTokens is null; it must be a number then`,
      );
    }
    if (invert && outputMode !== "int") {
      throw new RangeError(`${owner}: outputMode is "${outputMode}"; with invert it must be "int"`);
    }
    if (idfWeights !== null && outputMode !== "tfIdf") {
      throw new RangeError(`${owner}: there are idfWeights; they are for the outputMode "tfIdf" only`);
    }
  }

  /** The tokens of data, in documents. */
  protected abstract documentsOf(data: unknown): readonly (readonly Of[])[];

  /** The token of a line of a vocabulary's file. */
  protected abstract tokenOf(line: string): Of;

  /** How an unknown token finds its index among those of unknown tokens. */
  protected unknownIndex(token: Of, count: number): number {
    return bucketOf(token, count, this.#given.salt);
  }

  /** Takes over the vocabulary that was given to the constructor. */
  protected start(): void {
    if (this.vocabulary !== null) this.setVocabulary(this.vocabulary, this.#given.idfWeights);
  }

  /**
   * The entries of the vocabulary, by their indices.
   *
   * @param options Whether those of the mask and of unknown tokens are included. Default: true.
   */
  getVocabulary({
    includeSpecialTokens = true,
  }: {
    readonly includeSpecialTokens?: boolean;
  } = {}): (Of | null)[] {
    const { tokens } = this.#known;
    return includeSpecialTokens ? [...this.#specialTokens(), ...tokens] : [...tokens];
  }

  /** How many entries the vocabulary has, special ones included. */
  vocabularySizeNow(): number {
    return this.#tokenStart + this.#known.tokens.length;
  }

  /**
   * Gives the layer a vocabulary.
   *
   * @param vocabulary The tokens in order; special ones may stand before them, as {@link IndexLookup.getVocabulary} gives
   * them.
   * @param idfWeights For `"tfIdf"`: the weight of each.
   * @throws RangeError for repeated tokens, special tokens in other places, and more of them than `maxTokens`.
   */
  setVocabulary(vocabulary: readonly Of[], idfWeights: readonly number[] | null = null): void {
    const special = this.#specialTokens();
    const hasSpecial = special.length > 0 && special.every((token, index) => token === vocabulary[index]);
    const tokens = hasSpecial ? vocabulary.slice(special.length) : vocabulary;
    this.#checkTokens(tokens);
    const { outputMode } = this.#given;
    if ((outputMode === "tfIdf") !== (idfWeights !== null)) {
      const rule = idfWeights === null ? "must be given with it" : 'are for the outputMode "tfIdf" only';
      throw new RangeError(`${this.name}: the outputMode is "${outputMode}"; idfWeights ${rule}`);
    }
    if (idfWeights !== null && idfWeights.length !== vocabulary.length) {
      throw new RangeError(
        `${this.name}: there are ${idfWeights.length} idfWeights for ${vocabulary.length} tokens; each must have one`,
      );
    }
    this.#take(tokens);
    if (idfWeights === null) return;
    const mean = idfWeights.reduce((total, each) => total + each, 0) / idfWeights.length;
    const before = hasSpecial ? [] : new Array<number>(this.#tokenStart).fill(mean);
    this.#idfWeights = this.#padded([...before, ...idfWeights]);
  }

  /**
   * Makes the vocabulary of the tokens of data, the most frequent first.
   *
   * @param data Tokens in nested arrays, whose rows are documents, or an iterable of such batches.
   */
  adapt(data: unknown): void {
    if (this.vocabulary !== null) {
      throw new RangeError(`${this.name}: adapt makes a vocabulary, but one was given to the constructor`);
    }
    const counts = new TokenCounts();
    for (const batch of isBatches(data) ? data : [data]) counts.add(this.documentsOf(batch));
    this.adaptTo(counts);
  }

  /** Makes the vocabulary of counted tokens. */
  adaptTo(counts: TokenCounts): void {
    const { maxTokens, outputMode } = this.#given;
    const most = maxTokens === null ? Number.POSITIVE_INFINITY : maxTokens - this.#tokenStart;
    const found = counts.inOrder([this.maskToken, this.oovToken]).slice(0, most);
    this.#take(found.filter((token): token is Of => token !== null));
    if (outputMode !== "tfIdf") return;
    const weights = found.map((token) => counts.inverseDocumentFrequency(token));
    const mean = weights.reduce((total, each) => total + each, 0) / weights.length;
    this.#idfWeights = this.#padded([...new Array<number>(this.#tokenStart).fill(mean), ...weights]);
  }

  /** The indices of tokens; −1 for a mask that has none. Throws a RangeError for unknown tokens if none are accepted. */
  indicesOf(tokens: readonly Of[]): Int32Array {
    const { numOovIndices } = this.#given;
    return Int32Array.from(tokens, (token) => {
      if (token === this.maskToken && this.maskToken !== null)
        return this.#given.outputMode === "int" ? 0 : -1;
      const known = this.#known.indices.get(token);
      if (known !== undefined) return known;
      if (numOovIndices === 1) return this.#oovStart;
      if (numOovIndices > 1) return this.#oovStart + this.unknownIndex(token, numOovIndices);
      throw new RangeError(
        `${this.name}: ${JSON.stringify(token)} is not in the vocabulary; with numOovIndices 0 all inputs must be`,
      );
    });
  }

  /** The tokens of indices. */
  protected tokensOf(indices: readonly number[]): (Of | null)[] {
    return indices.map((index) => {
      if (index === 0 && this.maskToken !== null) return this.maskToken;
      return this.#known.tokens[index - this.#tokenStart] ?? this.oovToken;
    });
  }

  /** Indices in the form that the mode says. */
  protected encoded({ values, shape }: Flat<number>): Tensor {
    return this.encode(tensor(Int32Array.from(values), shape));
  }

  /** Indices, as whole numbers, in the form that the mode says. */
  encode(indices: Tensor): Tensor {
    const { outputMode } = this.#given;
    if (outputMode === "int") return indices;
    const depth = this.#depth();
    if (outputMode !== "tfIdf") return encodeCategories(indices, { outputMode, depth, dtype: "int32" });
    const dtype = dtypePolicy().computeDType;
    const counts = encodeCategories(indices, { outputMode: "count", depth, dtype });
    if (this.#idfWeights === null) throw this.#missing("idfWeights");
    return mul(counts, tensor(this.#idfWeights, undefined, dtype));
  }

  override readKnowledge(): LayerKnowledge {
    const numbers = new Map(
      this.#idfWeights === null ? [] : [["idf_weights", this.#idfWeights.map(Math.fround)]],
    );
    if (this.vocabulary !== null || this.#known.tokens.length === 0) return { texts: new Map(), numbers };
    return { texts: new Map([["vocabulary.txt", this.getVocabulary().join("\n")]]), numbers };
  }

  override takeKnowledge({ texts, numbers }: LayerKnowledge): void {
    const lines = texts
      .get("vocabulary.txt")
      ?.replace(/[\r\n]+$/, "")
      .split(/\r\n|\n/);
    const idfWeights = numbers.get("idf_weights")?.slice(0, lines?.length) ?? null;
    if (lines !== undefined)
      this.setVocabulary(
        lines.map((line) => this.tokenOf(line)),
        idfWeights,
      );
    else if (idfWeights !== null) this.#idfWeights = idfWeights;
  }

  override buildConfig(): Json {
    return {};
  }

  protected override optionValue(name: string, given: unknown): unknown {
    return name === "vocabularySize" ? this.#size : super.optionValue(name, given);
  }

  get #oovStart(): number {
    return this.maskToken !== null && this.#given.outputMode === "int" ? 1 : 0;
  }

  get #tokenStart(): number {
    return this.#oovStart + this.#given.numOovIndices;
  }

  #specialTokens(): (Of | null)[] {
    const masks = new Array<Of | null>(this.#oovStart).fill(this.maskToken);
    return [...masks, ...new Array<Of | null>(this.#given.numOovIndices).fill(this.oovToken)];
  }

  #take(tokens: readonly Of[]): void {
    const indices = new Map<Token, number>(tokens.map((token, index) => [token, this.#tokenStart + index]));
    this.#known = { tokens, indices };
    this.#size = this.vocabularySizeNow();
  }

  #padded(weights: readonly number[]): readonly number[] {
    const { padToMaxTokens, maxTokens } = this.#given;
    const missing = padToMaxTokens && maxTokens !== null ? maxTokens - weights.length : 0;
    return [...weights, ...new Array<number>(Math.max(0, missing)).fill(0)];
  }

  #depth(): number {
    const { padToMaxTokens, maxTokens } = this.#given;
    const depth = padToMaxTokens ? maxTokens : this.#size;
    if (depth === null) throw this.#missing("vocabulary");
    return depth;
  }

  #missing(what: string): RangeError {
    return new RangeError(
      `${this.name}: there is no ${what} yet; give it to the constructor or to setVocabulary, or call adapt(data) first`,
    );
  }

  #checkTokens(tokens: readonly Of[]): void {
    const { maxTokens, invert } = this.#given;
    const fail = (sentence: string): never => {
      throw new RangeError(`${this.name}: ${sentence}`);
    };
    if (tokens.length === 0) fail("the vocabulary is empty; it must have one token at least");
    if (new Set(tokens).size < tokens.length) {
      const repeated = tokens.find((token, index) => tokens.indexOf(token) !== index);
      fail(`${JSON.stringify(repeated)} is twice in the vocabulary; each token must be there once`);
    }
    const reserved = [this.maskToken, invert ? this.oovToken : null].find(
      (token) => token !== null && tokens.includes(token),
    );
    if (reserved !== undefined) {
      fail(
        `${JSON.stringify(reserved)} is in the vocabulary; it may stand among the special tokens at its start only`,
      );
    }
    const size = this.#tokenStart + tokens.length;
    if (maxTokens !== null && size > maxTokens) {
      fail(
        `the vocabulary has ${size} entries, special ones included; with maxTokens it must have at most ${maxTokens}`,
      );
    }
  }
}
