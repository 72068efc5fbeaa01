export * from "./classes.ts";
export {
  getRegularizer,
  type RegularizerFunction,
  type RegularizerLike,
  type RegularizerName,
} from "./registry.ts";
