import type { Tensor } from "@strata/core";
import { Layer, registerKerasSerializable } from "../../index.ts";

/** A layer of a user's own, which the worker's module has to register as well. */
export class Doubling extends Layer {
  override call(inputs: Tensor): Tensor {
    if (inputs.rank > 2) throw new RangeError("Doubling: takes two axes");
    return inputs.mul(2);
  }
}
registerKerasSerializable(Doubling);
