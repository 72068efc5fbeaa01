import type { DType } from "@strata/core";
import type { Layer } from "./layer.ts";
import type { SymbolicShape } from "./utilities/shapes.ts";

/**
 * The result of a layer before there is data: a shape, whose batch dimension is null, and a dtype. `Input` makes the
 * first one, and applying a layer to one gives the next.
 *
 * @example
 * ```ts
 * import { Dense, Input } from "@strata/layers";
 *
 * console.log(new Dense(10).apply(Input({ shape: [784] })).shape); // [null, 10]
 * ```
 */
export class SymbolicTensor {
  /** The sizes of the dimensions; null where any size is taken. */
  readonly shape: SymbolicShape;
  /** The type of the elements. */
  readonly dtype: DType;
  /** The layer whose result it is. */
  readonly layer: Layer;

  /**
   * @param shape The sizes of the dimensions.
   * @param dtype The type of the elements.
   * @param layer The layer whose result it is.
   */
  constructor(shape: SymbolicShape, dtype: DType, layer: Layer) {
    this.shape = shape;
    this.dtype = dtype;
    this.layer = layer;
  }
}
