import { add, concat, div, flip, mul, type Tensor } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { AnyLayer, type CallArguments, type CallContext, layerOptions } from "../../layer/any-layer.ts";
import { copyLayer } from "../../layer/copy-layer.ts";
import { layerWhere } from "../../layer/layer-option.ts";
import { type MaskStructure, maskOf } from "../../layer/masks.ts";
import { isTensorValue } from "../../layer/structure.ts";
import { named } from "../../schema/configurable.ts";
import { type Given, option, type Rest, type Values } from "../../schema/option.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";
import { toTensor } from "../../utilities/tensors.ts";
import { givenStates, type SequenceArguments, SequenceLayer } from "../recurrent/sequence-layer.ts";

/** A layer that goes over sequences in one direction, and has an equal that goes in the other. */
export interface DirectedLayer extends SequenceDirection {
  /** Whether it gives its states too, as [output, ...states]. */
  readonly returnState: boolean;
}

/** A {@link DirectedLayer} without what its own type parameter decides, which would be inferred from here. */
export interface SequenceDirection extends AnyLayer {
  /** Whether it goes from the last step to the first. */
  readonly goBackwards: boolean;
  /** Whether it gives the outputs of all steps. */
  readonly returnSequences: boolean;
  /** Whether it keeps its states from batch to batch. */
  readonly stateful: boolean;
  /** Sets the states that it keeps to zero. */
  resetStates?(): void;
}

/** How the outputs of both directions become one; null keeps them apart. */
export type MergeMode = keyof typeof merges | null;

const merges = {
  concat: (forward: Tensor, backward: Tensor) => concat([forward, backward], -1),
  sum: (forward: Tensor, backward: Tensor) => add(forward, backward),
  mul: (forward: Tensor, backward: Tensor) => mul(forward, backward),
  ave: (forward: Tensor, backward: Tensor) => div(add(forward, backward), 2),
};

const directed = ["goBackwards", "returnSequences", "returnState", "stateful"] as const;

function isDirected(given: unknown): given is DirectedLayer {
  return given instanceof AnyLayer && directed.every((name) => name in given);
}

const directedLayer = layerWhere("a recurrent layer, as LSTM or an RNN of a cell of your own", isDirected);

function isMergeMode(given: unknown): given is MergeMode {
  return given === null || (typeof given === "string" && Object.hasOwn(merges, given));
}

const options = {
  ...layerOptions,
  /** The layer that goes forward; a copy of it is used. */
  layer: directedLayer().kept(),
  /** How the outputs of both directions become one; null gives both. */
  mergeMode: option<MergeMode>({
    accepted: '"concat", "sum", "mul", "ave" or null',
    read: (given) => (isMergeMode(given) ? given : undefined),
  })("concat"),
  /** The layer that goes backward; a copy of it is used. Null: one of the options of the first. */
  backwardLayer: directedLayer().orNull().kept(),
};

/** Options of {@link Bidirectional}. */
export interface BidirectionalOptions extends Given<typeof options> {}

/** The outputs of a layer that goes both ways: merged, or both where the merge mode is null; then the states, if there are any. */
export type BidirectionalOutputs<Of extends SequenceDirection, Mode extends MergeMode> =
  Of extends Record<"returnState", infer State>
    ? boolean extends State
      ? Tensor | readonly Tensor[]
      : State extends true
        ? readonly [...MergedOutputs<Mode>, ...StatesOf<Of>, ...StatesOf<Of>]
        : Mode extends null
          ? MergedOutputs<Mode>
          : Tensor
    : Tensor | readonly Tensor[];

type MergedOutputs<Mode extends MergeMode> = Mode extends null
  ? readonly [forward: Tensor, backward: Tensor]
  : readonly [output: Tensor];

type StatesOf<Of> = Of extends {
  readonly call: (inputs: Tensor, context: CallContext, given: CallArguments) => infer Outputs;
}
  ? Outputs extends readonly [unknown, ...infer States]
    ? States
    : readonly Tensor[]
  : readonly Tensor[];

// biome-ignore-start lint/correctness/noUnusedVariables: declarations that merge have the same type parameters
export interface Bidirectional<
  Of extends SequenceDirection = SequenceDirection,
  Mode extends MergeMode = "concat",
> extends Values<typeof options> {}
// biome-ignore-end lint/correctness/noUnusedVariables: the same

/**
 * Goes over sequences forward and backward with two recurrent layers, and merges their outputs (Schuster & Paliwal 1997):
 * [batch, steps, ...] → [batch, 2 · units], or [batch, steps, 2 · units] if the layer returns sequences, whose outputs
 * then are in the order of the steps in both directions, and zero where a step is masked. If the layer returns its
 * states, those of the forward layer and then those of the backward one follow the output.
 *
 * @typeParam Of The layer, which decides whether states follow the output.
 * @typeParam Mode The merge mode, which decides whether there is one output or two.
 *
 * @example
 * ```ts
 * import { zeros } from "@strata/core";
 * import { Bidirectional, LSTM } from "@strata/layers";
 *
 * const layer = new Bidirectional(new LSTM(4, { returnSequences: true }));
 * console.log(layer.apply(zeros([2, 5, 3])).shape); // [2, 5, 8]
 *
 * const both = new Bidirectional(new LSTM(4, { returnState: true }), { mergeMode: null });
 * const [forward, backward, hidden] = both.apply(zeros([2, 5, 3]));
 * console.log(forward.shape, backward.shape, hidden.shape); // [2, 4] [2, 4] [2, 4]
 * ```
 */
export class Bidirectional<
  Of extends SequenceDirection = SequenceDirection,
  Mode extends MergeMode = "concat",
> extends SequenceLayer<BidirectionalOutputs<Of, Mode>> {
  static override readonly className: string = "Bidirectional";
  static override readonly options = options;
  /** The layer that goes forward. */
  readonly forwardLayer: DirectedLayer;
  /** The layer that goes backward. */
  readonly backwardLayer: DirectedLayer;

  constructor(
    ...given:
      | [layer: Of, options?: Rest<BidirectionalOptions, "layer"> & { readonly mergeMode?: Mode | undefined }]
      | [
          options: Rest<BidirectionalOptions, "layer"> & {
            readonly layer: Of;
            readonly mergeMode?: Mode | undefined;
          },
        ]
  ) {
    super(named(new.target, given, "layer"));
    const { layer, backwardLayer } = this.valuesOf(options);
    const base = layer.name.replace(/^forward_/, "");
    this.forwardLayer = directedCopy(layer, { name: `forward_${base}` });
    this.backwardLayer =
      backwardLayer === null
        ? directedCopy(layer, {
            name: `backward_${layer.name.replace(/^backward_/, "")}`,
            goBackwards: !layer.goBackwards,
          })
        : directedCopy(backwardLayer, { name: backwardLayer.name });
    this.#checkDirections();
  }

  /** Whether the layers keep their states from batch to batch. */
  get stateful(): boolean {
    return this.forwardLayer.stateful;
  }

  override resetStates(): void {
    this.forwardLayer.resetStates?.();
    this.backwardLayer.resetStates?.();
  }

  override build(inputShape: SymbolicShape): void {
    super.build(inputShape);
    this.forwardLayer.buildFor(this.buildShape);
    this.backwardLayer.buildFor(this.buildShape);
  }

  override call(
    inputs: Tensor,
    context: CallContext,
    given: CallArguments & SequenceArguments,
  ): BidirectionalOutputs<Of, Mode>;
  override call(
    inputs: Tensor,
    context: CallContext,
    { mask, initialState = null }: CallArguments & SequenceArguments,
  ): unknown {
    const { mergeMode, forwardLayer, backwardLayer } = this;
    const [forwardState, backwardState] = this.#halvesOf(initialState);
    const run = (layer: DirectedLayer, initial: unknown): readonly Tensor[] => {
      const further = initial === null ? {} : { initialState: initial };
      return resultsOf(layer, layer.apply(inputs, { ...context, mask, ...further }));
    };
    const [forward, ...forwardStates] = run(forwardLayer, forwardState);
    const [reversed, ...backwardStates] = run(backwardLayer, backwardState);
    const backward = forwardLayer.returnSequences ? flip(reversed, 1) : reversed;
    const outputs = mergeMode === null ? [forward, backward] : [merges[mergeMode](forward, backward)];
    const all = [...outputs, ...forwardStates, ...backwardStates];
    return all.length === 1 ? all[0] : all;
  }

  /** As in Keras, the mask that the inputs carry is passed on, and one that is given for the call is not. */
  override computeMask(inputs: Tensor): MaskStructure | null {
    if (!this.forwardLayer.returnSequences) return null;
    const mask = maskOf(inputs);
    return this.mergeMode === null ? [mask, mask] : mask;
  }

  protected override optionValue(name: string, given: unknown): unknown {
    return name === "layer" ? this.forwardLayer : super.optionValue(name, given);
  }

  /** The states that a call is given for each direction. */
  #halvesOf(states: unknown): readonly [unknown, unknown] {
    if (states === null) {
      this.noteInitialState(null);
      return [null, null];
    }
    if (!Array.isArray(states) || states.length % 2 !== 0) {
      throw new TypeError(
        `${this.name}: initialState is ${describeValue(states)}; it must be an array, the states of the forward layer and ` +
          "then as many of the backward one",
      );
    }
    this.noteInitialState(givenStates(states));
    return [states.slice(0, states.length / 2), states.slice(states.length / 2)];
  }

  #checkDirections(): void {
    const { forwardLayer, backwardLayer } = this;
    if (forwardLayer.goBackwards === backwardLayer.goBackwards) {
      throw new RangeError(
        `${this.name}: layer and backwardLayer both have goBackwards: ${forwardLayer.goBackwards}; they must differ in it`,
      );
    }
    for (const name of ["stateful", "returnSequences", "returnState"] as const) {
      if (forwardLayer[name] === backwardLayer[name]) continue;
      throw new RangeError(
        `${this.name}: ${name} is ${forwardLayer[name]} of layer and ${backwardLayer[name]} of backwardLayer; both must be equal`,
      );
    }
  }
}

/** A copy of a layer, whose outputs are zero where a step is masked if it gives those of all steps. */
function directedCopy(
  layer: DirectedLayer,
  changes: { readonly name: string; readonly goBackwards?: boolean },
) {
  const zero = "zeroOutputForMask" in layer ? { zeroOutputForMask: layer.returnSequences } : {};
  const copy = copyLayer(layer, { ...changes, ...zero });
  if (isDirected(copy)) return copy;
  throw new TypeError(`${layer.name}: its options do not make a recurrent layer`);
}

/** The output of a layer, and its states if it gives them. */
function resultsOf({ name, returnState }: DirectedLayer, given: unknown): readonly Tensor[] {
  const list: readonly unknown[] = returnState && Array.isArray(given) ? given : [given];
  return list.map((each) => {
    if (isTensorValue(each)) return toTensor(each);
    throw new TypeError(
      `${name}: the layer gave ${describeValue(each)}; within Bidirectional it must give tensors`,
    );
  });
}
