import { constraint } from "../constraints/registry.ts";
import { initializer } from "../initializers/registry.ts";
import { regularizer } from "../regularizers/registry.ts";
import { boolean } from "../schema/vocabulary.ts";

/** The options of layers that may have a bias. */
export const biasOptions = {
  /** Whether a bias is added. */
  useBias: boolean(true),
  /** Initial values of the bias. */
  biasInitializer: initializer("zeros"),
  /** A penalty for the bias. */
  biasRegularizer: regularizer(),
  /** The values that the bias may have. */
  biasConstraint: constraint(),
};

/** The options of layers that have a kernel and perhaps a bias. */
export const kernelOptions = {
  ...biasOptions,
  /** Initial values of the kernel. */
  kernelInitializer: initializer("glorotUniform"),
  /** A penalty for the kernel. */
  kernelRegularizer: regularizer(),
  /** The values that the kernel may have. */
  kernelConstraint: constraint(),
};
