import {
  cast,
  type DType,
  EvaluationError,
  Generator,
  type RandomOptions,
  type Shape,
  Tensor,
  type TensorLike,
  Variable,
  variable,
  zeros,
} from "@strata/core";
import { isFloat, outsideTraces, sizeOf, unknownName } from "@strata/core/internal";
import { Constraint } from "../constraints/constraint.ts";
import { type ConstraintLike, getConstraint } from "../constraints/registry.ts";
import { Initializer } from "../initializers/initializer.ts";
import { getInitializer, type InitializerLike } from "../initializers/registry.ts";
import { getRegularizer, type RegularizerLike, regularizer } from "../regularizers/registry.ts";
import { Regularizer } from "../regularizers/regularizer.ts";
import { Configurable, isPlainObject } from "../schema/configurable.ts";
import type { Given, Json, OptionTable, Restore, Serialize } from "../schema/option.ts";
import { boolean, shape, text } from "../schema/vocabulary.ts";
import { classNameOf, toCamelCase, uniqueName } from "../utilities/names.ts";
import type { SymbolicShape } from "../utilities/shapes.ts";
import type { FloatDType } from "../utilities/tensors.ts";
import { assignWeights } from "../utilities/weights.ts";
import {
  apart,
  autocast,
  containsSymbolic,
  isLeafTensor,
  passMasks,
  resultsIn,
  tensorsOf,
  toLeaf,
  toTensorOrNull,
  typeOf,
} from "./call-values.ts";
import { DTypePolicy, dtypePolicy, dtypePolicyOption } from "./dtype-policy.ts";
import { checkInputs, type InputRule } from "./input-rule.ts";
import { type MaskStructure, masksOf, readMasks } from "./masks.ts";
import { type Member, membersOf, type SavedPart, savedPartsOf } from "./members.ts";
import { inferOutputTypes, type SymbolicType, typesOfShapes } from "./output-types.ts";
import { type OwnWeight, penaltiesOf } from "./own-weights.ts";
import { leavesOf, mapStructure, parseStructure, type Structure } from "./structure.ts";
import { LayerCall, SymbolicTensor } from "./symbolic-tensor.ts";
import { areValuesInFile, checkAllowance } from "./weight-allowance.ts";

/** The options that every layer takes. */
export const layerOptions = {
  /** The layer's name. Null: that of the class in snake_case, numbered: `"dense"`, `"dense_1"`… */
  name: text().orNull().kept(),
  /** Whether training changes the weights. */
  trainable: boolean(true).kept(),
  /** The dtype of weights and results, or a policy that keeps them apart. Null: that of `setDTypePolicy`. */
  dtype: dtypePolicyOption().kept(),
  /** A penalty for the layer's output, divided by the size of the batch and added to the loss. */
  activityRegularizer: regularizer().omitted("whenNull"),
  /** For the first layer of a Sequential: the shape of one sample, without the batch dimension. */
  inputShape: shape().orNull().omitted("always").kept(),
};

/** Options of every layer. */
export interface LayerOptions extends Given<typeof layerOptions> {}

/** The surroundings of a call: what layers within it take over when it is passed on to them. */
export interface CallContext {
  /** Whether it is a call in training, where Dropout drops. */
  readonly training: boolean;
  /** Adds a term to the loss. */
  readonly addLoss: (loss: Tensor) => void;
  /** The layer whose call it is; null outside of any. */
  readonly owner: AnyLayer | null;
  /** Runs the call of each layer, for those who look on; it must call `run` once, and give its result. */
  readonly observe?: (layer: AnyLayer, run: () => unknown) => unknown;
}

/** The options of every call. */
export interface CallOptions extends Partial<CallContext> {
  /** Which steps of the inputs count. Default: the masks that the inputs carry. */
  readonly mask?: Structure<TensorLike | null> | null;
}

/** The arguments of a call besides its inputs: their masks, and what the layer takes beyond. */
export interface CallArguments {
  /** Which steps of the inputs count; null if all do. */
  readonly mask: MaskStructure | null;
}

/** Options of {@link Layer.addWeight}. */
export interface WeightOptions {
  /** The values that it begins with. Default: the layer's option of the weight's name, as `kernelInitializer`; else
   * `"glorotUniform"` for floats and `"zeros"` for others. */
  readonly initializer?: InitializerLike;
  /** Its dtype. Default: that of the layer's weights. */
  readonly dtype?: DType;
  /** Whether training changes it, if the layer is trainable. Default: true for floats. */
  readonly trainable?: boolean;
  /** A penalty for its values, added to the loss. Default: the layer's option, as `kernelRegularizer`. */
  readonly regularizer?: RegularizerLike | null;
  /** Brings its values back among the allowed ones after each step. Default: the layer's option, as `kernelConstraint`. */
  readonly constraint?: ConstraintLike | null;
}

/** The knowledge of a layer besides weights, in the form in which Keras's files keep it. */
export interface LayerKnowledge {
  /** Texts by the names of the files that they are kept in: `"vocabulary.txt"`. */
  readonly texts: ReadonlyMap<string, string>;
  /** Rows of float32 by the names that they are kept under beside the weights. */
  readonly numbers: ReadonlyMap<string, readonly number[]>;
}

/** The layer whose call is going on, so that a call without its context is noticed. */
let running: AnyLayer | null = null;

/** The layer that is being built, whose name begins those of the weights of layers that it builds. */
let building: AnyLayer | null = null;

/** A layer of any inputs and outputs: all of {@link Layer} but the types of its calls. */
export abstract class AnyLayer extends Configurable {
  static override readonly options: OptionTable = layerOptions;
  static override readonly kerasModule: string | null = "keras.layers";
  /** Whether Keras's configuration tells the shape that the layer was built for. */
  static readonly recordsBuild: boolean = true;
  /** The names of the further arguments of a call: a class that takes some lists them, as `["initialState"]`. */
  static readonly callArguments: readonly string[] = [];

  /** The layer's name. */
  readonly name: string;
  /** Whether the name was given, and not made of the class's. */
  readonly isNamed: boolean;
  /** The dtypes of weights and of computation. */
  readonly dtypePolicy: DTypePolicy;
  /** A penalty for the layer's output, or null. */
  declare readonly activityRegularizer: Regularizer | null;
  /** The shape of a batch that it was told to expect, [null, ...]; null if it was not. */
  readonly batchInputShape: SymbolicShape | null;
  /** Whether the weights have been made. */
  built = false;
  /** Whether the layer takes masks into account, or passes them on. */
  readonly supportsMasking: boolean = false;
  readonly #ownWeights: OwnWeight[] = [];
  readonly #calls: LayerCall<AnyLayer>[] = [];
  /** Weights of a build that failed, which properties may hold still. */
  readonly #forgotten = new WeakSet<Variable>();
  readonly #addedLosses: (() => Tensor)[] = [];
  readonly #generators: Generator[] = [];
  readonly #recordsBuild: boolean;
  readonly #callArguments: readonly string[];
  #isTrainable: boolean;
  #buildShape: Structure<SymbolicShape | null> = null;
  #lastLosses: readonly Tensor[] = [];
  /** The names of the layers within whose calls it is built, and its own: what its weights' names begin with. */
  #scope = "";

  /**
   * @param options Name, whether it is trainable, dtype, and the options of the class.
   * @throws RangeError for values that are not accepted.
   */
  constructor(options: object = {}) {
    super(options);
    this.#recordsBuild = new.target.recordsBuild;
    this.#callArguments = new.target.callArguments;
    // An InputLayer takes fewer options, and its dtype is no policy.
    const { name, trainable = true, dtype, inputShape = null } = this.valuesOf(layerOptions);
    this.isNamed = name !== null;
    this.name = name ?? uniqueName(classNameOf(this));
    this.dtypePolicy = dtype instanceof DTypePolicy ? dtype : dtypePolicy();
    this.batchInputShape = inputShape === null ? null : [null, ...inputShape];
    this.#isTrainable = trainable;
  }

  /** As {@link Layer.build}. */
  build(_inputShape: unknown): void {}

  /** As {@link Layer.call}. */
  abstract call(inputs: unknown, context: CallContext, given: CallArguments): unknown;

  /** As {@link Layer.computeMask}. */
  computeMask(_inputs: unknown, mask: MaskStructure | null): MaskStructure | null {
    return mask;
  }

  /** The rule that the shape of a single input keeps; null where anything is taken. */
  protected get inputRule(): InputRule | null {
    return null;
  }

  /**
   * Whether floats, inputs and results, are brought to the dtype that the layer computes in; models leave that to their
   * layers.
   */
  protected get autocasts(): boolean {
    return true;
  }

  /** Whether a call that does not say so is one in training: so it is for layers that alter images at random, as in Keras. */
  protected get trainsByDefault(): boolean {
    return false;
  }

  /** As {@link Layer.apply}. */
  apply(inputs: unknown, options: CallOptions = {}): unknown {
    const { training = this.trainsByDefault, addLoss, owner, observe, ...given } = options;
    this.#checkCallArguments(given);
    const structure = parseStructure(inputs, isLeafTensor, toLeaf);
    if (containsSymbolic(structure) || containsSymbolic(given)) {
      return this.#record(structure, "training" in options ? { ...given, training } : given);
    }
    this.#checkSurroundings(owner);
    const losses: Tensor[] = [];
    const context = {
      training,
      addLoss: addLoss ?? ((loss: Tensor) => void losses.push(loss)),
      owner: this,
      observe,
    };
    const tensors = mapStructure<unknown, Tensor | null>(structure, toTensorOrNull);
    const run = (): unknown => this.#run(tensors, context, given);
    const outputs = observe === undefined ? run() : observe(this, run);
    if (addLoss === undefined) this.#lastLosses = losses;
    return outputs;
  }

  /** As {@link Layer.computeOutputShape}. */
  computeOutputShape(inputShape: unknown): unknown {
    return mapStructure(
      this.#outputTypes(typesOfShapes(inputShape, this.computeDType), {}),
      ({ shape }) => shape,
    );
  }

  /** The types of the results for inputs of these types; builds the layer if it is not built. */
  computeOutputTypes(inputTypes: Structure<SymbolicType>): Structure<SymbolicType> {
    return this.#outputTypes(inputTypes, {});
  }

  /** Makes the layer unbuilt again, because what it was built for was wrong; not its parts. */
  forgetBuild(): void {
    this.#forgetWeights();
    this.#buildShape = null;
    this.built = false;
  }

  /** As {@link Layer.buildFor}. */
  buildFor(inputShape: unknown): void {
    if (this.built) return;
    const types = typesOfShapes(inputShape, this.computeDType);
    this.#build(types);
    if (this.sublayers.some(({ part }) => !part.built)) this.#outputTypes(types, {});
  }

  /**
   * Makes a weight; to be called in `build`.
   *
   * @param name The weight's name within the layer, as `"kernel"`.
   * @param shape Its shape.
   * @param options Initializer, dtype, whether training changes it, regularizer and constraint.
   * @returns The Variable, named `layer/weight`, after the layers around it: `block/dense/kernel`.
   */
  addWeight(name: string, shape: Shape, options: WeightOptions = {}): Variable {
    const { dtype = this.variableDType, trainable = isFloat(dtype) } = options;
    const owner = `addWeight of ${JSON.stringify(`${this.name}/${name}`)}`;
    const given = { ...this.#weightOptions(name), ...options };
    const { initializer = isFloat(dtype) ? "glorotUniform" : "zeros", regularizer, constraint } = given;
    const values = getInitializer(initializer, `${owner}: the initializer`);
    checkAllowance(owner, shape);
    const initial = areValuesInFile() ? zeros(shape) : values.apply(shape, this.variableDType);
    const allowed = constraint ? getConstraint(constraint, `${owner}: the constraint`) : null;
    const made = variable(cast(initial, dtype), {
      name: `${this.#scope}/${name}`,
      trainable: trainable && this.#isTrainable,
      constraint: allowed === null ? null : (values) => allowed.apply(values),
    });
    const penalty = regularizer ? getRegularizer(regularizer, `${owner}: the regularizer`) : null;
    this.#ownWeights.push({ name, variable: made, isTrainable: trainable, regularizer: penalty });
    return made;
  }

  /** The dtype of the weights. */
  get dtype(): FloatDType {
    return this.variableDType;
  }

  /** The dtype of the weights. */
  get variableDType(): FloatDType {
    return this.dtypePolicy.variableDType;
  }

  /** The dtype of computation and results. */
  get computeDType(): FloatDType {
    return this.dtypePolicy.computeDType;
  }

  /** Whether training changes the weights; setting it sets that of the layer's parts. */
  get trainable(): boolean {
    return this.#isTrainable;
  }

  /** Changes it for this layer and its parts. */
  set trainable(value: boolean) {
    this.#isTrainable = value;
    for (const { variable: each, isTrainable } of this.#ownWeights) each.trainable = value && isTrainable;
    for (const { part } of this.sublayers) part.trainable = value;
  }

  /** The streams of random numbers that it draws from by seeds of its own, without those of its parts. */
  get generators(): readonly Generator[] {
    return this.#generators;
  }

  /**
   * A stream of random numbers for the layer, which is saved with the state of training.
   *
   * @param seed The seed; null for the common stream of `setSeed`.
   * @returns What random functions take as options.
   */
  protected randomStream(seed: number | null): Pick<RandomOptions, "generator"> {
    if (seed === null) return {};
    const generator = new Generator(seed);
    this.#generators.push(generator);
    return { generator };
  }

  /** The layers that this one is made of, each once, under their names within it. By default those it holds. */
  get sublayers(): readonly Member<AnyLayer>[] {
    return membersOf(this, isLayer).flatMap(({ name, part }) => (isLayer(part) ? [{ name, part }] : []));
  }

  /** All weights: its own, those that training changes first, then those of its parts; each once. */
  get weights(): readonly Variable[] {
    const parts = this.sublayers.flatMap(({ part }) => part.weights);
    return [...new Set([...this.ownWeights, ...parts])];
  }

  /** The weights of the layer itself, without those of its parts: those that training changes first. */
  get ownWeights(): readonly Variable[] {
    const own = this.#own();
    const trained = own.filter(({ isTrainable }) => isTrainable);
    const others = own.filter(({ isTrainable }) => !isTrainable);
    return [...trained, ...others].map((each) => each.variable);
  }

  /** The parts by the attributes that Keras has them in, which are the names that its files keep their weights by. */
  get savedParts(): readonly SavedPart<AnyLayer>[] {
    return savedPartsOf(this, isLayer);
  }

  /** The knowledge of the layer besides weights, for files: none, unless a class overrides it. */
  readKnowledge(): LayerKnowledge {
    return { texts: new Map(), numbers: new Map() };
  }

  /** Takes over what {@link AnyLayer.readKnowledge} told. */
  takeKnowledge(_knowledge: LayerKnowledge): void {}

  /** The weights that training changes. */
  get trainableWeights(): readonly Variable[] {
    if (!this.#isTrainable) return [];
    const own = this.#own().flatMap((each) => (each.isTrainable ? [each.variable] : []));
    return [...new Set([...own, ...this.sublayers.flatMap(({ part }) => part.trainableWeights)])];
  }

  /** The weights that training does not change. */
  get nonTrainableWeights(): readonly Variable[] {
    const trained = new Set(this.trainableWeights);
    return this.weights.filter((weight) => !trained.has(weight));
  }

  /** All weights by path: `"attention/query/kernel"`. */
  get weightPaths(): ReadonlyMap<string, Variable> {
    const own = this.#own().map((each) => [each.name, each.variable] as const);
    const parts = this.sublayers.flatMap(({ name, part }) =>
      [...part.weightPaths].map(([path, each]) => [`${name}/${path}`, each] as const),
    );
    const found = new Map<string, Variable>();
    const seen = new Set<Variable>();
    for (const [path, each] of [...own, ...parts]) {
      if (!seen.has(each)) found.set(path, each);
      seen.add(each);
    }
    return found;
  }

  /**
   * The terms that the last call added, the penalties for the weights, and what {@link AnyLayer.addLoss} was given: what a
   * model's training adds to the loss.
   */
  get losses(): readonly Tensor[] {
    return [...this.#lastLosses, ...this.weightPenalties(), ...this.#addedTerms()];
  }

  /**
   * Adds a term to the loss that is computed anew in each step, from weights. A term that depends on the inputs is added in
   * `call`, by `context.addLoss`.
   *
   * @param loss Computes it.
   */
  addLoss(loss: () => Tensor): void {
    this.#addedLosses.push(loss);
  }

  #addedTerms(): readonly Tensor[] {
    const own = this.#addedLosses.map((compute) => compute());
    return [...own, ...this.sublayers.flatMap(({ part }) => part.#addedTerms())];
  }

  /** Forgets the terms that the last call added. */
  forgetLosses(): void {
    this.#lastLosses = [];
  }

  /** The penalties for the weights that training changes, of its own and of its parts, a scalar each. */
  weightPenalties(): readonly Tensor[] {
    if (!this.#isTrainable) return [];
    return [
      ...penaltiesOf(this.#ownWeights),
      ...this.sublayers.flatMap(({ part }) => part.weightPenalties()),
    ];
  }

  /** The number of elements of all weights. */
  countParams(): number {
    return this.weights.reduce((count, { shape }) => count + sizeOf(shape), 0);
  }

  /** The values of all weights, in the order of {@link Layer.weights}. */
  getWeights(): Tensor[] {
    return this.weights.map((weight) => weight.value);
  }

  /**
   * Gives the weights values.
   *
   * @param values A tensor or array for each weight, in the order of {@link Layer.weights}.
   * @throws ShapeError, before anything is changed, if their number or a shape differs.
   */
  setWeights(values: readonly TensorLike[]): void {
    assignWeights(this.name, this.weights, values);
  }

  /** The calls on symbolic tensors, in order. */
  get symbolicCalls(): readonly LayerCall<AnyLayer>[] {
    return this.#calls;
  }

  /**
   * The results of the layer's call on symbolic tensors, in order.
   *
   * @throws Error unless there was one such call.
   */
  get outputs(): readonly SymbolicTensor[] {
    return leavesOf(this.#onlyCall("outputs").outputs);
  }

  /**
   * The symbolic tensors that the layer was given in its call on them, in order.
   *
   * @throws Error unless there was one such call.
   */
  get inputs(): readonly SymbolicTensor[] {
    const { inputs } = this.#onlyCall("inputs");
    return leavesOf(inputs).filter((each) => each instanceof SymbolicTensor);
  }

  /**
   * The result of the layer's call on symbolic tensors, as for a model that gives it.
   *
   * @throws Error unless there was one such call, with one result.
   */
  get output(): SymbolicTensor {
    return onlyOne(this.name, "outputs", this.outputs);
  }

  /**
   * The symbolic tensor that the layer was given in its call on it.
   *
   * @throws Error unless there was one such call, of one tensor.
   */
  get input(): SymbolicTensor {
    return onlyOne(this.name, "inputs", this.inputs);
  }

  /** The shapes that the layer was first built for, also while it is being built; null before that. */
  get buildShape(): Structure<SymbolicShape | null> {
    return this.#buildShape;
  }

  /** The shapes that the layer was built for, in Keras's form; null where Keras has none. */
  buildConfig(): Json | null {
    return this.#buildShape === null || !this.#recordsBuild
      ? null
      : { input_shape: jsonOfShapes(this.#buildShape) };
  }

  /** Makes the weights for the shapes that {@link AnyLayer.buildConfig} gave. */
  buildFromConfig(config: Json): void {
    if (isPlainObject(config) && config.input_shape) this.buildFor(config.input_shape);
  }

  override writeBeside(serialize: Serialize): { readonly [name: string]: Json } {
    const built = this.buildConfig();
    return { ...super.writeBeside(serialize), ...(built === null ? {} : { build_config: built }) };
  }

  override restoreBeside({ build_config }: { readonly [name: string]: Json }, _restore: Restore): void {
    if (build_config) this.buildFromConfig(build_config);
  }

  protected override optionValue(name: string, given: unknown): unknown {
    if (name === "dtype") return this.dtypePolicy;
    if (name === "name") return this.name;
    return name === "trainable" ? this.trainable : super.optionValue(name, given);
  }

  /** Whether the layer is this one, or a part of it at any depth. */
  contains(layer: AnyLayer): boolean {
    const { sublayers } = this;
    // Of many layers most are parts themselves; to look into each that comes before would take as long as they are many.
    return (
      this === layer ||
      sublayers.some(({ part }) => part === layer) ||
      sublayers.some(({ part }) => part.contains(layer))
    );
  }

  /** The options of the layer that are named after a weight. */
  #weightOptions(name: string): WeightOptions {
    const weight = toCamelCase(name);
    const options: { -readonly [Name in keyof WeightOptions]: WeightOptions[Name] } = {};
    for (const [key, value] of Object.entries(this)) {
      if (key === `${weight}Initializer` && value instanceof Initializer) options.initializer = value;
      if (key === `${weight}Regularizer` && value instanceof Regularizer) options.regularizer = value;
      if (key === `${weight}Constraint` && value instanceof Constraint) options.constraint = value;
    }
    return options;
  }

  #own(): readonly Pick<OwnWeight, "name" | "variable" | "isTrainable">[] {
    const made = new Set(this.#ownWeights.map((each) => each.variable));
    const bare = membersOf(this, isLayer).flatMap(({ name, part }) =>
      part instanceof Variable && !made.has(part) && !this.#forgotten.has(part)
        ? [{ name, variable: part, isTrainable: part.trainable }]
        : [],
    );
    return [...this.#ownWeights, ...bare];
  }

  #onlyCall(what: string): LayerCall<AnyLayer> {
    if (this.#calls.length === 1) return this.#calls[0];
    throw new Error(
      `${this.name}: the layer was applied to symbolic tensors ${this.#calls.length} times; it has ${what} when it was ` +
        "applied once",
    );
  }

  /** Notes a call on symbolic tensors, and gives its results. */
  protected noteCall(call: LayerCall<AnyLayer>): Structure<SymbolicTensor<AnyLayer>> {
    this.#calls.push(call);
    return call.outputs;
  }

  #forgetWeights(): void {
    for (const { variable: each } of this.#ownWeights) this.#forgotten.add(each);
    this.#ownWeights.length = 0;
  }

  #build(types: Structure<{ readonly shape: SymbolicShape } | null>): void {
    const before = running;
    const builder = building;
    const surrounding = before ?? builder;
    const scope = surrounding === null ? "" : surrounding.#scope;
    running = null;
    building = this;
    this.#scope = scope === "" ? this.name : `${scope}/${this.name}`;
    this.#buildShape = mapStructure(types, (type) => type?.shape ?? null);
    try {
      outsideTraces(() => this.build(mapStructure(types, (type) => [null, ...(type?.shape ?? []).slice(1)])));
      this.built = true;
    } catch (error) {
      this.#forgetWeights();
      this.#buildShape = null;
      throw error;
    } finally {
      building = builder;
      running = before;
    }
  }

  #run(
    inputs: Structure<Tensor | null>,
    context: CallContext,
    { mask: given, ...extra }: CallOptions,
  ): unknown {
    const tensors = this.autocasts
      ? mapStructure(inputs, (tensor) => autocast(tensor, this.computeDType))
      : inputs;
    if (this.inputRule !== null) checkInputs(this.name, this.inputRule, tensors);
    if (!this.built) this.#build(tensors);
    // A null stands for an argument that was not given, as in Keras.
    const mask = given ? readMasks(given, toTensorOrNull) : masksOf(tensors);
    const before = running;
    running = this;
    try {
      const outputs = this.#finish(apart(this.call(tensors, context, { ...extra, mask }), tensors));
      if (this.supportsMasking) passMasks(outputs, this.computeMask(tensors, mask));
      // Models do not have the option.
      if (this.activityRegularizer) penalize(this.activityRegularizer, outputs, context);
      return outputs;
    } finally {
      running = before;
    }
  }

  /** The results in the dtype that the layer computes in, where weights have another. */
  #finish(results: unknown): unknown {
    if (!this.autocasts || this.computeDType === this.variableDType) return results;
    return mapStructure(resultsIn(results), (each) =>
      each instanceof Tensor ? autocast(each, this.computeDType) : each,
    );
  }

  #outputTypes(types: Structure<SymbolicType | null>, given: CallOptions): Structure<SymbolicType> {
    if (this.inputRule !== null) checkInputs(this.name, this.inputRule, types);
    if (!this.built) this.#build(types);
    const inputs = leavesOf(types).filter((type) => type !== null);
    const further = leavesOf<unknown>({ ...given }).filter((each) => each instanceof SymbolicTensor);
    const context = { training: false, addLoss: () => {}, owner: this };
    return inferOutputTypes(this.name, [...inputs, ...further], (placeholders) => {
      let next = 0;
      const tensors = mapStructure(types, (type) => (type === null ? null : placeholders[next++]));
      const named = Object.entries(given).map(([name, argument]) => [
        name,
        mapStructure<unknown, unknown>(argument, (each) =>
          each instanceof SymbolicTensor ? placeholders[next++] : each,
        ),
      ]);
      return tensorsOf(this.name, this.#run(tensors, context, Object.fromEntries(named)));
    });
  }

  /** Records a call on symbolic tensors. */
  #record(inputs: Structure<unknown>, given: CallOptions): Structure<SymbolicTensor> {
    const types = mapStructure(inputs, (each) => typeOf(each, this.computeDType));
    const call = new LayerCall<AnyLayer>(
      this,
      inputs,
      { ...given },
      this.#outputTypes(types, given),
      this.#calls.length,
    );
    return this.noteCall(call);
  }

  #checkCallArguments(given: CallOptions): void {
    const accepted = ["training", "mask", ...this.#callArguments];
    const unknown = Object.keys(given).find((name) => !accepted.includes(name));
    if (unknown === undefined) return;
    throw unknownName(this.name, unknown, "option of a call", accepted);
  }

  /** Throws if the layer is called within another's call without its context, or is no part of that layer. */
  #checkSurroundings(owner: AnyLayer | null | undefined): void {
    if (running === null) return;
    if (owner === undefined) {
      throw new EvaluationError(
        `${this.name}: it is applied within the call of ${JSON.stringify(running.name)} without its context; pass it on, ` +
          "as in this.dense.apply(x, context)",
      );
    }
    if (owner === null || owner.contains(this)) return;
    throw new EvaluationError(
      `${this.name}: it is applied within the call of ${JSON.stringify(owner.name)}, which does not hold it, so that it ` +
        "would not be trained; keep it in a property (not one with #), or in an array, an object or a Map in a property",
    );
  }
}

function onlyOne(name: string, what: string, tensors: readonly SymbolicTensor[]): SymbolicTensor {
  if (tensors.length === 1) return tensors[0];
  throw new Error(`${name}: there are ${tensors.length} ${what}; take one of them from the list ${what}`);
}

function jsonOfShapes(shapes: Structure<SymbolicShape | null>): Json {
  return JSON.parse(JSON.stringify(shapes));
}

function isLayer(value: unknown): value is AnyLayer {
  return value instanceof AnyLayer;
}

function penalize(regularizer: Regularizer, outputs: unknown, context: CallContext): void {
  for (const output of leavesOf<unknown>(resultsIn(outputs))) {
    if (output instanceof Tensor) context.addLoss(regularizer.apply(output).div(output.shape[0] ?? 1));
  }
}
