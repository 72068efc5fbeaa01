import type { RandomOptions, Tensor } from "@strata/core";
import type { CallContext } from "../../layer/any-layer.ts";
import { type InputRule, oneTensor } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { shape } from "../../schema/vocabulary.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";

/** The option of a shape for random numbers, other than that of the input. */
export const noiseOptions = {
  /**
   * The shape of the random numbers, which broadcast: 1 for an axis that shares one, null for the input's size. Null: the
   * input's shape.
   */
  noiseShape: shape().orNull(),
};

/** A layer that disturbs its input at random in training, and does nothing otherwise. Keeps the shape. */
export abstract class NoiseLayer extends Layer {
  static override readonly recordsBuild: boolean = false;
  override readonly supportsMasking = true;
  /** An integer that gives the layer a stream of random numbers of its own, or null. */
  declare readonly seed: number | null;
  /** The stream of random numbers, as core's functions take it. */
  protected readonly stream: Pick<RandomOptions, "generator">;

  constructor(options: object) {
    super(options);
    this.stream = this.randomStream(this.seed);
  }

  protected override get inputRule(): InputRule {
    return oneTensor;
  }

  /** The input, disturbed. */
  protected abstract disturb(inputs: Tensor): Tensor;

  override call(inputs: Tensor, { training }: CallContext): Tensor {
    return training ? this.disturb(inputs) : inputs;
  }
}

/** The sizes of random numbers for inputs of a shape. */
export function noiseSizes(noiseShape: SymbolicShape | null, inputs: Tensor): readonly number[] {
  return noiseShape === null ? inputs.shape : noiseShape.map((size, axis) => size ?? inputs.shape[axis]);
}
