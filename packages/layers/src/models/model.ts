import type { Tensor } from "@strata/core";
import { describeValue, listAlternatives, readOptions } from "@strata/core/internal";
import type { AnyLayer, CallArguments, CallContext, LayerOptions } from "../layer/any-layer.ts";
import { inKerasOrder, type Member, type SavedPart } from "../layer/members.ts";
import { SymbolicType } from "../layer/output-types.ts";
import { leavesOf, mapStructure, type Structure } from "../layer/structure.ts";
import { type SymbolicFor, SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { type Configurable, isPlainObject } from "../schema/configurable.ts";
import type { Json, Restore, Serialize } from "../schema/option.ts";
import { Expected } from "../training/array-batches.ts";
import { Trainable } from "../training/trainable.ts";
import { nameOfClass } from "../utilities/names.ts";
import { output } from "../utilities/output.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";
import { restoreGraph, writeGraph } from "./functional-config.ts";
import { FunctionalGraph, type GraphTensor } from "./functional-graph.ts";
import { formatSummary, type SummaryEntry, type SummaryOptions } from "./summary.ts";
import { entriesOfGraph, entriesOfLayers, isChain } from "./summary-entries.ts";

/** Options of a functional {@link Model}. */
export interface FunctionalOptions<Inputs, Outputs> extends LayerOptions {
  /** Symbolic tensors, as `Input` gives them: one, or arrays and objects of them. */
  readonly inputs: SymbolicFor<Inputs>;
  /** Symbolic tensors that depend on the inputs, in any structure. */
  readonly outputs: SymbolicFor<Outputs>;
}

/**
 * Layers that can be trained as one. Made of symbolic inputs and outputs it is a graph of the layers between them; a
 * subclass implements `call`; {@link Sequential} is a list of layers.
 *
 * @typeParam Inputs A tensor, or arrays and objects of tensors; inferred from symbolic inputs.
 * @typeParam Outputs As the inputs.
 *
 * @example
 * ```ts
 * import { Dense, Input, Model } from "@strata/layers";
 *
 * const inputs = Input({ shape: [4] });
 * const hidden = new Dense(8, { activation: "relu" }).apply(inputs);
 * const model = new Model({ inputs, outputs: [new Dense(1).apply(hidden), new Dense(3).apply(hidden)] });
 * const [value, scores] = model.apply([[1, 2, 3, 4]]);
 * console.log(value.shape, scores.shape); // [1, 1] [1, 3]
 * ```
 */
export class Model<const Inputs = Tensor, const Outputs = Tensor> extends Trainable<Inputs, Outputs> {
  static override readonly className: string = "Model";
  readonly #graph: FunctionalGraph | null;

  /** @param given Symbolic inputs and outputs, unless a subclass implements `call`; name and more. */
  constructor(given: FunctionalOptions<Inputs, Outputs> | LayerOptions = {}) {
    if (!isPlainObject(given)) {
      throw new TypeError(
        `Model: the first argument is ${describeValue(given)}; accepted is an object of options, as in new Model({ inputs, outputs })`,
      );
    }
    const { inputs, outputs, ...options } = { inputs: undefined, outputs: undefined, ...given };
    super(options);
    this.#graph =
      inputs === undefined ? null : new FunctionalGraph(graphTensors(inputs), graphTensors(outputs));
    if (this.#graph !== null) this.built = true;
  }

  /** The layers: those of the graph, from input to output, or those that the model holds. */
  get layers(): readonly AnyLayer[] {
    return this.#graph?.layers ?? super.sublayers.map(({ part }) => part);
  }

  override get sublayers(): readonly Member<AnyLayer>[] {
    return this.#graph?.layers.map((part) => ({ name: part.name, part })) ?? super.sublayers;
  }

  /** In Keras the layers of a graph or a list come first; where a model holds layers itself, all of them are an attribute too. */
  override get savedParts(): readonly SavedPart<AnyLayer>[] {
    const layers = { name: "layers", parts: this.layers };
    return this.listsLayers ? [layers, ...super.savedParts] : inKerasOrder([layers, ...super.savedParts]);
  }

  /** Whether the layers are those of a graph or a list, and not those in properties. */
  protected get listsLayers(): boolean {
    return this.#graph !== null;
  }

  protected override get autocasts(): boolean {
    return false;
  }

  /**
   * A layer of the model.
   *
   * @param which Its name, or its index among {@link Model.layers}.
   * @throws RangeError if there is none.
   */
  getLayer(which: string | number): AnyLayer {
    const { layers } = this;
    const found = typeof which === "number" ? layers.at(which) : layers.find(({ name }) => name === which);
    if (found !== undefined) return found;
    throw new RangeError(
      `getLayer: ${describeValue(which)} is none of the ${layers.length} layers: ${listAlternatives(layers.map(({ name }) => name))}`,
    );
  }

  override writeConfig(serialize: Serialize): Json {
    if (this.#graph === null) return super.writeConfig(serialize);
    return { name: this.name, trainable: this.trainable, ...writeGraph(this.#graph, serialize) };
  }

  static override restoreConfig(config: Json, restore: Restore): Configurable {
    if (!isPlainObject(config) || config.layers === undefined) return super.restoreConfig(config, restore);
    const { name, trainable } = config;
    return Reflect.construct(this, [
      { ...restoreGraph(nameOfClass(this), config, restore), name, trainable },
    ]);
  }

  override get kerasModule(): string | null {
    return this.#graph === null ? super.kerasModule : "keras.src.models.functional";
  }

  override get registeredName(): string | null {
    return this.#graph === null ? super.registeredName : "Functional";
  }

  /** Keras keeps no shape of functional models, since their inputs have theirs. */
  override buildConfig(): Json | null {
    return this.#graph === null ? super.buildConfig() : { input_shape: null };
  }

  /** The symbolic inputs, in order. */
  override get inputs(): readonly SymbolicTensor[] {
    return this.#graph === null ? super.inputs : leavesOf(this.#graph.inputs);
  }

  /** The symbolic outputs, in order. */
  override get outputs(): readonly SymbolicTensor[] {
    return this.#graph === null ? super.outputs : leavesOf(this.#graph.outputs);
  }

  override call(inputs: Inputs, context: CallContext, given: CallArguments): Outputs;
  override call(inputs: unknown, context: CallContext): unknown {
    if (this.#graph !== null) return this.#graph.run(inputs, context);
    throw new Error(`${this.name}: a model without inputs and outputs must have a call method of its own`);
  }

  /** The shape of a batch of inputs, [null, ...], or of each of several; null if it is not known yet. */
  get inputShape(): SymbolicShape | readonly SymbolicShape[] | null {
    return shapesOf(this.#graph?.inputs);
  }

  /** The shape of a batch of outputs, or of each of several; null if it is not known yet. */
  get outputShape(): SymbolicShape | readonly SymbolicShape[] | null {
    return shapesOf(this.#graph?.outputs);
  }

  override get expectedInputs(): Structure<Expected> | null {
    if (this.#graph === null) return null;
    return mapStructure(this.#graph.inputs, ({ name, shape, dtype }) => new Expected(name, shape, dtype));
  }

  /** Those of the graph: inputs were checked against it. */
  override computeOutputTypes(inputTypes: Structure<SymbolicType>): Structure<SymbolicType> {
    if (this.#graph === null) return super.computeOutputTypes(inputTypes);
    return mapStructure(this.#graph.outputs, ({ shape, dtype }) => new SymbolicType(shape, dtype));
  }

  /** Whether there is a computation from inputs to outputs. */
  get isCallable(): boolean {
    return this.#graph !== null || this.call !== Model.prototype.call;
  }

  override get outputNames(): readonly string[] | null {
    return this.#graph?.outputNames ?? null;
  }

  /**
   * Prints layers, output shapes and numbers of parameters.
   *
   * @param options Width, which rows and columns, and where it is printed.
   */
  summary(options: SummaryOptions = {}): void {
    readOptions("summary", options, ["lineLength", "expandNested", "showTrainable", "printFn"]);
    const stream = output();
    const { printFn = (text: string) => stream.write(text) } = options;
    printFn(formatSummary(this, this.optimizerVariables, options, stream));
  }

  /** @internal */
  get summaryEntries(): readonly SummaryEntry[] {
    return this.#graph === null ? entriesOfLayers(this.layers) : entriesOfGraph(this.#graph);
  }

  /** @internal */
  get isChain(): boolean {
    return this.#graph === null || isChain(this.#graph);
  }
}

function graphTensors(given: unknown): Structure<GraphTensor> {
  return mapStructure(given, (leaf) => {
    if (isGraphTensor(leaf)) return leaf;
    throw new RangeError(
      `Model: inputs or outputs hold ${describeValue(leaf)}; accepted are symbolic tensors, as Input({ shape }) gives them`,
    );
  });
}

function isGraphTensor(leaf: unknown): leaf is GraphTensor {
  return leaf instanceof SymbolicTensor;
}

/** The shapes of a functional model's inputs or outputs: one shape, or one for each in order. */
function shapesOf(
  tensors: Structure<GraphTensor> | undefined,
): SymbolicShape | readonly SymbolicShape[] | null {
  if (tensors === undefined) return null;
  const shapes = leavesOf(tensors).map(({ shape }) => shape);
  return shapes.length === 1 ? shapes[0] : shapes;
}
