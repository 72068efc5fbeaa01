import { cast, searchSorted, type Tensor, tensor } from "@strata/core";
import { isFloat } from "@strata/core/internal";
import { layerOptions } from "../../../layer/any-layer.ts";
import { Layer } from "../../../layer/layer.ts";
import { type Configurable, isPlainObject, named } from "../../../schema/configurable.ts";
import type { Given, Json, Rest, Restore, Serialize, Values } from "../../../schema/option.ts";
import { choice, naturalNumber, numbers, positiveNumber } from "../../../schema/vocabulary.ts";
import { type AdaptData, numericBatches } from "../adapt-data.ts";
import { encodeCategories } from "./encode-categories.ts";
import { boundariesOf, emptySummary, mergeSummaries, summarize } from "./quantiles.ts";

const options = {
  ...layerOptions,
  /** Whether training changes the weights. */
  trainable: layerOptions.trainable.omitted("always"),
  /** The numbers between bins, in ascending order. Null: {@link Discretization.adapt} finds them. */
  binBoundaries: numbers().orNull(),
  /** How many bins {@link Discretization.adapt} makes. */
  numBins: naturalNumber().orNull(),
  /** How exactly it finds them: the error of their frequencies. */
  epsilon: positiveNumber(0.01),
  /**
   * The form of the results: `"int"`, the index of their bin; `"oneHot"`, a one in its place; `"multiHot"`, ones for the bins
   * that occur in a sample; `"count"`, how often each bin occurs.
   */
  outputMode: choice(["int", "oneHot", "multiHot", "count"])("int"),
};

/** Options of {@link Discretization}. */
export interface DiscretizationOptions extends Given<typeof options> {}

export interface Discretization extends Values<Omit<typeof options, "binBoundaries">> {}

/**
 * Numbers as the indices of the bins that they are in, from 0 on: bin i begins with the boundary i − 1. Keeps the shape, or
 * gives [batch, bins].
 *
 * @example
 * ```ts
 * import { Discretization } from "@strata/layers";
 *
 * const layer = new Discretization([0, 10]);
 * console.log(layer.apply([-5, 0, 3, 12]).arraySync()); // [0, 1, 1, 2]
 *
 * const learned = new Discretization(null, { numBins: 2 });
 * learned.adapt([[1], [2], [3], [4]]);
 * console.log(learned.apply([1, 4]).arraySync()); // [0, 1]
 * ```
 */
export class Discretization extends Layer {
  static override readonly className: string = "Discretization";
  static override readonly options = options;
  static override readonly configConstants = { sparse: false };
  /** The numbers between bins; null until there are some. */
  declare binBoundaries: readonly number[] | null;

  constructor(
    ...given:
      | [binBoundaries?: readonly number[] | null, options?: Rest<DiscretizationOptions, "binBoundaries">]
      | [options: DiscretizationOptions]
  ) {
    super(named(new.target, given, "binBoundaries"));
    if ((this.binBoundaries === null) !== (this.numBins === null)) return;
    const found = this.numBins === null ? "neither is given" : "both are given";
    throw new RangeError(`Discretization: of binBoundaries and numBins ${found}; one of them must be`);
  }

  /** The learned boundaries stand beside the number of bins in a configuration. */
  static override restoreConfig(config: Json, restore: Restore): Configurable {
    if (!isPlainObject(config) || (config.num_bins ?? null) === null)
      return super.restoreConfig(config, restore);
    const { bin_boundaries: boundaries = null, ...rest } = config;
    const layer = super.restoreConfig(rest as Json, restore);
    if (layer instanceof Discretization && Array.isArray(boundaries))
      layer.binBoundaries = boundaries.map(Number);
    return layer;
  }

  override writeConfig(serialize: Serialize): Json {
    return { ...Object(super.writeConfig(serialize)), dtype: this.variableDType };
  }

  /**
   * Finds boundaries between which numbers are equally frequent.
   *
   * @param data Numbers in any shape, or an iterable of batches of them.
   */
  adapt(data: AdaptData): void {
    const { numBins, epsilon } = this;
    if (numBins === null) {
      throw new RangeError(
        `${this.name}: adapt finds binBoundaries, but they were given; give numBins to have them found`,
      );
    }
    let summary = emptySummary;
    for (const batch of numericBatches(data)) {
      summary = mergeSummaries(summarize(batch.dataSync(), epsilon), summary, epsilon);
    }
    this.binBoundaries = boundariesOf(summary, numBins);
  }

  override call(inputs: Tensor): Tensor {
    const { binBoundaries, outputMode } = this;
    if (binBoundaries === null) {
      throw new RangeError(`${this.name}: there are no binBoundaries yet; call adapt(data) first`);
    }
    const values = isFloat(inputs.dtype) ? inputs : cast(inputs, this.computeDType);
    const bins = searchSorted(tensor(binBoundaries, undefined, values.dtype), values, "right");
    const dtype = outputMode === "int" ? "int32" : this.computeDType;
    return encodeCategories(bins, { outputMode, depth: binBoundaries.length + 1, dtype });
  }
}
