import { ShapeError, type Tensor, tensor } from "@strata/core";
import { describeValue, formatShape, sameShape } from "@strata/core/internal";
import { type CallOptions, layerOptions } from "../../../layer/any-layer.ts";
import { named } from "../../../schema/configurable.ts";
import type { Given, Json, Rest, Serialize, Values } from "../../../schema/option.ts";
import { choice, positiveInteger } from "../../../schema/vocabulary.ts";
import { encodeCategories } from "../numbers/encode-categories.ts";
import { TextLayer } from "../text/text-layer.ts";
import { flatValues, type TextsOrNumbers } from "../text/texts.ts";
import { bucketOfCrossing } from "./buckets.ts";
import { type ResultDType, resolvedDType, resultDType, storedDType } from "./result-dtype.ts";

const options = {
  ...layerOptions,
  /** Whether training changes the weights. */
  trainable: layerOptions.trainable.omitted("always"),
  /** The dtype of the result. Null: whole numbers for `"int"`, floats for `"oneHot"`. */
  dtype: resultDType().orNull().kept(),
  /** How many buckets there are. */
  numBins: positiveInteger(),
  /** The form of the results: `"int"`, their bucket, or `"oneHot"`, a one in its place. */
  outputMode: choice(["int", "oneHot"])("int"),
};

/** Options of {@link HashedCrossing}. */
export interface HashedCrossingOptions extends Given<typeof options> {}

export interface HashedCrossing extends Values<typeof options> {}

/**
 * Puts combinations of features (texts or whole numbers) into so many buckets, by a hash of all of them: two or more of the
 * shape [batch] or [batch, 1] → the same, or [batch, numBins]. It takes values that are there: it stands before a model, not
 * in it.
 *
 * @example
 * ```ts
 * import { HashedCrossing } from "@strata/layers";
 *
 * console.log(new HashedCrossing(5).apply([["A", "B"], [101, 101]]).arraySync()); // [1, 4]
 * ```
 */
export class HashedCrossing extends TextLayer {
  static override readonly className: string = "HashedCrossing";
  static override readonly options = options;
  static override readonly configConstants = { sparse: false };
  /** The dtype of the result, by Keras's name. */
  readonly resultDType: ResultDType;

  constructor(
    ...given:
      | [numBins: number, options?: Rest<HashedCrossingOptions, "numBins">]
      | [options: HashedCrossingOptions]
  ) {
    super(named(new.target, given, "numBins"));
    this.resultDType = resolvedDType(this.valuesOf(options).dtype, this.outputMode === "int");
  }

  /** Hashes combinations of features. */
  override apply(inputs: readonly TextsOrNumbers[], options?: CallOptions): Tensor;
  override apply(inputs: unknown, options?: CallOptions): unknown {
    return super.apply(inputs, options);
  }

  override call(inputs: unknown): Tensor {
    if (!Array.isArray(inputs) || inputs.length < 2) {
      throw new TypeError(
        `${this.name}: the inputs are ${describeValue(inputs)}; they must be an array of two or more features`,
      );
    }
    const features = inputs.map((each) => flatValues(this.name, each));
    const [{ shape, values }] = features;
    const isColumn = shape.length < 2 || (shape.length === 2 && shape[1] === 1);
    if (!isColumn || !features.every((each) => sameShape(each.shape, shape))) {
      const shapes = features.map((each) => formatShape(each.shape)).join(", ");
      throw new ShapeError(
        `${this.name}: the features have the shapes ${shapes}; they must all be [batch] or [batch, 1]`,
      );
    }
    const bins = values.map((_, index) =>
      bucketOfCrossing(
        features.map((each) => each.values[index]),
        this.numBins,
      ),
    );
    const { outputMode, numBins: depth } = this;
    const code = { outputMode, depth, dtype: storedDType(this.resultDType) };
    return encodeCategories(tensor(Int32Array.from(bins), shape), code);
  }

  override writeConfig(serialize: Serialize): Json {
    return { ...Object(super.writeConfig(serialize)), dtype: this.resultDType };
  }

  protected override optionValue(name: string, given: unknown): unknown {
    return name === "dtype" ? this.resultDType : super.optionValue(name, given);
  }
}
