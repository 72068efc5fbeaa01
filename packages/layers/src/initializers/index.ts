export * from "./classes.ts";
export {
  getInitializer,
  type InitializerFunction,
  type InitializerLike,
  type InitializerName,
} from "./registry.ts";
