import { Layer } from "../../layer/layer.ts";
import type { TensorStructure } from "../../layer/structure.ts";

/**
 * Passes its input on as it is, also structures of tensors.
 *
 * @example
 * ```ts
 * import { Identity } from "@strata/layers";
 *
 * console.log(new Identity().computeOutputShape([null, 3])); // [null, 3]
 * ```
 */
export class Identity extends Layer<TensorStructure, TensorStructure> {
  static override readonly className: string = "Identity";
  static override readonly recordsBuild = false;
  override readonly supportsMasking = true;

  override call(inputs: TensorStructure): TensorStructure {
    return inputs;
  }
}
