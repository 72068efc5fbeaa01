import { reshape, type Tensor } from "@strata/core";
import { Layer, type LayerOptions, layerOptionNames } from "../layer.ts";
import { checkOptionNames } from "../utilities/options.ts";
import { type SymbolicShape, sizeOf, symbolicSize } from "../utilities/shapes.ts";

/**
 * Makes each sample a vector: [batch, a, b, ...] → [batch, a·b·...], and [batch] → [batch, 1].
 *
 * @example
 * ```ts
 * import { Flatten } from "@strata/layers";
 *
 * console.log(new Flatten().apply([[[1, 2], [3, 4]]]).arraySync()); // [[1, 2, 3, 4]]
 * ```
 */
export class Flatten extends Layer {
  /** The name of the class, which minifiers leave alone. */
  static readonly className: string = "Flatten";

  /** @param options What every layer takes. */
  constructor(options: LayerOptions = {}) {
    checkOptionNames("Flatten", options, layerOptionNames);
    super(options);
  }

  override call(inputs: Tensor): Tensor {
    const [batch = 1, ...sample] = inputs.shape;
    return reshape(inputs, [batch, sizeOf(sample)]);
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    const [batch = 1, ...sample] = inputShape;
    return [batch, symbolicSize(sample)];
  }
}
