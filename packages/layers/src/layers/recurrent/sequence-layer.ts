import { Tensor, type TensorLike } from "@strata/core";
import { checkTensorLike } from "@strata/core/internal";
import type { InputRule } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { isTensorValue, mapStructure, parseStructure, type Structure } from "../../layer/structure.ts";
import { isPlainObject } from "../../schema/configurable.ts";
import type { Json } from "../../schema/option.ts";
import { isShape, type SymbolicShape } from "../../utilities/shapes.ts";
import { toTensor } from "../../utilities/tensors.ts";

/** The further arguments of the calls of recurrent layers. */
export interface SequenceArguments {
  /** The states before the first step. Default: those that a stateful layer keeps, or zeros. */
  readonly initialState?: Structure<TensorLike | null>;
}

/** The tensors of the states that a call is given; arrays of numbers are tensors too. */
export function givenStates(given: unknown): Structure<Tensor> {
  return parseStructure(given, isTensorValue, (leaf) => {
    if (leaf instanceof Tensor) return leaf;
    checkTensorLike("initialState", leaf);
    return toTensor(leaf);
  });
}

/** A layer of sequences, [batch, steps, ...], whose calls may be given the states to begin with. */
export abstract class SequenceLayer<Outputs> extends Layer<Tensor, Outputs, SequenceArguments> {
  static override readonly callArguments: readonly string[] = ["initialState"];
  override readonly supportsMasking = true;
  #isBeingBuilt = false;
  #initialStateShape: Json = null;

  /** Sets the states that a stateful layer keeps to zero. */
  abstract resetStates(): void;

  protected override get inputRule(): InputRule {
    return { leastRank: 3 };
  }

  override build(_inputShape: SymbolicShape): void {
    this.#isBeingBuilt = true;
  }

  override buildFor(inputShape: SymbolicShape): void {
    super.buildFor(inputShape);
    this.#isBeingBuilt = false;
  }

  override buildConfig(): Json | null {
    const config = super.buildConfig();
    if (config === null || this.#initialStateShape === null || !isPlainObject(config)) return config;
    return {
      shapes_dict: {
        sequences_shape: config.input_shape,
        initial_state_shape: this.#initialStateShape,
      },
    };
  }

  override buildFromConfig(config: Json): void {
    const shapes = isPlainObject(config) ? config.shapes_dict : undefined;
    if (!isPlainObject(shapes) || !isShape(shapes.sequences_shape)) {
      super.buildFromConfig(config);
      return;
    }
    this.buildFor(shapes.sequences_shape);
    this.#initialStateShape = shapes.initial_state_shape;
  }

  /** Notes the shapes of the states that the call is given for which the layer is built: Keras's configuration has them. */
  protected noteInitialState(states: Structure<Tensor> | null): void {
    if (!this.#isBeingBuilt) return;
    this.#isBeingBuilt = false;
    const shape = this.buildShape;
    const batch = isShape(shape) ? shape[0] : null;
    this.#initialStateShape =
      states === null ? null : mapStructure(states, (state) => [batch, ...state.shape.slice(1)]);
  }
}
