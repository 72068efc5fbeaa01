import { cast, matmul, mul, reshape, ShapeError, sigmoid, softmax, type Tensor, where } from "@strata/core";
import { normalizeAxes } from "@strata/core/internal";
import type { AnyLayer, CallContext } from "../../layer/any-layer.ts";
import { setMask } from "../../layer/masks.ts";
import type { Member, SavedPart } from "../../layer/members.ts";
import type { Mapped } from "../../layer/structure.ts";
import type { Regularizer } from "../../regularizers/regularizer.ts";
import { isPlainObject } from "../../schema/configurable.ts";
import type { Json, Values } from "../../schema/option.ts";
import { boolean, positiveInteger } from "../../schema/vocabulary.ts";
import { formatShape, isShape, type SymbolicShape } from "../../utilities/shapes.ts";
import { EinsumDense } from "../core/einsum-dense.ts";
import { kernelOptions } from "../kernel-options.ts";
import {
  type AttentionArguments,
  type AttentionInputs,
  AttentionLayer,
  type AttentionOutputs,
  type AttentionTriple,
  attentionPart,
  scoreDropoutOptions,
} from "./attention-layer.ts";
import {
  type HeadLayout,
  headsFirst,
  headsLast,
  mergedMask,
  overKeys,
  overQueries,
  overScores,
} from "./head-layout.ts";
import { allOf, attend, causalMask, lowestScore, swapLastAxes, windowMask } from "./scores.ts";

/** The options of multi-head attention of all kinds. */
export const projectedAttentionOptions = {
  ...scoreDropoutOptions,
  ...kernelOptions,
  /** Query t looks at the keys that are less than this away from t only. Null: at any. */
  slidingWindow: positiveInteger().orNull(),
  /** Whether the outputs of heads are multiplied by sigmoid of a projection of the query (Qiu et al. 2025). */
  useGate: boolean(false),
  /**
   * True refuses what needs all scores at once: dropout, and scores as a result. The scores of long sequences are held as
   * a whole only then in any case.
   */
  flashAttention: boolean(false).orNull().omitted("always"),
};

/** Further arguments of a call of multi-head attention. */
export interface ProjectedAttentionArguments extends AttentionArguments {
  /** Which keys each query may look at, bools that broadcast to [batch, heads, queries, keys], also without heads. */
  readonly attentionMask?: Tensor | null;
  /**
   * Which steps of the query count. Default: the mask that it carries. As in Keras, `MultiHeadAttention` gives what is
   * passed here no influence on the scores; the mask that the query carries has one.
   */
  readonly queryMask?: Tensor | null;
  /** Which steps of the value count. Default: the mask that it carries. */
  readonly valueMask?: Tensor | null;
  /** Which steps of the key count. Default: the mask that it carries. */
  readonly keyMask?: Tensor | null;
}

/** The sizes of the projections. */
export interface ProjectionSizes {
  /** The number of heads. */
  readonly heads: number;
  /** The number of heads of keys and values, each of which serves as many heads of queries. */
  readonly keyValueHeads: number;
  /** The size of a head of query and key. */
  readonly keySize: number;
  /** The size of a head of the value. */
  readonly valueSize: number;
  /** The shape of an output, without batch and steps. Null: the size of the query. */
  readonly outputSizes: readonly number[] | null;
  /** The axes that are attended over. Null: all but those of batch and features. */
  readonly attentionAxes: number | readonly number[] | null;
}

export interface ProjectedAttention<Extra extends ProjectedAttentionArguments = ProjectedAttentionArguments>
  extends Values<typeof projectedAttentionOptions>,
    AttentionLayer<Extra> {}

/**
 * Attention by products of projections, the common part of multi-head attention: each head has a query, a key and a value
 * of its own, and the outputs of all heads are projected together.
 */
export abstract class ProjectedAttention<
  Extra extends ProjectedAttentionArguments = ProjectedAttentionArguments,
> extends AttentionLayer<Extra> {
  static override readonly callArguments: readonly string[] = [
    ...AttentionLayer.callArguments,
    "queryMask",
    "attentionMask",
    "valueMask",
    "keyMask",
  ];
  /** The projection of the query, [batch, queries, size] → [batch, queries, heads, size of a head]. */
  declare query: EinsumDense;
  /** The projection of the key. */
  declare key: EinsumDense;
  /** The projection of the query to gates; null without them. */
  declare gate: EinsumDense | null;
  /** The projection of the value. */
  declare value: EinsumDense;
  /** The projection of the outputs of all heads. */
  declare attentionOutput: EinsumDense;
  #layout: HeadLayout | null = null;

  constructor(options: object) {
    super(options);
    if (this.flashAttention && this.dropout > 0) {
      throw new RangeError(
        `${this.name}: flashAttention is true and dropout is ${this.dropout}; dropout needs all scores at once, so one of them ` +
          "must go",
      );
    }
  }

  /** The sizes of the projections. */
  protected abstract get sizes(): ProjectionSizes;

  /** A penalty for the results of the projections. */
  protected abstract get projectionRegularizer(): Regularizer | null;

  /** The axes that are attended over, once the layer is built. */
  protected get attendedAxes(): readonly number[] | null {
    return this.#layout?.attended ?? null;
  }

  /** The projections, under Keras's names. */
  override get sublayers(): readonly Member<AnyLayer>[] {
    return super.sublayers.map(({ part }) => ({ name: part.name, part }));
  }

  override get savedParts(): readonly SavedPart<AnyLayer>[] {
    return super.sublayers.map(({ name, part }) => ({ name: this.savedNameOf(name), parts: part }));
  }

  /** The attribute that Keras has a projection in. */
  protected savedNameOf(name: string): string {
    return `_${name === "attention_output" ? "output" : name}_dense`;
  }

  override build(inputShape: Mapped<AttentionInputs, SymbolicShape>): void {
    const { query, key, value } = this.shapesOf(inputShape);
    if (formatShape(value.slice(1, -1)) !== formatShape(key.slice(1, -1))) {
      throw new ShapeError(
        `${this.name}: the key has the shape ${formatShape(key)} and the value ${formatShape(value)}; they must have the ` +
          "same steps",
      );
    }
    const { heads, keyValueHeads, keySize, valueSize, outputSizes, attentionAxes } = this.sizes;
    const between = query.slice(1, -1).map((_, index) => index + 1);
    const attended = attentionAxes === null ? between : normalizeAxes(this.name, attentionAxes, query.length);
    const others = between.filter((axis) => !attended.includes(axis));
    this.#layout = { name: this.name, attended, others, heads, keyValueHeads };
    this.query = this.#projection("query", query, [heads, keySize]);
    this.key = this.#projection("key", key, [keyValueHeads, keySize]);
    this.gate = this.useGate ? this.#projection("gate", query, [heads, valueSize]) : null;
    this.value = this.#projection("value", value, [keyValueHeads, valueSize]);
    const outputs = [...query.slice(0, -1), heads, valueSize];
    this.attentionOutput = this.#projection("attention_output", outputs, outputSizes ?? query.slice(-1), 2);
  }

  /** The result for query, key and value, with the masks of their steps. */
  protected attendTo(
    { query, key, value }: AttentionTriple<Tensor>,
    masks: AttentionTriple<Tensor | null>,
    context: CallContext,
    given: ProjectedAttentionArguments,
  ): AttentionOutputs {
    const { useCausalMask = false, returnAttentionScores = false } = given;
    if (this.flashAttention && returnAttentionScores) {
      throw new RangeError(`${this.name}: flashAttention is true; it does not give scores`);
    }
    const layout = this.#layoutFor(useCausalMask);
    const [q, k, v] = [
      this.query.apply(query, context),
      this.key.apply(key, context),
      this.value.apply(value, context),
    ].map((each) => headsFirst(layout, each));
    const stepsOf = ({ shape }: Tensor): number[] => layout.attended.map((axis) => shape[axis]);
    const [queries, keys] = [stepsOf(query), stepsOf(key)];
    const others = layout.others.map((axis) => query.shape[axis]);
    const scoresShape = [query.shape[0], ...others, layout.heads, ...queries, ...keys];
    const finish = (output: Tensor): Tensor => {
      const outputs = headsLast(layout, output, query.shape);
      const gated = this.gate === null ? outputs : mul(outputs, sigmoid(this.gate.apply(query, context)));
      return this.attentionOutput.apply(gated, context);
    };
    const window = this.slidingWindow === null ? null : windowMask(queries[0], keys[0], this.slidingWindow);
    const shown = allOf(
      ...this.#masks(layout, masks, given.attentionMask ?? null),
      window && overScores(layout, window),
    );
    const scale = this.sizes.keySize ** -0.5;
    if (!returnAttentionScores && !(context.training && this.dropout > 0)) {
      const mask = shown && mergedMask(layout, shown, scoresShape);
      return finish(attend({ query: q, key: k, value: v }, { mask, causal: useCausalMask, scale }));
    }
    const causal = useCausalMask ? overScores(layout, causalMask(queries[0], keys[0])) : null;
    const visible = allOf(shown, causal);
    const products = matmul(mul(q, scale), swapLastAxes(k));
    const weights = visibleSoftmax(products, visible && mergedMask(layout, visible, scoresShape));
    const output = finish(matmul(this.dropScores(weights, context), v));
    if (!returnAttentionScores) return output;
    const scores = reshape(weights, scoresShape);
    setMask(scores, visible);
    return [output, scores];
  }

  override buildConfig(): Json | null {
    if (this.buildShape === null) return null;
    const shapes = (["query", "value", "key"] as const).flatMap((name) => {
      const shape = attentionPart(this.buildShape, name);
      return isShape(shape) ? [[`${name}_shape`, shape] as const] : [];
    });
    return { shapes_dict: Object.fromEntries(shapes) };
  }

  override buildFromConfig(config: Json): void {
    const shapes = isPlainObject(config) ? config.shapes_dict : null;
    if (!isPlainObject(shapes)) return;
    const { query_shape: query, value_shape: value, key_shape: key = null } = shapes;
    if (isShape(query) && isShape(value)) this.buildFor({ query, value, ...(isShape(key) ? { key } : {}) });
  }

  /** A projection of the last axes of a shape, one or two, to others. */
  #projection(name: string, inputShape: SymbolicShape, sizes: SymbolicShape, bound = 1): EinsumDense {
    const letters = (from: number, count: number): string =>
      String.fromCharCode(...Array.from({ length: count }, (_, index) => 97 + from + index));
    const free = inputShape.length - bound;
    const [kept, summed, made] = [
      letters(0, free),
      letters(free, bound),
      letters(free + bound, sizes.length),
    ];
    const { kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer } = this;
    const layer = new EinsumDense(
      `${kept}${summed},${summed}${made}->${kept}${made}`,
      [...new Array<null>(free - 1).fill(null), ...sizes],
      {
        name,
        trainable: this.trainable,
        dtype: this.dtypePolicy,
        biasAxes: this.useBias ? made : null,
        kernelInitializer,
        biasInitializer,
        kernelRegularizer,
        biasRegularizer,
        kernelConstraint: this.kernelConstraint,
        biasConstraint: this.biasConstraint,
        activityRegularizer: this.projectionRegularizer,
      },
    );
    layer.buildFor(inputShape);
    return layer;
  }

  #layoutFor(useCausalMask: boolean): HeadLayout {
    const layout = this.#layout;
    if (layout === null) throw new RangeError(`${this.name}: build has not been called`);
    if (layout.attended.length === 1 || (!useCausalMask && this.slidingWindow === null)) return layout;
    throw new ShapeError(
      `${this.name}: useCausalMask and slidingWindow take one attention axis, not the axes [${layout.attended.join(", ")}]`,
    );
  }

  /** The masks that were given, over scores. */
  #masks(
    layout: HeadLayout,
    { query, value, key }: AttentionTriple<Tensor | null>,
    attentionMask: Tensor | null,
  ): (Tensor | null)[] {
    const over = (mask: Tensor | null, place: (layout: HeadLayout, mask: Tensor) => Tensor): Tensor | null =>
      mask && place(layout, cast(mask, "bool"));
    return [
      over(attentionMask, overScores),
      over(query, overQueries),
      over(value, overKeys),
      over(key, overKeys),
    ];
  }
}

/** Softmax over the keys that are visible; the others have 0, all of them where none is visible. */
function visibleSoftmax(scores: Tensor, visible: Tensor | null): Tensor {
  if (visible === null) return softmax(scores);
  return where(visible, softmax(where(visible, scores, lowestScore(scores))), 0);
}
