import {
  add,
  cast,
  expandDims,
  matmul,
  mul,
  softmax,
  sum,
  type Tensor,
  tanh,
  type Variable,
  where,
} from "@strata/core";
import { type CallArguments, type CallContext, layerOptions } from "../../layer/any-layer.ts";
import { lastSize } from "../../layer/input-rule.ts";
import type { Mapped } from "../../layer/structure.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { boolean, choice } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";
import {
  type AttentionArguments,
  type AttentionInputs,
  AttentionLayer,
  type AttentionOutputs,
  type AttentionTriple,
  scoreDropoutOptions,
} from "./attention-layer.ts";
import { allOf, attend, causalMask, lowestScore, swapLastAxes } from "./scores.ts";

/** Attention whose scores are those of a subclass, [batch, queries, keys]; a mask of the query sets outputs to 0. */
abstract class ScoredAttention extends AttentionLayer {
  /** The scores that softmax is taken of: [batch, queries, depth], [batch, keys, depth] → [batch, queries, keys]. */
  protected abstract scoresOf(query: Tensor, key: Tensor): Tensor;

  /** The output where scores are not asked for: the formula, unless a subclass knows a faster way. */
  protected attendDirectly(
    _parts: AttentionTriple<Tensor>,
    _mask: Tensor | null,
    _causal: boolean,
  ): Tensor | null {
    return null;
  }

  override call(
    inputs: AttentionInputs,
    context: CallContext,
    { mask, useCausalMask = false, returnAttentionScores = false }: CallArguments & AttentionArguments,
  ): AttentionOutputs {
    const parts = this.tensorsOf(inputs);
    const masks = this.masksOf(mask);
    const shown = masks.value === null ? null : expandDims(cast(masks.value, "bool"), -2);
    const masked = (output: Tensor): Tensor =>
      masks.query === null ? output : mul(output, expandDims(cast(masks.query, output.dtype), -1));
    const drops = context.training && this.dropout > 0;
    const direct = returnAttentionScores || drops ? null : this.attendDirectly(parts, shown, useCausalMask);
    if (direct !== null) return masked(direct);
    const scores = this.scoresOf(parts.query, parts.key);
    const visible = allOf(
      shown,
      useCausalMask ? causalMask(scores.shape[scores.rank - 2], scores.shape[scores.rank - 1]) : null,
    );
    const weights = this.dropScores(
      softmax(visible === null ? scores : where(visible, scores, lowestScore(scores))),
      context,
    );
    const output = masked(matmul(weights, parts.value));
    return returnAttentionScores ? [output, weights] : output;
  }
}

const options = {
  ...layerOptions,
  /** Whether scores are multiplied by a number that is learned. */
  useScale: boolean(false),
  /** The scores: `"dot"`, query · key; or `"concat"`, the sum of tanh(query + key) times a number that is learned. */
  scoreMode: choice(["dot", "concat"])("dot"),
  ...scoreDropoutOptions,
};

/** Options of {@link Attention}. */
export interface AttentionOptions extends Given<typeof options> {}

export interface Attention extends Values<typeof options> {}

/**
 * Attention by products: softmax(query · keyᵀ) · value, [batch, queries, depth], [batch, keys, size] → [batch, queries,
 * size]. A mask of the value hides keys, one of the query sets outputs to 0. M.-T. Luong et al., "Effective approaches to
 * attention-based neural machine translation" (2015).
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 * import { Attention } from "@strata/layers";
 *
 * const query = tensor([[[0, 0]]]);
 * const value = tensor([[[1, 2], [3, 4]]]);
 * console.log(new Attention().apply({ query, value }).arraySync()); // [[[2, 3]]]
 * ```
 */
export class Attention extends ScoredAttention {
  static override readonly className: string = "Attention";
  static override readonly options = options;
  /** The factor of the scores; null without `useScale`. */
  scale: Variable | null = null;
  /** The factor of sums of tanh; null unless `scoreMode` is `"concat"`. */
  concatScoreWeight: Variable | null = null;

  constructor(
    ...given: [useScale?: boolean, options?: Rest<AttentionOptions, "useScale">] | [options: AttentionOptions]
  ) {
    super(named(new.target, given, "useScale"));
  }

  override build(inputShape: Mapped<AttentionInputs, SymbolicShape>): void {
    this.shapesOf(inputShape);
    if (this.useScale) this.scale = this.addWeight("scale", [], { initializer: "ones" });
    if (this.scoreMode === "concat") {
      this.concatScoreWeight = this.addWeight("concat_score_weight", [], { initializer: "ones" });
    }
  }

  protected override scoresOf(query: Tensor, key: Tensor): Tensor {
    const scaled = (x: Tensor): Tensor => (this.scale === null ? x : mul(x, this.scale));
    if (this.concatScoreWeight === null) return scaled(matmul(query, swapLastAxes(key)));
    return mul(
      sum(tanh(scaled(add(expandDims(query, -2), expandDims(key, -3)))), -1),
      this.concatScoreWeight,
    );
  }

  protected override attendDirectly(
    { query, key, value }: AttentionTriple<Tensor>,
    mask: Tensor | null,
    causal: boolean,
  ): Tensor | null {
    if (this.scoreMode !== "dot") return null;
    const scaled = this.scale === null ? query : mul(query, this.scale);
    return attend({ query: scaled, key, value }, { mask, causal, scale: 1 });
  }
}

const additiveOptions = {
  ...layerOptions,
  /** Whether tanh(query + key) is multiplied by weights that are learned, one for each element. */
  useScale: boolean(true),
  ...scoreDropoutOptions,
};

/** Options of {@link AdditiveAttention}. */
export interface AdditiveAttentionOptions extends Given<typeof additiveOptions> {}

export interface AdditiveAttention extends Values<typeof additiveOptions> {}

/**
 * Attention by sums: softmax(Σ scale · tanh(query + key)) · value, [batch, queries, depth], [batch, keys, depth] → [batch,
 * queries, depth]. Masks are as in {@link Attention}. D. Bahdanau et al., "Neural machine translation by jointly learning
 * to align and translate" (2015).
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 * import { AdditiveAttention } from "@strata/layers";
 *
 * const query = tensor([[[1, 1]]]);
 * const value = tensor([[[2, 3], [2, 3]]]);
 * console.log(new AdditiveAttention().apply([query, value]).arraySync()); // [[[2, 3]]]
 * ```
 */
export class AdditiveAttention extends ScoredAttention {
  static override readonly className: string = "AdditiveAttention";
  static override readonly options = additiveOptions;
  /** The factors of the elements, [depth]; null without `useScale`. */
  scale: Variable | null = null;

  constructor(
    ...given:
      | [useScale?: boolean, options?: Rest<AdditiveAttentionOptions, "useScale">]
      | [options: AdditiveAttentionOptions]
  ) {
    super(named(new.target, given, "useScale"));
  }

  override build(inputShape: Mapped<AttentionInputs, SymbolicShape>): void {
    const { query } = this.shapesOf(inputShape);
    if (this.useScale) this.scale = this.addWeight("scale", [lastSize(this, query)]);
  }

  protected override scoresOf(query: Tensor, key: Tensor): Tensor {
    const sums = tanh(add(expandDims(query, -2), expandDims(key, -3)));
    return sum(this.scale === null ? sums : mul(sums, this.scale), -1);
  }
}
