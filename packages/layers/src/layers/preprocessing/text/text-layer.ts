import { AnyLayer, type CallOptions } from "../../../layer/any-layer.ts";
import { SymbolicTensor } from "../../../layer/symbolic-tensor.ts";
import type { Json } from "../../../schema/option.ts";
import { holdsText } from "./texts.ts";

/**
 * A layer that takes texts, in nested arrays. There are no tensors of texts, so that it stands before a model and not in it;
 * of whole numbers it takes tensors, too.
 */
export abstract class TextLayer extends AnyLayer {
  /** The result of the layer for texts, or for tensors. */
  abstract override call(inputs: unknown): unknown;

  override apply(inputs: unknown, options?: CallOptions): unknown {
    if (!holdsText(inputs)) return super.apply(inputs, options);
    if (Array.isArray(inputs) && inputs.some((each) => each instanceof SymbolicTensor)) {
      throw new TypeError(
        `${this.name}: is given texts and symbolic tensors at once; it takes texts before a model only`,
      );
    }
    this.built = true;
    return this.call(inputs);
  }

  override buildConfig(): Json | null {
    return this.built ? { input_shape: null } : null;
  }

  override buildFromConfig(): void {
    this.built = true;
  }
}
