import { cast, type Tensor } from "@strata/core";
import { type CallArguments, type CallContext, layerOptions } from "../../../layer/any-layer.ts";
import { Layer } from "../../../layer/layer.ts";
import { named } from "../../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../../schema/option.ts";
import { choice, positiveInteger } from "../../../schema/vocabulary.ts";
import { encodeCategories } from "./encode-categories.ts";

const options = {
  ...layerOptions,
  /** How many categories there are; inputs are the whole numbers below it. */
  numTokens: positiveInteger(),
  /**
   * The form of the results: `"multiHot"`, ones for the categories that occur; `"oneHot"`, a one for each number; `"count"`,
   * how often each category occurs.
   */
  outputMode: choice(["multiHot", "oneHot", "count"])("multiHot"),
};

/** Options of {@link CategoryEncoding}. */
export interface CategoryEncodingOptions extends Given<typeof options> {}

export interface CategoryEncoding extends Values<typeof options> {}

/** Further arguments of a call of {@link CategoryEncoding}. */
export interface CategoryEncodingArguments {
  /** How much each input counts, for `"count"`. */
  readonly countWeights?: Tensor | null;
}

/**
 * Whole numbers as vectors of zeros and ones, or of counts: [batch, n] → [batch, numTokens], or one by one [..., numTokens].
 *
 * @example
 * ```ts
 * import { CategoryEncoding } from "@strata/layers";
 *
 * console.log(new CategoryEncoding(4).apply([[0, 1], [3, 3]]).arraySync()); // [[1, 1, 0, 0], [0, 0, 0, 1]]
 * ```
 */
export class CategoryEncoding extends Layer<Tensor, Tensor, CategoryEncodingArguments> {
  static override readonly className: string = "CategoryEncoding";
  static override readonly options = options;
  static override readonly callArguments = ["countWeights"];
  static override readonly configConstants = { sparse: false };

  constructor(
    ...given:
      | [numTokens: number, options?: Rest<CategoryEncodingOptions, "numTokens">]
      | [options: CategoryEncodingOptions]
  ) {
    super(named(new.target, given, "numTokens"));
  }

  override call(
    inputs: Tensor,
    _context: CallContext,
    { countWeights = null }: CallArguments & CategoryEncodingArguments,
  ): Tensor {
    const { outputMode, numTokens: depth, computeDType: dtype } = this;
    if (countWeights !== null && outputMode !== "count") {
      throw new RangeError(`${this.name}: there are countWeights; they are for the outputMode "count" only`);
    }
    const weights = countWeights === null ? null : cast(countWeights, dtype);
    return encodeCategories(inputs, { outputMode, depth, dtype, countWeights: weights });
  }
}
