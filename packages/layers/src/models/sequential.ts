import { ShapeError, type Tensor } from "@strata/core";
import { describeValue } from "@strata/core/internal";
import { AnyLayer, type CallContext, layerOptions } from "../layer/any-layer.ts";
import type { Member } from "../layer/members.ts";
import type { Structure } from "../layer/structure.ts";
import { SymbolicTensor } from "../layer/symbolic-tensor.ts";
import { InputLayer } from "../layers/core/input-layer.ts";
import { type Configurable, isPlainObject } from "../schema/configurable.ts";
import type { Given, Json, Restore, Serialize } from "../schema/option.ts";
import { Expected } from "../training/array-batches.ts";
import { fitsShape, formatShape, isShape, type SymbolicShape } from "../utilities/shapes.ts";
import { type FloatDType, isFloat } from "../utilities/tensors.ts";
import { Model } from "./model.ts";
import type { SummaryEntry } from "./summary.ts";
import { entryOf } from "./summary-entries.ts";

const options = {
  /** The name. Null: that of the class in snake_case, numbered. */
  name: layerOptions.name,
  /** Whether training changes the weights. */
  trainable: layerOptions.trainable,
  /** The dtype of weights and results, or a policy. Null: that of `setDTypePolicy`. */
  dtype: layerOptions.dtype,
};

/** Options of {@link Sequential}. */
export interface SequentialOptions extends Given<typeof options> {}

/**
 * Layers one after the other. If the shape of the input is known — from an `Input`, an `InputLayer` or the first
 * layer's `inputShape` — layers are built as they are added, else with the first data.
 *
 * @example
 * ```ts
 * import { Dense, Dropout, Sequential } from "@strata/layers";
 *
 * const model = new Sequential();
 * model.add(new Dense(16, { activation: "relu", inputShape: [2] }));
 * model.add(new Dropout(0.2));
 * model.add(new Dense(1, { activation: "sigmoid" }));
 * model.compile({ optimizer: "adam", loss: "binaryCrossentropy", metrics: ["accuracy"] });
 * await model.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], { epochs: 2, verbose: 0 });
 * console.log((await model.predict([[0, 1]], { verbose: 0 })).shape); // [1, 1]
 * ```
 */
export class Sequential extends Model<Tensor, Tensor> {
  static override readonly className: string = "Sequential";
  static override readonly options = options;
  readonly #layers: AnyLayer[] = [];
  #input: InputLayer | null = null;
  /** Whether the shape was stated, and not taken from the first data. */
  #isStated = false;

  /**
   * @param layers The layers; an `Input` or an `InputLayer` may come first.
   * @param options Name, and whether the layers are trainable.
   */
  constructor(layers: readonly (AnyLayer | SymbolicTensor)[] = [], options: SequentialOptions = {}) {
    if (!Array.isArray(layers)) {
      throw new RangeError(`Sequential: layers is ${describeValue(layers)}; it must be an array of layers`);
    }
    super(options);
    for (const layer of layers) this.add(layer);
  }

  /** The layers, without an InputLayer. */
  override get layers(): readonly AnyLayer[] {
    return this.#layers;
  }

  override get sublayers(): readonly Member<AnyLayer>[] {
    return this.#layers.map((part) => ({ name: part.name, part }));
  }

  protected override get listsLayers(): boolean {
    return true;
  }

  /** That of the first layer. */
  override get dtype(): FloatDType {
    return this.#layers[0]?.computeDType ?? super.dtype;
  }

  override get expectedInputs(): Structure<Expected> | null {
    if (this.#input === null) return null;
    const { name, batchShape, inputDType } = this.#input;
    return new Expected(name, batchShape, isFloat(inputDType) ? this.dtype : inputDType);
  }

  override get isCallable(): boolean {
    return true;
  }

  override get outputNames(): readonly string[] | null {
    const last = this.#layers.at(-1);
    return last === undefined ? null : [last.name];
  }

  /** With an Input alone there is nothing to build yet. */
  override buildFromConfig(config: Json): void {
    if (this.#layers.length > 0) super.buildFromConfig(config);
  }

  override forgetBuild(): void {
    super.forgetBuild();
    if (!this.#isStated) this.#input = null;
  }

  override get inputShape(): SymbolicShape | null {
    return this.#input?.batchShape ?? null;
  }

  /**
   * Adds a layer at the end.
   *
   * @param layer The layer; an `Input` or an `InputLayer` only as the first.
   * @throws RangeError for what is no layer, or a name that another layer has.
   * @throws ShapeError if the layer does not take the output of the one before.
   */
  add(layer: AnyLayer | SymbolicTensor): void {
    const added = layer instanceof SymbolicTensor ? layer.layer : layer;
    if (!(added instanceof AnyLayer)) {
      throw new RangeError(
        `add: ${describeValue(layer)} is no layer; accepted are layers, as new Dense(1) makes one, and Input({ shape })`,
      );
    }
    if (added instanceof InputLayer) {
      this.#addInput(added);
      return;
    }
    if (layer instanceof SymbolicTensor) {
      throw new RangeError(
        `add: the symbolic tensor is the result of ${JSON.stringify(added.name)}; add that layer`,
      );
    }
    if (this.#layers.some(({ name }) => name === added.name)) {
      throw new RangeError(
        `add: the model has a layer named ${JSON.stringify(added.name)} already; names must differ`,
      );
    }
    const stated = this.inputShape ?? (this.#layers.length === 0 ? added.batchInputShape : null);
    if (stated !== null) {
      const before = this.#layers.length === 0 ? stated : this.computeOutputShape(stated);
      added.computeOutputShape(before);
      added.buildFor(before);
      this.#isStated ||= this.#input === null;
      this.#input ??= inputOf(stated, added);
    }
    this.#layers.push(added);
    this.built = stated !== null;
    if (!this.trainable) added.trainable = false;
    this.structureChanged();
  }

  /**
   * Removes the last layer.
   *
   * @returns The layer; undefined if there is none.
   */
  pop(): AnyLayer | undefined {
    const removed = this.#layers.pop();
    if (this.#layers.length === 0 && !this.#isStated) this.#input = null;
    this.built = this.#input !== null && this.#layers.length > 0;
    this.structureChanged();
    return removed;
  }

  override build(inputShape: SymbolicShape): void {
    this.#checkHasLayers();
    const shapes = this.#shapesBefore(inputShape);
    for (const [index, layer] of this.#layers.entries()) layer.buildFor(shapes[index]);
    this.#input ??= inputOf([null, ...inputShape.slice(1)], this.#layers[0]);
    this.built = true;
  }

  override writeConfig(serialize: Serialize): Json {
    const { name, trainable, dtypePolicy } = this;
    const layers = this.#input === null ? this.#layers : [this.#input, ...this.#layers];
    return {
      name,
      trainable,
      dtype: serialize(dtypePolicy),
      layers: layers.map(serialize),
      ...(this.#input === null ? {} : { build_input_shape: this.#input.batchShape }),
    };
  }

  static override restoreConfig(config: Json, restore: Restore): Configurable {
    if (!isPlainObject(config) || !Array.isArray(config.layers)) return super.restoreConfig(config, restore);
    const { name, trainable, dtype, layers } = config;
    return Reflect.construct(this, [layers.map(restore), { name, trainable, dtype: restore(dtype) }]);
  }

  override get kerasModule(): string | null {
    return "keras";
  }

  override buildConfig(): Json | null {
    return this.#input === null ? null : { input_shape: this.#input.batchShape };
  }

  override call(inputs: Tensor, context: CallContext): Tensor;
  override call(inputs: unknown, context: CallContext): unknown {
    this.#checkHasLayers();
    return this.#layers.reduce((values, layer) => layer.apply(values, context), inputs);
  }

  /** The shape of a batch of outputs; null if it is not known yet. */
  override get outputShape(): SymbolicShape | null {
    return this.inputShape === null ? null : this.computeOutputShape(this.inputShape);
  }

  /** @throws ShapeError if the model, or a layer, does not take the shape. */
  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    this.#checkHasLayers();
    return this.#shapesBefore(inputShape)[this.#layers.length];
  }

  override get summaryEntries(): readonly SummaryEntry[] {
    const { inputShape } = this;
    const shapes = inputShape === null || this.#layers.length === 0 ? [] : this.#shapesBefore(inputShape);
    return this.#layers.map((layer, index) => entryOf(layer, shapes[index + 1] ?? null));
  }

  /** The shape of the input of each layer, and that of the output of the last. */
  #shapesBefore(inputShape: SymbolicShape): readonly SymbolicShape[] {
    if (this.inputShape !== null && !fitsShape(inputShape, this.inputShape)) {
      throw new ShapeError(
        `${this.name}: the input has the shape ${formatShape(inputShape)}; the model takes ` +
          `${formatShape(this.inputShape)}`,
      );
    }
    const shapes: SymbolicShape[] = [inputShape];
    for (const layer of this.#layers) {
      const shape = layer.computeOutputShape(shapes[shapes.length - 1]);
      if (!isShape(shape)) {
        throw new ShapeError(
          `${layer.name}: the layer has several outputs; a Sequential passes on one tensor`,
        );
      }
      shapes.push(shape);
    }
    return shapes;
  }

  #addInput(input: InputLayer): void {
    if (this.#layers.length > 0 || this.#input !== null) {
      throw new RangeError("add: an Input or InputLayer must come first, and only once");
    }
    this.#input = input;
    this.#isStated = true;
  }

  #checkHasLayers(): void {
    if (this.#layers.length > 0) return;
    throw new Error(`${this.name}: the model has no layers; add one before it is used`);
  }
}

/** The input of a model whose first layer is known. */
function inputOf(batchShape: SymbolicShape, first: AnyLayer): InputLayer {
  return new InputLayer({ batchShape, dtype: first.computeDType });
}
