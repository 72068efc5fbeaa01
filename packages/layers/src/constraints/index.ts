export * from "./classes.ts";
export {
  type ConstraintFunction,
  type ConstraintLike,
  type ConstraintName,
  getConstraint,
} from "./registry.ts";
