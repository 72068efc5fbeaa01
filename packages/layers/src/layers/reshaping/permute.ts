import { type Tensor, transpose } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import type { InputRule } from "../../layer/input-rule.ts";
import { Layer } from "../../layer/layer.ts";
import { named } from "../../schema/configurable.ts";
import { type Given, option, type Rest, type Values } from "../../schema/option.ts";

const permutation = option<readonly number[]>({
  accepted: "an array of the integers from 1 on, in any order, such as [2, 1]",
  read: (given) => {
    if (!Array.isArray(given)) return undefined;
    return given.every((_, index) => given.includes(index + 1)) ? given : undefined;
  },
  write: (value) => value,
});

const options = {
  ...layerOptions,
  /** For each axis of the result, the axis of the input, counted from 1, since that of the batch stays. */
  dims: permutation(),
};

/** Options of {@link Permute}. */
export interface PermuteOptions extends Given<typeof options> {}

export interface Permute extends Values<typeof options> {}

/**
 * The axes in another order; that of the batch stays the first.
 *
 * @example
 * ```ts
 * import { Permute } from "@strata/layers";
 *
 * console.log(new Permute([2, 1]).apply([[[1, 2], [3, 4]]]).arraySync()); // [[[1, 3], [2, 4]]]
 * ```
 */
export class Permute extends Layer {
  static override readonly className: string = "Permute";
  static override readonly options = options;

  constructor(
    ...given: [dims: readonly number[], options?: Rest<PermuteOptions, "dims">] | [options: PermuteOptions]
  ) {
    super(named(new.target, given, "dims"));
  }

  protected override get inputRule(): InputRule {
    return { rank: this.dims.length + 1 };
  }

  override call(inputs: Tensor): Tensor {
    return transpose(inputs, [0, ...this.dims]);
  }
}
