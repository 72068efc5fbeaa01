import { dropout, mul, ones, type RandomOptions, type Shape, type Tensor, type Variable } from "@strata/core";
import type { InitializerLike } from "../../initializers/registry.ts";
import { type CallArguments, type CallContext, layerOptions } from "../../layer/any-layer.ts";
import { Layer } from "../../layer/layer.ts";
import { leavesOf, type Structure } from "../../layer/structure.ts";
import { isPlainObject } from "../../schema/configurable.ts";
import type { Json, Values } from "../../schema/option.ts";
import { isShape } from "../../utilities/shapes.ts";
import { type CellInputs, type CellOutputs, type PreparedCell, withInputsOnly } from "./cell.ts";
import { recurrentDropoutOptions, recurrentWeightOptions } from "./cell-options.ts";

/** The options of all of the library's cells that have weights. */
export const weightedCellOptions = { ...layerOptions, ...recurrentWeightOptions, ...recurrentDropoutOptions };

/** The factors of a cell's inputs and first state where some of them are dropped; null where none are. */
export interface DropoutFactors {
  /** For the inputs. */
  readonly inputs: Tensor | null;
  /** For the first state. */
  readonly state: Tensor | null;
}

/** The further arguments of the call of a {@link WeightedCell}. */
export interface WeightedCellArguments {
  /** Default: they are drawn. */
  readonly factors?: DropoutFactors;
}

export interface WeightedCell extends Values<typeof weightedCellOptions> {}

/** A cell with a kernel, a recurrent kernel and perhaps a bias, whose inputs and first state may be dropped in training. */
export abstract class WeightedCell
  extends Layer<CellInputs, CellOutputs, WeightedCellArguments>
  implements PreparedCell
{
  static override readonly options = weightedCellOptions;
  static override readonly callArguments: readonly string[] = ["factors"];
  /** The factors of the inputs. */
  declare kernel: Variable;
  /** The factors of the first state. */
  declare recurrentKernel: Variable;
  /** The offsets; null without them. */
  bias: Variable | null = null;
  abstract readonly stateSize: number | readonly number[];
  readonly #stream: Pick<RandomOptions, "generator">;

  constructor(options: object) {
    super(options);
    this.#stream = this.randomStream(this.seed);
  }

  /** Computes a step; `hidden` is the first state, of which some may be dropped. */
  protected abstract step(
    inputs: Tensor,
    hidden: Tensor,
    states: readonly Tensor[],
  ): readonly [output: Tensor, states: readonly Tensor[]];

  /** The values that the bias begins with. */
  protected get initialBias(): InitializerLike {
    return this.biasInitializer;
  }

  override call(
    [inputs, states]: CellInputs,
    context: CallContext,
    { factors }: CallArguments & WeightedCellArguments,
  ): CellOutputs {
    const drawn = factors ?? this.drawFactors(inputs.shape, states, context);
    return this.step(scaled(inputs, drawn.inputs), scaled(states[0], drawn.state), states);
  }

  /** Draws once for a sequence what is dropped in all of its steps, and drops of the inputs at once. */
  prepare(sequence: Tensor, states: Structure<Tensor>, context: CallContext): readonly [Tensor, object] {
    const { inputs, state } = this.drawFactors(sequence.shape.slice(1), states, context);
    return [scaled(sequence, inputs), { factors: { inputs: null, state } }];
  }

  /** Draws what is dropped of inputs of a shape, and of the first state. */
  drawFactors(inputShape: Shape, states: Structure<Tensor>, { training }: CallContext): DropoutFactors {
    const [state] = leavesOf(states);
    const draw = (shape: Shape, rate: number): Tensor | null => {
      if (!training || rate === 0 || rate === 1) return null;
      return dropout(ones(shape, this.computeDType), rate, this.#stream);
    };
    return { inputs: draw(inputShape, this.dropout), state: draw(state.shape, this.recurrentDropout) };
  }

  override buildConfig(): Json | null {
    return withInputsOnly(super.buildConfig());
  }

  override buildFromConfig(config: Json): void {
    const shape = isPlainObject(config) ? config.input_shape : null;
    if (isShape(shape)) this.buildFor([shape, [this.stateSize].flat().map((size) => [shape[0], size])]);
  }

  /** Makes the weights, under the names and in the order of Keras's. */
  protected addWeights(kernel: Shape, recurrentKernel: Shape, bias: Shape): void {
    this.kernel = this.addWeight("kernel", kernel);
    this.recurrentKernel = this.addWeight("recurrent_kernel", recurrentKernel, {
      initializer: this.recurrentInitializer,
      regularizer: this.recurrentRegularizer,
      constraint: this.recurrentConstraint,
    });
    if (this.useBias) this.bias = this.addWeight("bias", bias, { initializer: this.initialBias });
  }
}

function scaled(x: Tensor, factors: Tensor | null): Tensor {
  return factors === null ? x : mul(x, factors);
}
