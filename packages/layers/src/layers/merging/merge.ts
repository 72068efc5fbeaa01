import { ShapeError, type Tensor } from "@strata/core";
import { Layer } from "../../layer/layer.ts";
import type { SymbolicShape } from "../../utilities/shapes.ts";

/** A layer that makes one tensor of several. */
export abstract class Merge extends Layer<readonly Tensor[], Tensor> {
  override readonly supportsMasking = true;
  /** How many inputs the layer takes; null for any number from 1 on. */
  protected readonly inputCount: number | null = null;

  override build(inputShape: readonly SymbolicShape[]): void {
    this.checkInputs(inputShape.every(Array.isArray) ? inputShape.length : null);
  }

  /** Throws a ShapeError unless the inputs are an array of as many as the layer takes; null stands for a single tensor. */
  protected checkInputs(count: number | null): void {
    const { inputCount } = this;
    if (count !== null && count > 0 && (inputCount === null || count === inputCount)) return;
    const accepted = inputCount === null ? "one tensor or more" : `${inputCount} tensors`;
    throw new ShapeError(
      `${this.name}: it was given ${count === null ? "one tensor, outside of an array" : `an array of ${count}`}; it takes ` +
        `an array of ${accepted}`,
    );
  }
}
