import { type CallArguments, type CallContext, layerOptions } from "../../layer/any-layer.ts";
import { regularizer } from "../../regularizers/registry.ts";
import type { Regularizer } from "../../regularizers/regularizer.ts";
import { named } from "../../schema/configurable.ts";
import { type Given, option, type Rest, type Values } from "../../schema/option.ts";
import { axes, positiveInteger } from "../../schema/vocabulary.ts";
import type { AttentionInputs, AttentionOutputs } from "./attention-layer.ts";
import {
  ProjectedAttention,
  type ProjectedAttentionArguments,
  type ProjectionSizes,
  projectedAttentionOptions,
} from "./projected-attention.ts";

const sizes = option<readonly number[], number | readonly number[]>({
  accepted: "a positive integer, or an array of them",
  read: (given) => {
    const list = [given].flat();
    return list.length > 0 && list.every((size): size is number => Number.isInteger(size) && Number(size) > 0)
      ? list
      : undefined;
  },
  write: (value) => value,
});

const options = {
  ...layerOptions,
  /** The number of heads. */
  numHeads: positiveInteger(),
  /** The size of a head of query and key. */
  keyDim: positiveInteger(),
  /** The size of a head of the value. Null: `keyDim`. */
  valueDim: positiveInteger().orNull(),
  ...projectedAttentionOptions,
  /** The shape of an output, without batch and steps. Null: the size of the query. */
  outputShape: sizes().orNull().kept(),
  /** The axes that are attended over. Null: all but those of batch and features. */
  attentionAxes: axes().orNull(),
  /** A penalty for the results of the projections, divided by the size of the batch and added to the loss. */
  activityRegularizer: regularizer().kept(),
};

/** Options of {@link MultiHeadAttention}. */
export interface MultiHeadAttentionOptions extends Given<typeof options> {}

export interface MultiHeadAttention extends Values<typeof options> {}

/**
 * Attention of several heads: each looks with its own projection of the query at its own projection of the key, takes
 * what belongs to it of its own projection of the value, softmax(q · kᵀ / √keyDim) · v, and a last projection takes the
 * outputs of all. [batch, queries, size], [batch, keys, size] → [batch, queries, size]. Masks that query, value and key
 * carry count. A. Vaswani et al., "Attention is all you need" (2017).
 *
 * @example
 * ```ts
 * import { Input, MultiHeadAttention } from "@strata/layers";
 *
 * const layer = new MultiHeadAttention(2, 16);
 * const x = Input({ shape: [10, 32] });
 * console.log(layer.apply({ query: x, value: x }, { useCausalMask: true }).shape); // [null, 10, 32]
 * console.log([...layer.weightPaths.keys()].slice(0, 2)); // ["query/kernel", "query/bias"]
 * ```
 */
export class MultiHeadAttention extends ProjectedAttention {
  static override readonly className: string = "MultiHeadAttention";
  static override readonly options = options;

  constructor(
    ...given:
      | [numHeads: number, keyDim: number, options?: Rest<MultiHeadAttentionOptions, "numHeads" | "keyDim">]
      | [options: MultiHeadAttentionOptions]
  ) {
    super(named(new.target, given, "numHeads", "keyDim"));
  }

  protected override get sizes(): ProjectionSizes {
    const { numHeads, keyDim, valueDim, attentionAxes } = this;
    return {
      heads: numHeads,
      keyValueHeads: numHeads,
      keySize: keyDim,
      valueSize: valueDim ?? keyDim,
      outputSizes: this.valuesOf(options).outputShape,
      attentionAxes,
    };
  }

  protected override get projectionRegularizer(): Regularizer | null {
    return this.valuesOf(options).activityRegularizer;
  }

  /** There the projections are properties too, which come before attributes with an underscore. */
  protected override savedNameOf(name: string): string {
    const attribute = super.savedNameOf(name);
    return name === "gate" ? attribute : attribute.slice(1);
  }

  override call(
    inputs: AttentionInputs,
    context: CallContext,
    { mask, ...given }: CallArguments & ProjectedAttentionArguments,
  ): AttentionOutputs {
    const { query, value, key } = this.masksOf(mask);
    const masks = { query, value: given.valueMask ?? value, key: given.keyMask ?? key };
    return this.attendTo(this.tensorsOf(inputs), masks, context, given);
  }

  protected override optionValue(name: string, given: unknown): unknown {
    if (name === "valueDim") return this.sizes.valueSize;
    if (name === "attentionAxes") return this.attendedAxes ?? (given === null ? null : [given].flat());
    return super.optionValue(name, given);
  }
}
