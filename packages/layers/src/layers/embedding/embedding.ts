import { cast, embeddingLookup, notEqual, type Tensor, type Variable } from "@strata/core";
import { isInteger } from "@strata/core/internal";
import { constraint } from "../../constraints/registry.ts";
import { initializer } from "../../initializers/registry.ts";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, oneTensor } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { regularizer } from "../../regularizers/registry.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Json, Rest, Values } from "../../schema/option.ts";
import { boolean, positiveInteger } from "../../schema/vocabulary.ts";

/** The options of layers that look vectors up. */
export const embeddingOptions = {
  ...layerOptions,
  /** The number of vectors: the largest index + 1. */
  inputDim: positiveInteger(),
  /** The length of a vector. */
  outputDim: positiveInteger(),
  /** Initial values of the vectors. */
  embeddingsInitializer: initializer("uniform"),
  /** A penalty for the vectors. */
  embeddingsRegularizer: regularizer(),
  /** The values that the vectors may have. */
  embeddingsConstraint: constraint(),
  /** Whether the index 0 stands for steps that do not count, so that the result carries a mask. */
  maskZero: boolean(false),
  /** A penalty for the layer's output, divided by the size of the batch and added to the loss. */
  activityRegularizer: regularizer(),
};

/** Options of {@link Embedding}. */
export interface EmbeddingOptions extends Given<typeof embeddingOptions> {}

// biome-ignore lint/correctness/noUnusedVariables: declarations merge with equal type parameters only
export interface Embedding<Extra = unknown> extends Values<typeof embeddingOptions> {}

/**
 * A vector for each index, which is learned: whole numbers [...] → [..., outputDim].
 *
 * @typeParam Extra Further arguments of a call that a subclass takes.
 *
 * @example
 * ```ts
 * import { Embedding } from "@strata/layers";
 *
 * const layer = new Embedding(10, 2, { embeddingsInitializer: "ones" });
 * console.log(layer.apply([[3, 7]]).arraySync()); // [[[1, 1], [1, 1]]]
 * ```
 */
export class Embedding<Extra = unknown> extends Layer<Tensor, Tensor, Extra> {
  static override readonly className: string = "Embedding";
  static override readonly options = embeddingOptions;
  static override readonly configConstants: Readonly<Record<string, Json>> = { quantization_config: null };
  override readonly supportsMasking: boolean = true;
  /** The vectors, [inputDim, outputDim]. */
  declare embeddings: Variable;

  constructor(
    ...given:
      | [inputDim: number, outputDim: number, options?: Rest<EmbeddingOptions, "inputDim" | "outputDim">]
      | [options: EmbeddingOptions]
  ) {
    super(named(new.target, given, "inputDim", "outputDim"));
  }

  protected override get inputRule(): InputRule {
    return oneTensor;
  }

  /** Indices stay as they are: 16-bit floats do not hold all whole numbers. */
  protected override get autocasts(): boolean {
    return false;
  }

  override build(): void {
    this.embeddings = this.addWeight("embeddings", [this.inputDim, this.outputDim]);
  }

  override call(inputs: Tensor): Tensor {
    return cast(embeddingLookup(this.embeddings, indicesOf(inputs)), this.computeDType);
  }

  override computeMask(inputs: Tensor): Tensor | null {
    return this.maskZero ? notEqual(indicesOf(inputs), 0) : null;
  }
}

function indicesOf(inputs: Tensor): Tensor {
  return isInteger(inputs.dtype) ? inputs : cast(inputs, "int32");
}
