import { add, cast, gather, mul, reshape, sub, type Tensor, type TensorLike } from "@strata/core";
import { toFloat } from "@strata/core/internal";

/** How the images of a batch are mixed with others of it. */
export interface Mixture {
  /** The share that each image keeps, one number an image. */
  readonly mixWeight: TensorLike;
  /** Which image each is mixed with: [batch]. */
  readonly permutationOrder: TensorLike;
}

/** Each element of a batch, mixed with another one. */
export function mixed(batch: Tensor, { mixWeight, permutationOrder }: Mixture): Tensor {
  const floats = cast(batch, toFloat(batch.dtype));
  const share = reshape(cast(mixWeight, floats.dtype), [-1, ...new Array<number>(batch.rank - 1).fill(1)]);
  return add(mul(share, floats), mul(sub(1, share), gather(floats, permutationOrder)));
}
