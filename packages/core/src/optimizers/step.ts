import type { DType } from "../dtype.ts";
import { add, cast, equal, floorDiv, mod, mul, notEqual, sub, where } from "../ops/arithmetic.ts";
import type { Tensor } from "../tensor.ts";

/** One call of `applyGradients`, as far as it depends on the number of calls before. */
export class Step {
  /** The number of calls before this one: an int32 scalar. */
  readonly count: Tensor;
  /** The number of updates of the weights before this call: an int32 scalar. */
  private readonly updates: Tensor;
  /** Whether this call changes the weights; null where every call does. */
  private readonly isUpdate: Tensor | null;

  /**
   * @param count The number of calls before this one.
   * @param accumulated How many calls make one update; null for one.
   */
  constructor(count: Tensor, accumulated: number | null) {
    this.count = count;
    this.updates = accumulated === null ? count : floorDiv(count, accumulated);
    this.isUpdate = accumulated === null ? null : equal(mod(add(count, 1), accumulated), 0);
  }

  /** The number of the update, from 1 on. */
  number(dtype: DType): Tensor {
    return cast(add(this.updates, 1), dtype);
  }

  /** `after` if this call changes the weights, else `before`. */
  choose(after: Tensor, before: Tensor): Tensor {
    return this.isUpdate ? where(this.isUpdate, after, before) : after;
  }

  /** The moving average m·average + (1 − m)·value, which in the first step is the value. */
  average(average: Tensor, value: Tensor, momentum: number): Tensor {
    const kept = mul(cast(notEqual(this.updates, 0), value.dtype), momentum);
    return add(mul(kept, average), mul(sub(1, kept), value));
  }

  /** `overwriting` in every step whose number `frequency` divides, else `value`. */
  overwrite(value: Tensor, overwriting: Tensor, frequency: number | null): Tensor {
    if (frequency === null) return value;
    return where(equal(mod(add(this.updates, 1), frequency), 0), overwriting, value);
  }
}
