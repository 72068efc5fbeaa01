import { einsum, maximum, mul, rsqrt, ShapeError, square, sum, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { axes, boolean } from "../../schema/vocabulary.ts";
import { formatShape } from "../../utilities/shapes.ts";
import { Merge } from "./merge.ts";

const options = {
  ...layerOptions,
  /** The axis of both inputs along which products are summed, or one for each. */
  axes: axes(),
  /** Whether the vectors along those axes are brought to length 1 before, so that the result is their cosine. */
  normalize: boolean(false),
};

/** Options of {@link Dot}. */
export interface DotOptions extends Given<typeof options> {}

export interface Dot extends Values<typeof options> {}

const letters = "abcdefghijklmnopqrstuvwxyz";

/**
 * The scalar products of two inputs' vectors along an axis: of [batch, ..., n, ...] and [batch, ..., n, ...] the remaining
 * axes of the first and then of the second, [batch, 1] if there are none.
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 * import { Dot } from "@strata/layers";
 *
 * console.log(new Dot(1).apply([tensor([[1, 2]]), tensor([[3, 4]])]).arraySync()); // [[11]]
 * ```
 */
export class Dot extends Merge {
  static override readonly className: string = "Dot";
  static override readonly options = options;
  protected override readonly inputCount = 2;

  constructor(
    ...given: [axes: number | readonly number[], options?: Rest<DotOptions, "axes">] | [options: DotOptions]
  ) {
    super(named(new.target, given, "axes"));
    if (typeof this.axes === "number" || this.axes.length === 2) return;
    throw new RangeError(
      `Dot: axes is ${JSON.stringify(this.axes)}; it must be an integer, or one for each of the two inputs`,
    );
  }

  override call(inputs: readonly Tensor[]): Tensor {
    this.checkInputs(Array.isArray(inputs) ? inputs.length : null);
    const given = typeof this.axes === "number" ? [this.axes, this.axes] : this.axes;
    const places = given.map((axis, index) => (axis < 0 ? axis + inputs[index].rank : axis));
    this.#checkAxes(inputs, places);
    const vectors = this.normalize ? inputs.map((input, index) => ofLengthOne(input, places[index])) : inputs;
    // "z" is the batch and "y" what is summed.
    let next = 0;
    const terms = vectors.map((vector, index) =>
      vector.shape
        .map((_, axis) => (axis === 0 ? "z" : axis === places[index] ? "y" : letters[next++]))
        .join(""),
    );
    const rest = terms.map((term) => term.replace(/[yz]/g, "")).join("");
    const products = einsum(`${terms.join(",")}->z${rest}`, ...vectors);
    return rest === "" ? products.reshape([products.size, 1]) : products;
  }

  override computeMask(): null {
    return null;
  }

  #checkAxes(inputs: readonly Tensor[], places: readonly number[]): void {
    const shapes = inputs.map(({ shape }) => formatShape(shape)).join(" and ");
    if (places.some((axis, index) => axis < 1 || axis >= inputs[index].rank)) {
      throw new ShapeError(
        `${this.name}: axes is ${JSON.stringify(this.axes)} for inputs of the shapes ${shapes}; it must name axes that they ` +
          "have, other than that of the batch",
      );
    }
    const [first, second] = inputs.map(({ shape }, index) => shape[places[index]]);
    if (first === second && inputs[0].shape[0] === inputs[1].shape[0]) return;
    throw new ShapeError(
      `${this.name}: the inputs have the shapes ${shapes}; they must have equal batches, and equal sizes in the axes ` +
        `${places.join(" and ")} (${first} and ${second})`,
    );
  }
}

function ofLengthOne(x: Tensor, axis: number): Tensor {
  return mul(x, rsqrt(maximum(sum(square(x), axis, true), 1e-14)));
}
