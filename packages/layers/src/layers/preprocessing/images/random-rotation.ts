import { add, cast, cos, mul, sin, stack, sub, type TensorLike } from "@strata/core";
import { named } from "../../../schema/configurable.ts";
import type { Given, Values } from "../../../schema/option.ts";
import type { ImageSize } from "./bounding-boxes.ts";
import { type ByFactor, factor, movingOptions } from "./image-options.ts";
import { ProjectingLayer } from "./moving-layer.ts";

const options = {
  ...movingOptions,
  /** The angle as a share of the circle, counterclockwise: drawn from this range, or from −factor to factor. */
  factor: factor(-1, 1)(),
};

/** Options of {@link RandomRotation}. */
export interface RandomRotationOptions extends Given<typeof options> {}

export interface RandomRotation extends Values<typeof options> {}

/** The random numbers of {@link RandomRotation}. */
export interface Rotation {
  /** The angle of each image in degrees, counterclockwise: [batch]. */
  readonly angle: TensorLike;
  /** The numbers of each image's transform; without them they follow from the angle: [batch, 8]. */
  readonly rotationMatrix?: TensorLike;
}

/**
 * In training turns each image around its centre by an angle drawn for it.
 *
 * @example
 * ```ts
 * import { RandomRotation } from "@strata/layers";
 *
 * const layer = new RandomRotation([0.5, 0.5], { interpolation: "nearest" });
 * console.log(layer.apply([[[1], [2]]]).arraySync()); // [[[2], [1]]]
 * ```
 */
export class RandomRotation extends ProjectingLayer<Rotation> {
  static override readonly className: string = "RandomRotation";
  static override readonly options = options;

  constructor(...given: ByFactor<RandomRotationOptions>) {
    super(named(new.target, given, "factor"));
  }

  protected override drawn(count: number): Rotation {
    const [lower, upper] = this.factor;
    return { angle: this.between([lower * 360, upper * 360], [count]) };
  }

  protected override transforms(
    { angle, rotationMatrix }: Rotation,
    { height, width }: ImageSize,
  ): TensorLike {
    if (rotationMatrix !== undefined) return rotationMatrix;
    const radians = mul(cast(angle, "float32"), Math.PI / 180);
    const [x, y] = [(width - 1) / 2, (height - 1) / 2];
    const [c, s] = [cos(radians), sin(radians)];
    const zero = mul(c, 0);
    const atX = sub(x, sub(mul(c, x), mul(s, y)));
    const atY = sub(y, add(mul(s, x), mul(c, y)));
    return stack([c, mul(s, -1), atX, s, c, atY, zero, zero], -1);
  }
}
