export * from "./functions.ts";
export {
  type ActivationFunction,
  type ActivationLike,
  type ActivationName,
  getActivation,
} from "./registry.ts";
