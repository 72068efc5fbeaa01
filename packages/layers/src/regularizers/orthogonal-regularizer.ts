import {
  abs,
  div,
  eye,
  matmul,
  maximum,
  mul,
  ShapeError,
  sqrt,
  square,
  sub,
  type Tensor,
  type TensorLike,
} from "@strata/core";
import { formatShape } from "@strata/core/internal";
import { named } from "../schema/configurable.ts";
import type { Given, Rest, Values } from "../schema/option.ts";
import { choice, nonNegativeNumber } from "../schema/vocabulary.ts";
import { toTensor } from "../utilities/tensors.ts";
import { Regularizer } from "./regularizer.ts";

/** The shortest length that a row is divided by. */
const shortest = 1e-12;

const options = {
  /** The factor of the mean. */
  factor: nonNegativeNumber(0.01),
  /** Whether the rows or the columns are to be orthogonal to each other. */
  mode: choice(["rows", "columns"])("rows"),
};

/** Options of {@link OrthogonalRegularizer}. */
export interface OrthogonalRegularizerOptions extends Given<typeof options> {}

export interface OrthogonalRegularizer extends Values<typeof options> {}

/**
 * The mean magnitude of the cosines between the rows of a matrix, or its columns, times a factor.
 *
 * @example
 * ```ts
 * import { regularizers } from "@strata/layers";
 *
 * const regularizer = new regularizers.OrthogonalRegularizer(1);
 * console.log(regularizer.apply([[2, 0], [0, 3]]).item(), regularizer.apply([[2, 0], [3, 0]]).item()); // 0 1
 * ```
 */
export class OrthogonalRegularizer extends Regularizer {
  static override readonly className: string = "OrthogonalRegularizer";
  static override readonly options = options;

  constructor(
    ...given:
      | [factor?: number, options?: Rest<OrthogonalRegularizerOptions, "factor">]
      | [options: OrthogonalRegularizerOptions]
  ) {
    super(named(new.target, given, "factor"));
  }

  /** @throws ShapeError unless the values are a matrix. */
  override apply(x: TensorLike): Tensor {
    const given = toTensor(x);
    if (given.rank !== 2) {
      throw new ShapeError(
        `OrthogonalRegularizer: the shape is ${formatShape(given.shape)}; it must have two dimensions`,
      );
    }
    const rows = this.mode === "rows" ? given : given.transpose();
    const directions = div(rows, maximum(sqrt(square(rows).sum(1, true)), shortest));
    const [count] = rows.shape;
    const cosines = mul(
      matmul(directions, directions.transpose()),
      sub(1, eye(count, count, 0, given.dtype)),
    );
    return mul(abs(cosines).sum(), this.factor / (count * (count - 1)));
  }
}
