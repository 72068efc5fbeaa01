import { reshape, ShapeError, type Tensor, zeros } from "@strata/core";
import { indivisible, sizeOf } from "@strata/core/internal";
import { layerOptions } from "../../layer/any-layer.ts";
import { type InputRule, oneTensor } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { hasUnknownSize } from "../../layer/output-types.ts";
import { named } from "../../schema/configurable.ts";
import { type Given, option, type Rest, type Values } from "../../schema/option.ts";
import { formatShape } from "../../utilities/shapes.ts";

const targetShape = option<readonly number[]>({
  accepted: "an array of integers of at least 0, of which one may be -1",
  read: (given) => {
    if (!Array.isArray(given) || !given.every((size) => Number.isInteger(size) && size >= -1))
      return undefined;
    return given.filter((size) => size === -1).length <= 1 ? given : undefined;
  },
  write: (value) => value,
});

const options = {
  ...layerOptions,
  /** The shape of a sample of the result; -1, once, where the size follows from the others. */
  targetShape: targetShape(),
};

/** Options of {@link Reshape}. */
export interface ReshapeOptions extends Given<typeof options> {}

export interface Reshape extends Values<typeof options> {}

/**
 * The same elements in another shape: [batch, ...] → [batch, ...targetShape].
 *
 * @example
 * ```ts
 * import { Reshape } from "@strata/layers";
 *
 * console.log(new Reshape([2, -1]).apply([[1, 2, 3, 4]]).arraySync()); // [[[1, 2], [3, 4]]]
 * ```
 */
export class Reshape extends Layer {
  static override readonly className: string = "Reshape";
  static override readonly options = options;
  static override readonly recordsBuild = false;

  constructor(
    ...given:
      | [targetShape: readonly number[], options?: Rest<ReshapeOptions, "targetShape">]
      | [options: ReshapeOptions]
  ) {
    super(named(new.target, given, "targetShape"));
  }

  protected override get inputRule(): InputRule {
    return oneTensor;
  }

  override call(inputs: Tensor): Tensor {
    const { name, targetShape } = this;
    const [batch, ...sample] = inputs.shape;
    const size = sizeOf(sample);
    const known = sizeOf(targetShape.filter((each) => each !== -1));
    const target = targetShape.map((each) => (each === -1 ? size / known : each));
    if (sizeOf(target) === size && target.every(Number.isInteger)) return reshape(inputs, [batch, ...target]);
    const isOpen = targetShape.includes(-1);
    // Any sample may have the size that the target has, if one of its dimensions is not known.
    if (!isOpen && hasUnknownSize(sample)) return zeros([batch, ...target], inputs.dtype);
    const message =
      `${name}: a sample of the shape ${formatShape(sample)} has ${size} elements, which the shape ` +
      `${formatShape(targetShape)} cannot hold`;
    const error = new ShapeError(message);
    throw isOpen ? indivisible(error, known) : error;
  }
}
