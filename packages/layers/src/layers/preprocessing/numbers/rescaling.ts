import { add, cast, mul, type Tensor } from "@strata/core";
import { layerOptions } from "../../../layer/any-layer.ts";
import { Layer } from "../../../layer/layer.ts";
import { named } from "../../../schema/configurable.ts";
import { type Given, option, type Rest, type Values } from "../../../schema/option.ts";

const numbersOf = option<number | readonly number[]>({
  accepted: "a number, or an array of numbers",
  read: (given) => {
    if (typeof given === "number") return given;
    return Array.isArray(given) && given.every((each) => typeof each === "number") ? given : undefined;
  },
  write: (value) => value,
});

const options = {
  ...layerOptions,
  /** The factor of the inputs: a number, or one for each channel. */
  scale: numbersOf(),
  /** The number added then: one for all, or one for each channel. */
  offset: numbersOf(0),
};

/** Options of {@link Rescaling}. */
export interface RescalingOptions extends Given<typeof options> {}

export interface Rescaling extends Values<typeof options> {}

/**
 * Moves values to another range: inputs · scale + offset. Keeps the shape.
 *
 * @example
 * ```ts
 * import { Rescaling } from "@strata/layers";
 *
 * console.log(new Rescaling(0.25, { offset: -1 }).apply([0, 4, 8]).arraySync()); // [-1, 0, 1]
 * ```
 */
export class Rescaling extends Layer {
  static override readonly className: string = "Rescaling";
  static override readonly options = options;
  override readonly supportsMasking = true;

  constructor(
    ...given:
      | [scale: RescalingOptions["scale"], options?: Rest<RescalingOptions, "scale">]
      | [options: RescalingOptions]
  ) {
    super(named(new.target, given, "scale"));
  }

  override call(inputs: Tensor): Tensor {
    const [scale, offset] = [this.scale, this.offset].map((each) => cast(each, this.computeDType));
    return add(mul(cast(inputs, this.computeDType), scale), offset);
  }
}
