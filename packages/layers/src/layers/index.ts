/** The layers, one line each. */
export { Activation, type ActivationOptions } from "./core/activation.ts";
export { Dense, type DenseOptions } from "./core/dense.ts";
export { Input, InputLayer, type InputOptions } from "./core/input-layer.ts";
export { Dropout, type DropoutOptions } from "./regularization/dropout.ts";
export { Flatten, type FlattenOptions } from "./reshaping/flatten.ts";
