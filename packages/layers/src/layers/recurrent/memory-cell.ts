import { add, concat, mul, ones, split, type Tensor } from "@strata/core";
import { activation } from "../../activations/registry.ts";
import type { InitializerFunction } from "../../initializers/registry.ts";
import type { Values } from "../../schema/option.ts";
import { boolean } from "../../schema/vocabulary.ts";
import { WeightedCell, weightedCellOptions } from "./weighted-cell.ts";

/** The options of cells with a memory, besides those of their weights. */
export const memoryOptions = {
  /** Applied to the candidate for the memory and to the memory, by name or as a function. */
  activation: activation("tanh"),
  /** Applied to the gates, by name or as a function. */
  recurrentActivation: activation("sigmoid"),
  /** Whether the bias of the forget gate begins at 1, so that the memory is kept at first. */
  unitForgetBias: boolean(true),
};

const options = { ...weightedCellOptions, ...memoryOptions };

export interface MemoryCell extends Values<typeof options> {}

/**
 * A cell with a memory c beside its output h, which gates write, keep and read (Hochreiter & Schmidhuber 1997, Gers et
 * al. 2000): c' = f · c + i · activation(g), h' = o · activation(c'). Weights hold the gates in the order i, f, g, o.
 */
export abstract class MemoryCell extends WeightedCell {
  static override readonly options = options;

  protected override get initialBias(): InitializerFunction {
    return (shape, dtype) => {
      if (!this.unitForgetBias) return this.biasInitializer.apply(shape, dtype);
      const size = shape[0] / 4;
      const initial = (count: number) => this.biasInitializer.apply([count * size], dtype);
      return concat([initial(1), ones([size], dtype), initial(2)]);
    };
  }

  /** The states after a step, of the sums for the gates along an axis, and the memory. */
  protected remember(sums: Tensor, memory: Tensor, axis: number): readonly [Tensor, readonly Tensor[]] {
    const { activation, recurrentActivation: gate } = this;
    const [input, forget, candidate, output] = split(sums, 4, axis);
    const kept = add(mul(gate(forget), memory), mul(gate(input), activation(candidate)));
    const hidden = mul(gate(output), activation(kept));
    return [hidden, [hidden, kept]];
  }
}
