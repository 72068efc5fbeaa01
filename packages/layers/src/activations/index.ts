export * from "./functions.ts";
export {
  type ActivationFunction,
  type ActivationLike,
  type ActivationName,
  getActivation,
  type KnownActivation,
} from "./get-activation.ts";
