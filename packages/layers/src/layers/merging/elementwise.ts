import {
  add,
  div,
  logicalOr,
  maximum,
  minimum,
  mul,
  ShapeError,
  sub,
  type Tensor,
  where,
} from "@strata/core";
import type { CallArguments, CallContext, LayerOptions } from "../../layer/any-layer.ts";
import type { MaskStructure } from "../../layer/masks.ts";
import { leavesOf } from "../../layer/structure.ts";
import { formatShape } from "../../utilities/shapes.ts";
import { Merge } from "./merge.ts";

/** An input, with its mask brought to its rank. */
interface Masked {
  readonly input: Tensor;
  readonly mask: Tensor | null;
}

/** A merge element by element: shapes broadcast, and where ranks differ, axes of size 1 are put behind that of the batch. */
abstract class ElementwiseMerge extends Merge {
  constructor(options: LayerOptions = {}) {
    super(options);
  }

  /**
   * The result for inputs of one rank.
   *
   * @internal
   */
  protected abstract merge(inputs: readonly Masked[]): Tensor;

  override call(inputs: readonly Tensor[], _context: CallContext, { mask }: CallArguments): Tensor {
    this.checkInputs(Array.isArray(inputs) ? inputs.length : null);
    const batches = new Set(inputs.map(({ shape }) => shape[0]));
    if (batches.size > 1) {
      throw new ShapeError(
        `${this.name}: the inputs have the shapes ${inputs.map(({ shape }) => formatShape(shape)).join(" and ")}; ` +
          "they must have the same batch size",
      );
    }
    const rank = Math.max(...inputs.map((input) => input.rank));
    const masks = mask === null ? [] : leavesOf(mask);
    return this.merge(
      inputs.map((input, index) => ({
        input: withRank(input, input.rank, rank),
        mask: masks[index] ? withRank(masks[index], input.rank, rank) : null,
      })),
    );
  }

  /** The steps that count in any of the inputs; null if all of one count. */
  override computeMask(_inputs: readonly Tensor[], mask: MaskStructure | null): MaskStructure | null {
    const masks = leavesOf(mask);
    const given = masks.filter((each) => each !== null);
    return given.length < masks.length ? null : given.reduce(logicalOr);
  }
}

/** A tensor with axes of size 1 at its end up to the rank of the input, and behind the batch up to the common one. */
function withRank(tensor: Tensor, inputRank: number, rank: number): Tensor {
  const [batch, ...sizes] = tensor.shape;
  const between = new Array<number>(rank - inputRank).fill(1);
  const after = new Array<number>(inputRank - tensor.rank).fill(1);
  return tensor.reshape([batch, ...between, ...sizes, ...after]);
}

/** Merges one input after the other; where only one of two counts, it is taken. */
function mergeCounted(inputs: readonly Masked[], merge: (x: Tensor, y: Tensor) => Tensor): Tensor {
  return inputs.reduce(({ input: merged, mask }, next) => {
    const input = next.mask === null ? next.input : where(next.mask, next.input, merged);
    const before = mask === null ? merged : where(mask, merged, input);
    const counted = mask === null || next.mask === null ? null : logicalOr(mask, next.mask);
    return { input: merge(before, input), mask: counted };
  }).input;
}

/**
 * The sum of the inputs, which broadcast.
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 * import { Add } from "@strata/layers";
 *
 * console.log(new Add().apply([tensor([[1, 2]]), tensor([[10, 20]])]).arraySync()); // [[11, 22]]
 * ```
 */
export class Add extends ElementwiseMerge {
  static override readonly className: string = "Add";

  protected override merge(inputs: readonly Masked[]): Tensor {
    return inputs.map(({ input }) => input).reduce(add);
  }
}

/**
 * The mean of the inputs, which broadcast.
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 * import { Average } from "@strata/layers";
 *
 * console.log(new Average().apply([tensor([[1, 2]]), tensor([[3, 6]])]).arraySync()); // [[2, 4]]
 * ```
 */
export class Average extends ElementwiseMerge {
  static override readonly className: string = "Average";

  protected override merge(inputs: readonly Masked[]): Tensor {
    return div(inputs.map(({ input }) => input).reduce(add), inputs.length);
  }
}

/**
 * The first input minus the second, which broadcast.
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 * import { Subtract } from "@strata/layers";
 *
 * console.log(new Subtract().apply([tensor([[5, 5]]), tensor([[1, 2]])]).arraySync()); // [[4, 3]]
 * ```
 */
export class Subtract extends ElementwiseMerge {
  static override readonly className: string = "Subtract";
  protected override readonly inputCount = 2;

  protected override merge([first, second]: readonly Masked[]): Tensor {
    return sub(first.input, second.input);
  }
}

/**
 * The product of the inputs, which broadcast. Of masked inputs those that count are multiplied; where none does, the
 * result is 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 * import { Multiply } from "@strata/layers";
 *
 * console.log(new Multiply().apply([tensor([[1, 2]]), tensor([[3, 4]])]).arraySync()); // [[3, 8]]
 * ```
 */
export class Multiply extends ElementwiseMerge {
  static override readonly className: string = "Multiply";

  protected override merge(inputs: readonly Masked[]): Tensor {
    const factors = inputs.map(({ input, mask }) => (mask === null ? input : where(mask, input, 1)));
    const product = factors.reduce(mul);
    const masks = inputs.map(({ mask }) => mask).filter((mask) => mask !== null);
    return masks.length < inputs.length ? product : where(masks.reduce(logicalOr), product, 0);
  }
}

/**
 * The largest of the inputs, element by element; they broadcast. Of masked inputs only those that count are compared.
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 * import { Maximum } from "@strata/layers";
 *
 * console.log(new Maximum().apply([tensor([[1, 5]]), tensor([[3, 4]])]).arraySync()); // [[3, 5]]
 * ```
 */
export class Maximum extends ElementwiseMerge {
  static override readonly className: string = "Maximum";

  protected override merge(inputs: readonly Masked[]): Tensor {
    return mergeCounted(inputs, maximum);
  }
}

/**
 * The smallest of the inputs, element by element; they broadcast. Of masked inputs only those that count are compared.
 *
 * @example
 * ```ts
 * import { tensor } from "@strata/core";
 * import { Minimum } from "@strata/layers";
 *
 * console.log(new Minimum().apply([tensor([[1, 5]]), tensor([[3, 4]])]).arraySync()); // [[1, 4]]
 * ```
 */
export class Minimum extends ElementwiseMerge {
  static override readonly className: string = "Minimum";

  protected override merge(inputs: readonly Masked[]): Tensor {
    return mergeCounted(inputs, minimum);
  }
}
