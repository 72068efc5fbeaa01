import { cast, matmul, mul, type Tensor, tanh, transpose, type Variable } from "@strata/core";
import { floatDTypes } from "@strata/core/internal";
import type { CallArguments, CallContext } from "../../layer/any-layer.ts";
import { setMask } from "../../layer/masks.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { boolean, choice, positiveNumber } from "../../schema/vocabulary.ts";
import { Embedding, embeddingOptions } from "./embedding.ts";

const options = {
  ...embeddingOptions,
  /** Whether the way back uses the same vectors. Otherwise it has a matrix of its own. */
  tieWeights: boolean(true),
  /** The dtype in which scores are computed and given. Null: that of the layer. */
  reverseDType: choice(floatDTypes)().orNull().as("reverse_dtype"),
  /** Scores stay between ± this bound: cap · tanh(score / cap). Null: without a bound. */
  logitSoftCap: positiveNumber().orNull(),
};

/** Options of {@link ReversibleEmbedding}. */
export interface ReversibleEmbeddingOptions extends Given<typeof options> {}

export interface ReversibleEmbedding extends Values<typeof options> {}

/** Further arguments of the call of {@link ReversibleEmbedding}. */
export interface ReversibleEmbeddingArguments {
  /** Whether the inputs are vectors [..., outputDim], for which the scores of all indices are computed. Default: false. */
  readonly reverse?: boolean;
}

/**
 * An {@link Embedding} that leads back, too: called with `reverse`, it gives for vectors [..., outputDim] a score for each
 * index, [..., inputDim]. Language models begin and end with it.
 *
 * @example
 * ```ts
 * import { ReversibleEmbedding } from "@strata/layers";
 *
 * const layer = new ReversibleEmbedding(10, 2, { embeddingsInitializer: "ones" });
 * const vectors = layer.apply([[3, 7]]);
 * console.log(vectors.shape, layer.apply(vectors, { reverse: true }).shape); // [1, 2, 2] [1, 2, 10]
 * ```
 */
export class ReversibleEmbedding extends Embedding<ReversibleEmbeddingArguments> {
  static override readonly className: string = "ReversibleEmbedding";
  static override readonly options = options;
  static override readonly callArguments = ["reverse"];
  /** The matrix of the way back, [outputDim, inputDim]; null if it is that of the vectors. */
  reverseEmbeddings: Variable | null = null;

  constructor(
    ...given:
      | [
          inputDim: number,
          outputDim: number,
          options?: Rest<ReversibleEmbeddingOptions, "inputDim" | "outputDim">,
        ]
      | [options: ReversibleEmbeddingOptions]
  ) {
    super(...given);
  }

  override build(): void {
    super.build();
    if (this.tieWeights) return;
    const { outputDim, inputDim, embeddingsInitializer: initializer } = this;
    this.reverseEmbeddings = this.addWeight("reverse_embeddings", [outputDim, inputDim], { initializer });
  }

  override call(
    inputs: Tensor,
    _context?: CallContext,
    { reverse = false }: Partial<CallArguments> & ReversibleEmbeddingArguments = {},
  ): Tensor {
    if (!reverse) {
      const vectors = super.call(inputs);
      setMask(vectors, super.computeMask(inputs));
      return vectors;
    }
    const { embeddings, reverseEmbeddings, reverseDType, logitSoftCap } = this;
    const matrix = reverseEmbeddings ?? transpose(embeddings);
    const dtype = reverseDType ?? this.computeDType;
    const scores = matmul(cast(inputs, dtype), cast(matrix, dtype));
    return logitSoftCap === null ? scores : mul(tanh(mul(scores, 1 / logitSoftCap)), logitSoftCap);
  }

  /** The mask is set by the call, which knows the direction. */
  override computeMask(): null {
    return null;
  }
}
