import { dropout, type RandomOptions, ShapeError, Tensor, type TensorLike } from "@strata/core";
import type { CallContext, CallOptions } from "../../layer/any-layer.ts";
import { Layer } from "../../layer/layer.ts";
import type { MaskStructure } from "../../layer/masks.ts";
import type { Mapped } from "../../layer/structure.ts";
import type { SymbolicTensor } from "../../layer/symbolic-tensor.ts";
import { isPlainObject } from "../../schema/configurable.ts";
import type { Values } from "../../schema/option.ts";
import { fractionBelowOne, seed } from "../../schema/vocabulary.ts";
import { isShape, type SymbolicShape } from "../../utilities/shapes.ts";

/** The inputs of attention by name. */
export interface AttentionParts<Each> {
  /** The queries, which look: [batch, queries, depth]. */
  readonly query: Each;
  /** The values, which are added up: [batch, keys, size]. */
  readonly value: Each;
  /** The keys, which queries are compared with: [batch, keys, depth]. Default: the values. */
  readonly key?: Each | null;
}

/** Query, value and key. */
export type AttentionTriple<Each> = Readonly<Record<"query" | "value" | "key", Each>>;

/** The inputs of attention: by name, or as [query, value] or [query, value, key]. */
export type AttentionInputs = AttentionParts<Tensor> | readonly Tensor[];

/** Further arguments of a call of attention. */
export interface AttentionArguments {
  /** Whether query t may only look at the keys 0 … t. Default: false. */
  readonly useCausalMask?: boolean;
  /** Whether the result is [output, scores], where scores are the shares of the keys. Default: false. */
  readonly returnAttentionScores?: boolean;
}

/** The results of attention: the output, and the scores if they are asked for. */
export type AttentionOutputs = Tensor | readonly [output: Tensor, scores: Tensor];

/** The options of attention that drops scores. */
export const scoreDropoutOptions = {
  /** The share of the scores that is dropped in training. */
  dropout: fractionBelowOne(0),
  /** An integer that gives the layer a stream of random numbers of its own; null continues that of `setSeed`. */
  seed: seed(),
};

export interface AttentionLayer<Extra extends AttentionArguments = AttentionArguments>
  extends Values<typeof scoreDropoutOptions> {
  /** As {@link Layer.apply}; the result follows from `returnAttentionScores`. */
  apply(
    inputs: Mapped<AttentionInputs, SymbolicTensor>,
    options: CallOptions & Partial<Mapped<Extra, SymbolicTensor>> & { readonly returnAttentionScores: true },
  ): readonly [output: SymbolicTensor, scores: SymbolicTensor];
  /** On symbolic tensors, without the scores. */
  apply(
    inputs: Mapped<AttentionInputs, SymbolicTensor>,
    options?: CallOptions &
      Partial<Mapped<Extra, SymbolicTensor>> & { readonly returnAttentionScores?: false },
  ): SymbolicTensor;
  /** On tensors, with the scores. */
  apply(
    inputs: Mapped<AttentionInputs, TensorLike>,
    options: CallOptions & Partial<Extra> & { readonly returnAttentionScores: true },
  ): readonly [output: Tensor, scores: Tensor];
  /** On tensors, without the scores. */
  apply(
    inputs: Mapped<AttentionInputs, TensorLike>,
    options?: CallOptions & Partial<Extra> & { readonly returnAttentionScores?: false },
  ): Tensor;
}

/** A layer in which queries look at keys, and take the values that belong to them. */
export abstract class AttentionLayer<Extra extends AttentionArguments = AttentionArguments> extends Layer<
  AttentionInputs,
  AttentionOutputs,
  Extra
> {
  static override readonly callArguments: readonly string[] = ["useCausalMask", "returnAttentionScores"];
  override readonly supportsMasking = true;
  readonly #stream: Pick<RandomOptions, "generator">;

  constructor(options: object) {
    super(options);
    this.#stream = this.randomStream(this.seed);
  }

  /** The mask of the query. */
  override computeMask(_inputs: AttentionInputs, mask: MaskStructure | null): Tensor | null {
    return this.masksOf(mask).query;
  }

  /** Query, value and key. */
  protected tensorsOf(inputs: AttentionInputs): AttentionTriple<Tensor> {
    return this.#parts(inputs, (each) => each instanceof Tensor);
  }

  /** The shapes of query, value and key. */
  protected shapesOf(inputShape: Mapped<AttentionInputs, SymbolicShape>): AttentionTriple<SymbolicShape> {
    return this.#parts(inputShape, isShape);
  }

  /** The masks of query, value and key; null where all steps count. */
  protected masksOf(mask: MaskStructure | null): AttentionTriple<Tensor | null> {
    const maskAt = (name: keyof AttentionTriple<unknown>): Tensor | null => {
      const found = attentionPart(mask, name);
      return found instanceof Tensor ? found : null;
    };
    return { query: maskAt("query"), value: maskAt("value"), key: maskAt("key") };
  }

  /** Drops scores in training. */
  protected dropScores(scores: Tensor, { training }: CallContext): Tensor {
    if (!training || this.dropout === 0) return scores;
    return dropout(scores, this.dropout, this.#stream);
  }

  #parts<Each>(parts: unknown, isEach: (part: unknown) => part is Each): AttentionTriple<Each> {
    const query = attentionPart(parts, "query");
    const value = attentionPart(parts, "value");
    const key = attentionPart(parts, "key") ?? value;
    const isTooLong = Array.isArray(parts) && parts.length > 3;
    if (isEach(query) && isEach(value) && isEach(key) && !isTooLong) return { query, value, key };
    throw new ShapeError(
      `${this.name}: the inputs must be [query, value], [query, value, key], or { query, value, key } with or without a key`,
    );
  }
}

/** The part of an array, or of an object, that belongs to the query, the value or the key. */
export function attentionPart(parts: unknown, name: keyof AttentionTriple<unknown>): unknown {
  if (Array.isArray(parts)) return parts[["query", "value", "key"].indexOf(name)];
  return isPlainObject(parts) ? parts[name] : undefined;
}
