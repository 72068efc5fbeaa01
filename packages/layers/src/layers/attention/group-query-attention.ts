import { type CallArguments, type CallContext, layerOptions } from "../../layer/any-layer.ts";
import { regularizer } from "../../regularizers/registry.ts";
import type { Regularizer } from "../../regularizers/regularizer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { positiveInteger } from "../../schema/vocabulary.ts";
import type { AttentionInputs, AttentionOutputs } from "./attention-layer.ts";
import {
  ProjectedAttention,
  type ProjectedAttentionArguments,
  type ProjectionSizes,
  projectedAttentionOptions,
} from "./projected-attention.ts";

const options = {
  ...layerOptions,
  /** The size of a head. */
  headDim: positiveInteger(),
  /** The number of heads of queries, a multiple of the number of heads of keys. */
  numQueryHeads: positiveInteger(),
  /** The number of heads of keys and values. */
  numKeyValueHeads: positiveInteger(),
  ...projectedAttentionOptions,
  /** A penalty for the output and the results of the projections, divided by the size of the batch and added to the loss. */
  activityRegularizer: regularizer(),
};

/** Options of {@link GroupQueryAttention}. */
export interface GroupQueryAttentionOptions extends Given<typeof options> {}

export interface GroupQueryAttention extends Values<typeof options> {}

/**
 * {@link MultiHeadAttention} in which several heads of queries share a head of keys and values: with one such head it is
 * multi-query attention. [batch, queries, size], [batch, keys, size] → [batch, queries, size]. J. Ainslie et al., "GQA"
 * (2023).
 *
 * @example
 * ```ts
 * import { GroupQueryAttention, Input } from "@strata/layers";
 *
 * const layer = new GroupQueryAttention(16, 4, 2);
 * const x = Input({ shape: [10, 32] });
 * console.log(layer.apply({ query: x, value: x }).shape); // [null, 10, 32]
 * console.log(layer.key.kernel.shape); // [32, 2, 16]
 * ```
 */
export class GroupQueryAttention extends ProjectedAttention {
  static override readonly className: string = "GroupQueryAttention";
  static override readonly options = options;

  constructor(
    ...given:
      | [
          headDim: number,
          numQueryHeads: number,
          numKeyValueHeads: number,
          options?: Rest<GroupQueryAttentionOptions, "headDim" | "numQueryHeads" | "numKeyValueHeads">,
        ]
      | [options: GroupQueryAttentionOptions]
  ) {
    super(named(new.target, given, "headDim", "numQueryHeads", "numKeyValueHeads"));
    const { numQueryHeads, numKeyValueHeads } = this;
    if (numQueryHeads % numKeyValueHeads !== 0) {
      throw new RangeError(
        `GroupQueryAttention: numQueryHeads is ${numQueryHeads} and numKeyValueHeads ${numKeyValueHeads}; the former must be a ` +
          "multiple of the latter",
      );
    }
  }

  protected override get sizes(): ProjectionSizes {
    const { headDim, numQueryHeads, numKeyValueHeads } = this;
    return {
      heads: numQueryHeads,
      keyValueHeads: numKeyValueHeads,
      keySize: headDim,
      valueSize: headDim,
      outputSizes: null,
      attentionAxes: null,
    };
  }

  protected override get projectionRegularizer(): Regularizer | null {
    return this.activityRegularizer;
  }

  override call(
    inputs: AttentionInputs,
    context: CallContext,
    { mask, ...given }: CallArguments & ProjectedAttentionArguments,
  ): AttentionOutputs {
    const { query, value, key } = this.masksOf(mask);
    const { queryMask, valueMask, keyMask } = given;
    const masks = { query: queryMask ?? query, value: valueMask ?? value, key: keyMask ?? key };
    return this.attendTo(this.tensorsOf(inputs), masks, context, given);
  }
}
