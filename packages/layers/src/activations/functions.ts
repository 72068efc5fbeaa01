/** The activations: core's functions under Keras's names, and those that core does not have. */
import { relu, sub, type Tensor, type TensorLike, tanh } from "@strata/core";
import { toTensor } from "../utilities/tensors.ts";

export {
  celu,
  elu,
  exp as exponential,
  gelu,
  glu,
  hardSigmoid,
  hardSwish as hardSilu,
  hardTanh,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softsign,
  sparsemax,
} from "@strata/core";
export { relu, tanh };

/** x. */
export function linear(x: TensorLike): Tensor {
  return toTensor(x);
}

/** x − tanh(x). */
export function tanhShrink(x: TensorLike): Tensor {
  return sub(x, tanh(x));
}
