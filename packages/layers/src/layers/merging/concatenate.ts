import { any, broadcastTo, concat, onesLike, type Tensor } from "@strata/core";
import { layerOptions } from "../../layer/any-layer.ts";
import type { MaskStructure } from "../../layer/masks.ts";
import { leavesOf } from "../../layer/structure.ts";
import { named } from "../../schema/configurable.ts";
import type { Given, Rest, Values } from "../../schema/option.ts";
import { integer } from "../../schema/vocabulary.ts";
import { Merge } from "./merge.ts";

const options = {
  ...layerOptions,
  /** The axis along which the inputs are joined; the others have equal sizes. */
  axis: integer(-1),
};

/** Options of {@link Concatenate}. */
export interface ConcatenateOptions extends Given<typeof options> {}

export interface Concatenate extends Values<typeof options> {}

/**
 * The inputs one after the other along an axis.
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 * import { Concatenate } from "@strata/layers";
 *
 * console.log(new Concatenate().apply([tensor([[1, 2]]), tensor([[3]])]).arraySync()); // [[1, 2, 3]]
 * ```
 */
export class Concatenate extends Merge {
  static override readonly className: string = "Concatenate";
  static override readonly options = options;

  constructor(
    ...given: [axis?: number, options?: Rest<ConcatenateOptions, "axis">] | [options: ConcatenateOptions]
  ) {
    super(named(new.target, given, "axis"));
  }

  override call(inputs: readonly Tensor[]): Tensor {
    this.checkInputs(Array.isArray(inputs) ? inputs.length : null);
    return concat(inputs, this.axis);
  }

  /** The masks joined as the inputs are; of joined features, a step counts if it does in any input. */
  override computeMask(inputs: readonly Tensor[], mask: MaskStructure | null): MaskStructure | null {
    const masks = leavesOf(mask);
    const rank = Math.max(0, ...masks.map((each) => each?.rank ?? 0));
    if (rank === 0) return null;
    const joined = concat(
      inputs.map((input, index) => countedIn(input, masks[index])),
      this.axis,
    );
    return any(
      joined,
      joined.shape.map((_, axis) => axis).filter((axis) => axis >= Math.min(rank, joined.rank - 1)),
    );
  }
}

/** Which elements of an input count. */
function countedIn(input: Tensor, mask: Tensor | null): Tensor {
  if (mask === null) return onesLike(input).cast("bool");
  const after = new Array<number>(input.rank - mask.rank).fill(1);
  return broadcastTo(mask.reshape([...mask.shape, ...after]), input.shape);
}
