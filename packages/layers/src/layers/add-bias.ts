import { add, type Tensor, type Variable } from "@strata/core";

/** x + bias; x if there is none. */
export function addBias(x: Tensor, bias: Tensor | Variable | null): Tensor {
  return bias === null ? x : add(x, bias);
}
