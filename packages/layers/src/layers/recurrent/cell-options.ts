/** The options that layers and cells of a family share. */
import { activation } from "../../activations/registry.ts";
import { constraint } from "../../constraints/registry.ts";
import { initializer } from "../../initializers/registry.ts";
import { regularizer } from "../../regularizers/registry.ts";
import { boolean, fraction, positiveInteger, seed } from "../../schema/vocabulary.ts";

/** The options of dropout within a recurrence. */
export const recurrentDropoutOptions = {
  /** The share of inputs that is dropped in training; a call drops the same ones in all steps. */
  dropout: fraction(0),
  /** The share of the state that is dropped in training before it is multiplied, the same in all steps. */
  recurrentDropout: fraction(0),
  /** An integer that gives the layer a stream of random numbers of its own; null continues that of `setSeed`. */
  seed: seed(),
};

/** The options of a cell's weights. */
export const recurrentWeightOptions = {
  /** Whether a bias is added. */
  useBias: boolean(true),
  /** Initial values of the kernel, which the inputs are multiplied by. */
  kernelInitializer: initializer("glorotUniform"),
  /** Initial values of the recurrent kernel, which the state is multiplied by. */
  recurrentInitializer: initializer("orthogonal"),
  /** Initial values of the bias. */
  biasInitializer: initializer("zeros"),
  /** A penalty for the kernel. */
  kernelRegularizer: regularizer(),
  /** A penalty for the recurrent kernel. */
  recurrentRegularizer: regularizer(),
  /** A penalty for the bias. */
  biasRegularizer: regularizer(),
  /** The values that the kernel may have. */
  kernelConstraint: constraint(),
  /** The values that the recurrent kernel may have. */
  recurrentConstraint: constraint(),
  /** The values that the bias may have. */
  biasConstraint: constraint(),
};

/** The options of cells of units. */
export const unitOptions = {
  /** The number of units, which is the size of the output and of each state. */
  units: positiveInteger(),
  /** Applied to the candidate for the state, by name or as a function. */
  activation: activation("tanh"),
  ...recurrentWeightOptions,
  ...recurrentDropoutOptions,
};

/** The activation of gates. */
export const gateOptions = {
  /** Applied to the gates, by name or as a function. */
  recurrentActivation: activation("sigmoid"),
};

/** Penalties for the output, which Keras writes in the configurations of these layers also where there are none. */
export const outputPenaltyOptions = {
  /** A penalty for the layer's output, divided by the size of the batch and added to the loss. */
  activityRegularizer: regularizer(),
};
